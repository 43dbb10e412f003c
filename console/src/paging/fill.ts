// Page is one page of a list of the service. Without a nextToken it is the last one.
export interface Page<T> {
  items: T[];
  nextToken?: string;
}

// FetchPage asks the service for a page of at most limit items from token on.
export type FetchPage<T> = (token: string | undefined, limit: number, signal: AbortSignal) => Promise<Page<T>>;

// With a filter a page of the service may be short, even empty, and only a missing token
// means the end. So many of them at most make one page here; when that has found little,
// the rest is left to the next page.
const MAX_CALLS = 8;

// fill fetches a page with size items, as long as there are as many.
export async function fill<T>(
  fetch: FetchPage<T>,
  token: string | undefined,
  size: number,
  signal: AbortSignal,
): Promise<Page<T>> {
  const items: T[] = [];
  for (let call = 1; ; call++) {
    const page = await fetch(token, size - items.length, signal);
    items.push(...page.items);
    token = page.nextToken;
    if (token === undefined || items.length >= size || call === MAX_CALLS) return { items, nextToken: token };
  }
}
