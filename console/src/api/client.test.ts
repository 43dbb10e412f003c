import { afterEach, describe, expect, it, vi } from 'vitest';
import { api, authorizeBy, data } from './client';
import { problemOf } from './problem';

// The responses that the service gives, one after the other, and the tokens that
// the requests for them carried.
function service(...responses: (Response | Error)[]) {
  const tokens: (string | null)[] = [];
  vi.stubGlobal('fetch', (request: Request) => {
    tokens.push(request.headers.get('Authorization'));
    const next = responses.shift() ?? new Error('one request too many');
    return next instanceof Error ? Promise.reject(next) : Promise.resolve(next);
  });
  return tokens;
}

function session(...tokens: string[]) {
  const refused: string[] = [];
  authorizeBy({
    token: () => Promise.resolve(tokens[refused.length] ?? 'none'),
    refused: (token) => void refused.push(token),
  });
  return refused;
}

const at = 'https://images.example.com';
const json = (body: unknown, init?: ResponseInit) => Response.json(body, init);
const problem = (status: number, code: string, headers = {}) =>
  json({ code, status, detail: 'd', requestId: 'r' }, { status, headers });
const getProject = () =>
  data(api.GET('/v1/projects/{projectId}', { baseUrl: at, params: { path: { projectId: 'p' } } }));
const deleteImage = (signal?: AbortSignal) =>
  data(
    api.DELETE('/v1/projects/{projectId}/images/{imageId}', {
      baseUrl: at,
      params: { path: { projectId: 'p', imageId: 'i' } },
      signal,
    }),
  );
const codeOf = (call: Promise<unknown>) => call.then(() => 'no refusal', (thrown) => problemOf(thrown).code);

afterEach(() => vi.unstubAllGlobals());

describe('a call', () => {
  it('carries the token and returns the body', async () => {
    session('first');
    const tokens = service(json({ projectId: 'p' }));
    expect(await getProject()).toEqual({ projectId: 'p' });
    expect(tokens).toEqual(['Bearer first']);
  });

  it('is sent again with the next token when the session had ended', async () => {
    const refused = session('first', 'second');
    const tokens = service(problem(401, 'Unauthenticated'), new Response(null, { status: 204 }));
    await deleteImage();
    expect(tokens).toEqual(['Bearer first', 'Bearer second']);
    expect(refused).toEqual(['first']);
  });

  it('gives up when no token is taken', async () => {
    session('a', 'b', 'c');
    const tokens = service(...[1, 2, 3].map(() => json({ message: 'Unauthorized' }, { status: 401 })));
    expect(await codeOf(getProject())).toBe('Unauthenticated');
    expect(tokens).toHaveLength(3);
  });

  it('waits for a busy service', async () => {
    vi.useFakeTimers();
    session('first');
    service(problem(503, 'Busy', { 'Retry-After': '1' }), json({ projectId: 'p' }));
    const call = getProject();
    await vi.runAllTimersAsync();
    expect(await call).toEqual({ projectId: 'p' });
    vi.useRealTimers();
  });

  it('is not sent again when it was cancelled while it waited for a busy service', async () => {
    vi.useFakeTimers();
    session('first');
    const tokens = service(problem(503, 'Busy', { 'Retry-After': '1' }), new Response(null, { status: 204 }));
    const cancel = new AbortController();
    const call = expect(deleteImage(cancel.signal)).rejects.toThrow('cancelled');
    await vi.advanceTimersByTimeAsync(500);
    cancel.abort(new Error('cancelled'));
    await call;
    await vi.runAllTimersAsync();
    expect(tokens).toHaveLength(1);
    vi.useRealTimers();
  });

  it('is not sent when it was cancelled before somebody had signed in again', async () => {
    let signIn = (_token: string) => {};
    authorizeBy({ token: () => new Promise((resolve) => (signIn = resolve)), refused: () => undefined });
    const tokens = service(new Response(null, { status: 204 }));
    const cancel = new AbortController();
    const call = expect(deleteImage(cancel.signal)).rejects.toThrow('cancelled');
    cancel.abort(new Error('cancelled'));
    signIn('second');
    await call;
    expect(tokens).toEqual([]);
  });

  it('that changes something is not cut off once it is sent', async () => {
    session('first');
    const cancel = new AbortController();
    vi.stubGlobal('fetch', async (request: Request) => {
      cancel.abort(new Error('cancelled'));
      await Promise.resolve();
      request.signal.throwIfAborted();
      return new Response(null, { status: 204 });
    });
    await deleteImage(cancel.signal);
  });

  it('is not repeated when nobody knows what it has done', async () => {
    session('first');
    for (const lost of [problem(503, 'OutcomeUnknown'), json({ message: 'x' }, { status: 504 }), new Error('reset')]) {
      const tokens = service(lost);
      expect(await codeOf(deleteImage())).toBe('OutcomeUnknown');
      expect(tokens).toHaveLength(1);
    }
  });

  it('that only reads is known to have done nothing', async () => {
    session('first');
    service(new Error('reset'));
    expect(await codeOf(getProject())).toBe('Unreachable');
    service(json({ message: 'Internal Server Error' }, { status: 500 }));
    expect(await codeOf(getProject())).toBe('Internal');
  });
});
