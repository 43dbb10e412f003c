import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import ContentLayout from '@cloudscape-design/components/content-layout';
import Header from '@cloudscape-design/components/header';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { lazy, type ReactNode, Suspense, useEffect, useRef } from 'react';
import { componentTexts } from '../components/texts';
import { useTexts } from '../i18n/catalogue';
import { navigate, replace, useRoute } from '../router/location';
import type { Route } from '../router/route';
import { ErrorBoundary } from './ErrorBoundary';
import { shellTexts } from './texts';
import { usePageTitle } from './title';

const ProjectsPage = lazy(() => import('../pages/projects/ProjectsPage'));
const ImagesPage = lazy(() => import('../pages/images/ImagesPage'));
const ImagePage = lazy(() => import('../pages/image/ImagePage'));
const ReceivedPage = lazy(() => import('../pages/received/ReceivedPage'));
const ReceivedImagePage = lazy(() => import('../pages/received/ReceivedImagePage'));
const PolicyPage = lazy(() => import('../pages/policy/PolicyPage'));
const ActivityPage = lazy(() => import('../pages/activity/ActivityPage'));
const PlatformPage = lazy(() => import('../pages/platform/PlatformPage'));

// Page draws the page of the address, loaded when it is first needed. What a page has on
// it belongs to its project and image: another one begins anew.
export function Page() {
  const texts = useTexts(componentTexts);
  const route = useRoute();
  const key = JSON.stringify(route);
  return (
    <Landmark of={key}>
      <ErrorBoundary key={key}>
        <Suspense fallback={<StatusIndicator type="loading">{texts.loading}</StatusIndicator>}>
          <PageOf route={route} />
        </Suspense>
      </ErrorBoundary>
    </Landmark>
  );
}

function PageOf({ route }: { route: Route }) {
  switch (route.page) {
    case 'home':
      return <Home />;
    case 'projects':
      return <ProjectsPage />;
    case 'images':
      return <ImagesPage projectId={route.projectId} />;
    case 'image':
      return <ImagePage projectId={route.projectId} imageId={route.imageId} />;
    case 'received':
      return <ReceivedPage projectId={route.projectId} />;
    case 'receivedImage':
      return <ReceivedImagePage projectId={route.projectId} imageId={route.imageId} />;
    case 'policy':
      return <PolicyPage projectId={route.projectId} />;
    case 'activity':
      return <ActivityPage projectId={route.projectId} />;
    case 'platform':
      return <PlatformPage />;
    case 'notFound':
      return <NotFound />;
  }
}

// Landmark takes the focus when the address changes, so that keyboard and screen reader go
// on at the new page and not where the link was that is gone.
function Landmark({ of, children }: { of: string; children: ReactNode }) {
  const element = useRef<HTMLDivElement>(null);
  const shown = useRef(of);
  useEffect(() => {
    if (shown.current !== of) element.current?.focus();
    shown.current = of;
  }, [of]);
  return (
    <div ref={element} tabIndex={-1} className="page">
      {children}
    </div>
  );
}

function Home() {
  useEffect(() => replace({ page: 'projects' }), []);
  return null;
}

function NotFound() {
  const texts = useTexts(shellTexts);
  usePageTitle(texts.notFound);
  return (
    <ContentLayout header={<Header variant="h1">{texts.notFound}</Header>}>
      <Box padding={{ bottom: 'm' }}>{texts.notFoundExplained}</Box>
      <Button onClick={() => navigate({ page: 'projects' })}>{texts.toProjects}</Button>
    </ContentLayout>
  );
}
