import type { components } from './schema';

type Schemas = components['schemas'];

// ServiceProblem is any refusal of the OpenAPI document: there the schema of a
// problem is named by its code.
export type ServiceProblem = {
  [Name in keyof Schemas]: Schemas[Name] extends { code: Name } ? Schemas[Name] : never;
}[keyof Schemas];

// LocalProblem is what the service has not said itself: it could not be reached,
// nobody is signed in, or what came back is no answer of the service.
export interface LocalProblem {
  code: 'Unreachable' | 'SessionEnded' | 'Unexpected';
  status: number;
  detail: string;
  requestId?: string;
}

export type Problem = ServiceProblem | LocalProblem;
export type ProblemCode = Problem['code'];

// Refused is thrown for a request that did not succeed.
export class Refused extends Error {
  constructor(readonly problem: Problem) {
    super(`${problem.code}: ${problem.detail}`);
    this.name = 'Refused';
  }
}

// problemOf is the problem behind anything thrown. What is no Refused is a
// fault of this page.
export function problemOf(thrown: unknown): Problem {
  if (thrown instanceof Refused) return thrown.problem;
  return { code: 'Unexpected', status: 0, detail: thrown instanceof Error ? thrown.message : String(thrown) };
}

// isProblem reports whether a body is a problem of the service and not, say, a
// message of the gateway before it.
function isProblem(body: unknown): body is ServiceProblem {
  return typeof body === 'object' && body !== null && 'code' in body && typeof body.code === 'string';
}

// refusal reads what a response that is no success says. A gateway's own answer has
// no code: 401 and 429 come before the service, so nothing was done; after its other
// failures a change may have been made all the same.
export function refusal(method: string, response: Response, body: unknown): Problem {
  if (isProblem(body)) return body;
  const said = {
    status: response.status,
    detail: `HTTP ${response.status}`,
    requestId: response.headers.get('Apigw-Requestid') ?? undefined,
  };
  const code = gatewayCode(method, response.status);
  return { ...said, code } as Problem;
}

function gatewayCode(method: string, status: number): ProblemCode {
  if (status === 401) return 'Unauthenticated';
  if (status === 413) return 'RequestTooLarge';
  if (status === 429) return 'Throttled';
  if (status >= 500) return method === 'GET' ? 'Internal' : 'OutcomeUnknown';
  return 'Unexpected';
}

// unreachable is the problem of a request that got no response: one that only reads
// can be repeated, of another one nobody knows what it has done.
export function unreachable(method: string, cause: unknown): Problem {
  const detail = cause instanceof Error ? cause.message : String(cause);
  const code = method === 'GET' ? 'Unreachable' : 'OutcomeUnknown';
  return { code, status: 0, detail } as Problem;
}
