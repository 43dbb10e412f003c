// Route is an address of the page: /console/ and what comes after it.
export type Route =
  | { page: 'home' }
  | { page: 'projects' }
  | { page: 'platform' }
  | { page: 'images'; projectId: string }
  | { page: 'image'; projectId: string; imageId: string }
  | { page: 'received'; projectId: string }
  | { page: 'receivedImage'; projectId: string; imageId: string }
  | { page: 'policy'; projectId: string }
  | { page: 'activity'; projectId: string }
  | { page: 'notFound' };

const base = '/console/';

// The pages of a project by the segment after its id, with and without an image.
const ofProject = { images: 'images', 'shared-images': 'received', policy: 'policy', activity: 'activity' } as const;
const ofImage = { images: 'image', 'shared-images': 'receivedImage' } as const;

// parse reads a path. A project may be called like a page: what follows tells them apart.
export function parse(pathname: string): Route {
  if (!pathname.startsWith(base) && pathname !== '/console') return { page: 'notFound' };
  const segments = pathname.slice(base.length).split('/').filter((s) => s !== '').map(decode);
  const [first, second, third] = segments;
  if (first === undefined) return { page: 'home' };
  if (segments.length === 1 && (first === 'projects' || first === 'platform')) return { page: first };
  if (segments.length === 2 && isKey(ofProject, second)) return { page: ofProject[second], projectId: first };
  if (segments.length === 3 && isKey(ofImage, second) && third !== undefined) {
    return { page: ofImage[second], projectId: first, imageId: third };
  }
  return { page: 'notFound' };
}

// pathTo is the path that parse reads as this route.
export function pathTo(route: Exclude<Route, { page: 'notFound' }>): string {
  switch (route.page) {
    case 'home':
      return base;
    case 'projects':
    case 'platform':
      return base + route.page;
    default: {
      const of = 'imageId' in route ? ofImage : ofProject;
      const segment = Object.entries(of).find(([, page]) => page === route.page)?.[0];
      const image = 'imageId' in route ? `/${encodeURIComponent(route.imageId)}` : '';
      return `${base}${encodeURIComponent(route.projectId)}/${segment}${image}`;
    }
  }
}

function isKey<T extends object>(object: T, key: string | undefined): key is keyof T & string {
  return key !== undefined && Object.hasOwn(object, key);
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
