import BreadcrumbGroup, { type BreadcrumbGroupProps } from '@cloudscape-design/components/breadcrumb-group';
import { useTexts } from '../i18n/catalogue';
import { isolate } from '../i18n/isolate';
import { follow, useRoute } from '../router/location';
import { pathTo, type Route } from '../router/route';
import { useProjects } from './projects';
import { shellTexts } from './texts';

// Breadcrumbs leads from the projects down to the page.
export function Breadcrumbs() {
  const texts = useTexts(shellTexts);
  const route = useRoute();
  const projects = useProjects().data ?? [];
  const items: BreadcrumbGroupProps.Item[] = [{ text: texts.projects, href: pathTo({ page: 'projects' }) }];
  if ('projectId' in route) {
    const { projectId } = route;
    const name = projects.find((p) => p.projectId === projectId)?.name;
    items.push({ text: name ? isolate(name) : projectId, href: pathTo({ page: 'images', projectId }) });
    const list = listOf(route);
    items.push({ text: texts[list], href: pathTo({ page: list, projectId }) });
    if ('imageId' in route) items.push({ text: route.imageId, href: pathTo(route) });
  }
  if (route.page === 'platform') items.push({ text: texts.platform, href: pathTo(route) });
  return <BreadcrumbGroup items={items} ariaLabel={texts.breadcrumbs} onFollow={follow} />;
}

function listOf(route: Extract<Route, { projectId: string }>) {
  if (route.page === 'image') return 'images';
  if (route.page === 'receivedImage') return 'received';
  return route.page;
}
