import { describe, expect, it } from 'vitest';
import { type FetchPage, fill } from './fill';

// A service whose pages are these, with tokens that are their numbers.
function service(pages: number[][]) {
  const limits: number[] = [];
  const fetch: FetchPage<number> = (token, limit) => {
    limits.push(limit);
    const n = Number(token ?? 0);
    return Promise.resolve({ items: pages[n] ?? [], nextToken: n + 1 < pages.length ? String(n + 1) : undefined });
  };
  return { fetch, limits };
}

const { signal } = new AbortController();

describe('fill', () => {
  it('is content with a full page', async () => {
    const { fetch, limits } = service([[1, 2], [3]]);
    expect(await fill(fetch, undefined, 2, signal)).toEqual({ items: [1, 2], nextToken: '1' });
    expect(limits).toEqual([2]);
  });
  it('goes on after short and empty pages, and asks for what is missing only', async () => {
    const { fetch, limits } = service([[1], [], [2, 3], [4]]);
    expect(await fill(fetch, undefined, 3, signal)).toEqual({ items: [1, 2, 3], nextToken: '3' });
    expect(limits).toEqual([3, 2, 2]);
  });
  it('begins at its token and ends with the list', async () => {
    const { fetch } = service([[1], [2], [3]]);
    expect(await fill(fetch, '1', 25, signal)).toEqual({ items: [2, 3], nextToken: undefined });
  });
  it('leaves the rest to the next page when little is found', async () => {
    const { fetch, limits } = service(Array.from({ length: 100 }, () => []));
    expect(await fill(fetch, undefined, 25, signal)).toEqual({ items: [], nextToken: '8' });
    expect(limits).toHaveLength(8);
  });
});
