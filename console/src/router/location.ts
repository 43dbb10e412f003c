import { useCallback, useMemo, useSyncExternalStore } from 'react';
import { type Route, parse, pathTo } from './route';

type Target = Exclude<Route, { page: 'notFound' }> | string;

const listeners = new Set<() => void>();

function subscribe(listener: () => void) {
  listeners.add(listener);
  window.addEventListener('popstate', listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener('popstate', listener);
  };
}

function changed() {
  for (const listener of [...listeners]) listener();
}

// navigate goes to a route, or to the path of one, as a link does.
export function navigate(to: Target) {
  window.history.pushState(null, '', typeof to === 'string' ? to : pathTo(to));
  changed();
}

// replace is navigate for an address that is no place to come back to.
export function replace(to: Target) {
  window.history.replaceState(null, '', typeof to === 'string' ? to : pathTo(to));
  changed();
}

// follow goes where a link of Cloudscape points, unless it is to be opened elsewhere. It
// is for onFollow and onItemFollow.
export function follow(event: CustomEvent<{ href?: string; external?: boolean }>) {
  const { href, external } = event.detail;
  if (!href || external) return;
  event.preventDefault();
  navigate(href);
}

// usePath is the path of the address.
export function usePath(): string {
  return useSyncExternalStore(subscribe, () => window.location.pathname);
}

export function useRoute(): Route {
  const path = usePath();
  return useMemo(() => parse(path), [path]);
}

// useQuery is the part of the address that says what a page shows of its list, and what
// changes it without a new place to come back to. An empty value is left out.
export function useQuery(): [URLSearchParams, (changes: Record<string, string>) => void] {
  const search = useSyncExternalStore(subscribe, () => window.location.search);
  const query = useMemo(() => new URLSearchParams(search), [search]);
  return [query, changeQuery];
}

function changeQuery(changes: Record<string, string>) {
  const query = new URLSearchParams(window.location.search);
  for (const [name, value] of Object.entries(changes)) {
    if (value === '') query.delete(name);
    else query.set(name, value);
  }
  const search = query.size > 0 ? `?${query}` : '';
  replace(window.location.pathname + search);
}

// useKept is a value that stays with this place in the browser's history: it is there
// again after a reload, and when somebody comes back.
export function useKept<T>(name: string, initial: T): [T, (value: T) => void] {
  const state = useSyncExternalStore(subscribe, () => window.history.state as Record<string, T> | null);
  const keep = useCallback(
    (value: T) => {
      window.history.replaceState({ ...(window.history.state as object), [name]: value }, '');
      changed();
    },
    [name],
  );
  return [state?.[name] ?? initial, keep];
}
