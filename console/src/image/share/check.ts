import { type Problem, problemOf } from '../../api/problem';
import type { ShareResponse, ShareStatus } from '../../api/types';
import { isId } from '../../ids';

// Verdict is what a dry run has said of one project.
export type Verdict =
  | { is: 'ready'; name: string; accountId: string; status: ShareStatus }
  | { is: 'shared'; name: string; accountId: string }
  | { is: 'invalid' | 'own' | 'unknown' | 'refuses' | 'full' }
  | { is: 'failed'; problem: Problem };

export type Verdicts = ReadonlyMap<string, Verdict>;

// DryRun asks the service whether the image could be shared with these projects.
export type DryRun = (projectIds: string[], signal: AbortSignal) => Promise<ShareResponse>;

// The service takes so many ids at once.
export const MAX_TARGETS = 50;

// judgeAlone is the verdict on an id that no dry run is needed for.
export function judgeAlone(id: string, ownerId: string): Verdict | undefined {
  if (!isId(id)) return { is: 'invalid' };
  if (id === ownerId) return { is: 'own' };
  return undefined;
}

// check finds the verdict on each of the ids with as few dry runs as it takes: a share is
// all or nothing, so one that is refused for some projects is asked for again without them.
// It ends with what it knows when the signal is aborted.
export async function check(ids: string[], dryRun: DryRun, signal: AbortSignal): Promise<Verdicts> {
  const verdicts = new Map<string, Verdict>();
  let queue = chunks(ids, MAX_TARGETS);
  for (let chunk = queue.shift(); chunk && !signal.aborted; chunk = queue.shift()) {
    try {
      const { shares } = await dryRun(chunk, signal);
      for (const share of shares) verdicts.set(share.projectId, verdictOf(share));
    } catch (thrown) {
      if (signal.aborted) break;
      const problem = ofDryRun(problemOf(thrown));
      const refused = verdictsOf(problem, chunk);
      for (const [id, verdict] of refused) verdicts.set(id, verdict);
      const rest = chunk.filter((id) => !refused.has(id));
      queue = [...chunks(rest, roomOf(problem)), ...queue];
    }
  }
  return verdicts;
}

// verdictsOf is what a refusal of a share with these projects says of some of them; of at
// least one, unless fewer of them would fit.
export function verdictsOf(problem: Problem, ids: string[]): Verdicts {
  switch (problem.code) {
    case 'ProjectNotFound':
      return among(ids, problem.projectIds, { is: 'unknown' }, problem);
    case 'RecipientRefuses':
      return among(ids, problem.projectIds, { is: 'refuses' }, problem);
    case 'ShareLimitExceeded':
      return ids.length > 1 && problem.current < problem.limit ? new Map() : all(ids, { is: 'full' });
    default:
      return all(ids, { is: 'failed', problem });
  }
}

// ofDryRun is the problem of a dry run: it changes nothing, so that of one whose answer was
// lost nothing is unknown.
function ofDryRun(problem: Problem): Problem {
  if (problem.code !== 'OutcomeUnknown') return problem;
  // Without any answer there is no status.
  const status: number = problem.status;
  return { ...problem, code: status === 0 ? 'Unreachable' : 'Internal' } as Problem;
}

function roomOf(problem: Problem): number {
  return problem.code === 'ShareLimitExceeded' ? Math.max(1, problem.limit - problem.current) : MAX_TARGETS;
}

function verdictOf({ result, projectName, accountId, status }: ShareResponse['shares'][number]): Verdict {
  const of = { name: projectName, accountId };
  return result === 'unchanged' ? { is: 'shared', ...of } : { is: 'ready', ...of, status };
}

// A refusal that names none of the ids is one of all: else it would be asked for ever.
function among(ids: string[], named: string[], verdict: Verdict, problem: Problem): Verdicts {
  const meant = ids.filter((id) => named.includes(id));
  return meant.length > 0 ? all(meant, verdict) : all(ids, { is: 'failed', problem });
}

function all(ids: string[], verdict: Verdict): Verdicts {
  return new Map(ids.map((id) => [id, verdict]));
}

function chunks(ids: string[], size: number): string[][] {
  return Array.from({ length: Math.ceil(ids.length / size) }, (_, i) => ids.slice(i * size, (i + 1) * size));
}
