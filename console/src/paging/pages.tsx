import Pagination from '@cloudscape-design/components/pagination';
import { useEffect, useMemo } from 'react';
import { type Loaded, useLoad } from '../api/load';
import { useKept } from '../router/location';
import { type FetchPage, fill, type Page } from './fill';

const PAGE_SIZE = 25;

// Pages is a list of the service, of which one page is shown.
export interface Pages<T> extends Loaded<Page<T>> {
  items: T[];
  // The way to the other pages, if there are any.
  pagination: React.ReactNode;
}

// usePages shows the list that key names, a page at a time. Which page that is stays with
// the place in the browser's history; another key begins at the first one.
export function usePages<T>(key: string, fetch: FetchPage<T>): Pages<T> {
  // The tokens of the pages up to this one; the first page has none.
  const [kept, keep] = useKept<{ key: string; tokens: string[] }>('pages', { key, tokens: [] });
  const tokens = kept.key === key ? kept.tokens : [];
  const token = tokens.at(-1);
  const loaded = useLoad(`${key} from ${token ?? ''}`, (signal) => fill(fetch, token, PAGE_SIZE, signal));
  const nextToken = loaded.data?.nextToken;

  // A token that came with the history may be of an older service.
  const outdated = loaded.problem?.code === 'InvalidNextToken' && tokens.length > 0;
  useEffect(() => {
    if (outdated) keep({ key, tokens: [] });
  }, [outdated, key, keep]);

  const go = (page: number) => {
    if (page <= tokens.length) keep({ key, tokens: tokens.slice(0, page - 1) });
    else if (nextToken !== undefined) keep({ key, tokens: [...tokens, nextToken] });
  };
  const current = tokens.length + 1;
  const pagination = (current > 1 || nextToken !== undefined) && (
    <Pagination
      currentPageIndex={current}
      pagesCount={nextToken === undefined ? current : current + 1}
      openEnd={nextToken !== undefined}
      onChange={({ detail }) => go(detail.currentPageIndex)}
    />
  );
  const items = useMemo(() => loaded.data?.items ?? [], [loaded.data]);
  return { ...loaded, items, pagination };
}
