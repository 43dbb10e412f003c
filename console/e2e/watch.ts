import type { BrowserContext, Request } from 'playwright-core';

// Meant is a failure that a test wants: the status and the method, such as "422 POST", or
// "failed POST" for a request without an answer.
export type Meant = `${number | 'failed'} ${string}`;

// watch notes whatever must not happen in a browser, in any test: errors of the page, among
// them violations of its content security policy, requests that fail without being meant
// to, requests to another origin, and tokens in an address. The list grows as it goes.
export function watch(context: BrowserContext, origin: string, meant: readonly Meant[]): string[] {
  const faults: string[] = [];
  const failed = (what: Meant, request: Request) => {
    if (!meant.includes(what)) faults.push(`${what} ${request.url()}`);
  };
  context.on('console', (message) => {
    // That a request has failed is told below, with its method.
    if (message.type() !== 'error' || message.text().startsWith('Failed to load resource')) return;
    faults.push(`console: ${message.text()}`);
  });
  context.on('weberror', (error) => faults.push(`error: ${error.error().stack}`));
  context.on('response', (response) => {
    if (response.status() >= 400) failed(`${response.status()} ${response.request().method()}`, response.request());
  });
  context.on('requestfailed', (request) => {
    // The page itself gives up what it needs no longer.
    if (request.failure()?.errorText !== 'net::ERR_ABORTED') failed(`failed ${request.method()}`, request);
  });
  context.on('request', (request) => {
    const url = new URL(request.url());
    if (url.protocol !== 'data:' && url.origin !== origin) faults.push(`another origin: ${url}`);
    if (hasToken(request.url())) faults.push(`a token in an address: ${url}`);
  });
  context.on('page', (page) =>
    page.on('framenavigated', (frame) => {
      if (hasToken(frame.url())) faults.push(`a token in an address: ${frame.url()}`);
    }),
  );
  return faults;
}

// hasToken reports whether a text has a signed token in it, or names one.
export function hasToken(text: string): boolean {
  return /eyJ[\w-]+\.eyJ|(access|id|refresh)_token|id_token_hint/.test(text);
}
