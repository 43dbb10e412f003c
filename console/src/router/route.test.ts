import { describe, expect, it } from 'vitest';
import { type Route, parse, pathTo } from './route';

const routes: Exclude<Route, { page: 'notFound' }>[] = [
  { page: 'home' },
  { page: 'projects' },
  { page: 'platform' },
  ...(['images', 'received', 'policy', 'activity'] as const).flatMap((page) =>
    ['org-a', 'projects', 'platform', 'images'].map((projectId) => ({ page, projectId })),
  ),
  { page: 'image', projectId: 'images', imageId: 'policy' },
  { page: 'receivedImage', projectId: 'a.b', imageId: '1_x' },
];

describe('a route', () => {
  it.each(routes)('has a path that is read as itself: %o', (route) => {
    expect(parse(pathTo(route))).toEqual(route);
  });
  it('has the paths that people are sent', () => {
    expect(pathTo({ page: 'receivedImage', projectId: 'org-b', imageId: 'golden' })).toBe(
      '/console/org-b/shared-images/golden',
    );
    expect(parse('/console')).toEqual({ page: 'home' });
  });
  it.each(['/console/x', '/console/a/b', '/console/a/policy/x', '/console/a/images/b/c', '/consolex', '/', '/console/%/constructor'])(
    'is not found at %s',
    (path) => {
      expect(parse(path)).toEqual({ page: 'notFound' });
    },
  );
});
