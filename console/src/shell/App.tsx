import AppLayoutToolbar from '@cloudscape-design/components/app-layout-toolbar';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useState, useSyncExternalStore } from 'react';
import { onWaiting, requestsWaiting } from '../api/retry';
import { useTexts } from '../i18n/catalogue';
import { problemTexts } from '../problems/texts';
import { useSessionState } from '../session/SessionContext';
import { Breadcrumbs } from './Breadcrumbs';
import { Notifications, NotificationsProvider } from './notifications';
import { Page } from './Page';
import { ProjectsProvider } from './projects';
import { SessionEnded } from './SessionEnded';
import { SideBar } from './SideBar';
import { SignInPage } from './SignInPage';
import { shellTexts } from './texts';
import { SignedInBar, TopBar } from './TopBar';

// App is the whole page. signInFailed says that somebody has just come back from the
// issuer, who did not sign them in.
export function App({ signInFailed }: { signInFailed: boolean }) {
  const state = useSessionState();
  if (state.is === 'signedOut') {
    return (
      <>
        <TopBar />
        <main>
          <SignInPage failed={signInFailed} />
        </main>
      </>
    );
  }
  return (
    <ProjectsProvider key={state.claims.sub}>
      <NotificationsProvider>
        <div id="top">
          <SignedInBar />
        </div>
        <Layout />
        <Waiting />
        {state.is === 'ended' && <SessionEnded />}
      </NotificationsProvider>
    </ProjectsProvider>
  );
}

function Layout() {
  const texts = useTexts(shellTexts);
  const [open, setOpen] = useState(() => window.innerWidth > 1000);
  return (
    <AppLayoutToolbar
      headerSelector="#top"
      navigation={<SideBar />}
      navigationOpen={open}
      onNavigationChange={({ detail }) => setOpen(detail.open)}
      breadcrumbs={<Breadcrumbs />}
      notifications={<Notifications />}
      content={<Page />}
      toolsHide
      ariaLabels={{
        navigation: texts.navigation,
        navigationToggle: texts.openNavigation,
        navigationClose: texts.closeNavigation,
        notifications: texts.notifications,
      }}
    />
  );
}

// Waiting says that requests wait for a busy service, so that nobody thinks the page hangs.
function Waiting() {
  const texts = useTexts(problemTexts);
  const waiting = useSyncExternalStore(onWaiting, requestsWaiting) > 0;
  return (
    <div role="status" className={waiting ? 'waiting' : undefined}>
      {waiting && <StatusIndicator type="pending">{texts.waiting}</StatusIndicator>}
    </div>
  );
}
