import createClient, { type FetchResponse } from 'openapi-fetch';
import { Refused, refusal, unreachable } from './problem';
import { pause, waitBefore } from './retry';
import type { paths } from './schema';

// Authorizer is what the client needs of the session.
export interface Authorizer {
  // token is the access token, once there is one: after the session has ended, when
  // somebody has signed in again. It throws Refused when nobody will, and the signal's
  // reason when that is aborted.
  token(signal: AbortSignal): Promise<string>;
  // refused tells that the service does not take this token any more.
  refused(token: string): void;
}

let authorizer: Authorizer;

// authorizeBy sets the session whose token every request carries.
export function authorizeBy(session: Authorizer) {
  authorizer = session;
}

// A request is sent with this many tokens at most: the session's, a renewed one, and
// one of a person who has signed in again.
const MAX_TOKENS = 3;

// politely sends a request with the session's token, and again when the service is
// busy or the session had ended: in both cases nothing was done. It throws Refused
// unless the request succeeded. When the request's signal is aborted it throws the
// signal's reason, and nothing was done: see send.
async function politely(request: Request): Promise<Response> {
  let tokens = 0;
  for (let n = 1; ; ) {
    const token = await authorizer.token(request.signal);
    const response = await send(request.clone(), token);
    if (response.ok) return response;
    const body: unknown = await response.json().catch(() => undefined);
    const problem = refusal(request.method, response, body);
    if (response.status === 401 && ++tokens < MAX_TOKENS) {
      authorizer.refused(token);
      continue;
    }
    const wait = waitBefore(n++, problem.code, response.headers.get('Retry-After'));
    if (wait === undefined) throw new Refused(problem);
    await pause(wait, request.signal);
  }
}

// send sends it once. What may change something is not cut off once it is out, because
// nobody would know what it has done: its answer is waited for.
async function send(request: Request, token: string): Promise<Response> {
  request.signal.throwIfAborted();
  request.headers.set('Authorization', `Bearer ${token}`);
  try {
    return await (request.method === 'GET' ? fetch(request) : fetch(new Request(request, { signal: null })));
  } catch (cause) {
    if (request.signal.aborted) throw cause;
    throw new Refused(unreachable(request.method, cause));
  }
}

// api is the service: one method for each of HTTP, typed by the OpenAPI document.
export const api = createClient<paths>({ baseUrl: globalThis.location?.origin, fetch: politely });

// data is what a call of api has returned. It throws Refused when that is a refusal.
export async function data<T extends Record<string | number, unknown>, O, M extends `${string}/${string}`>(
  call: Promise<FetchResponse<T, O, M>>,
): Promise<NonNullable<FetchResponse<T, O, M>['data']>> {
  return (await call).data as NonNullable<FetchResponse<T, O, M>['data']>;
}
