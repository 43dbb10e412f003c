import SideNavigation, { type SideNavigationProps } from '@cloudscape-design/components/side-navigation';
import { useTexts } from '../i18n/catalogue';
import { follow, useRoute } from '../router/location';
import { pathTo } from '../router/route';
import { isPlatform } from '../session/may';
import { useClaims } from '../session/SessionContext';
import { shellTexts } from './texts';

const ofProject = ['images', 'received', 'policy', 'activity'] as const;

// SideBar lists the pages: those of the project, and those beside all projects.
export function SideBar() {
  const texts = useTexts(shellTexts);
  const route = useRoute();
  const claims = useClaims();
  const items: SideNavigationProps.Item[] = [];
  if ('projectId' in route) {
    const { projectId } = route;
    for (const page of ofProject) items.push({ type: 'link', text: texts[page], href: pathTo({ page, projectId }) });
    items.push({ type: 'divider' });
  }
  items.push({ type: 'link', text: texts.projects, href: pathTo({ page: 'projects' }) });
  if (isPlatform(claims)) items.push({ type: 'link', text: texts.platform, href: pathTo({ page: 'platform' }) });
  return <SideNavigation items={items} activeHref={activeHref(route)} onFollow={follow} />;
}

function activeHref(route: ReturnType<typeof useRoute>): string | undefined {
  switch (route.page) {
    case 'notFound':
      return undefined;
    case 'image':
      return pathTo({ page: 'images', projectId: route.projectId });
    case 'receivedImage':
      return pathTo({ page: 'received', projectId: route.projectId });
    default:
      return pathTo(route);
  }
}
