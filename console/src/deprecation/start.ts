import type { Deprecation } from '../api/types';

// laterStart is when a deprecation begins that is announced and does not hold yet; undefined
// of one that holds.
export function laterStart({ at }: Deprecation, now = Date.now()): string | undefined {
  return at !== undefined && Date.parse(at) > now ? at : undefined;
}
