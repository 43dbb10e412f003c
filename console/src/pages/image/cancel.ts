import { problemOf } from '../../api/problem';

// Outcome is how far it came to cancel several shares, each by itself.
export interface Outcome {
  cancelled: string[];
  // Those that had ended before.
  ended: string[];
}

// cancelEach cancels the shares with these projects one after the other. A share that is
// not there is what was wanted. When one fails it throws; those before are cancelled, and
// a repeat finds them ended.
export async function cancelEach(targets: readonly string[], cancel: (target: string) => Promise<void>): Promise<Outcome> {
  const outcome: Outcome = { cancelled: [], ended: [] };
  for (const target of targets) {
    try {
      await cancel(target);
      outcome.cancelled.push(target);
    } catch (thrown) {
      if (problemOf(thrown).code !== 'ShareNotFound') throw thrown;
      outcome.ended.push(target);
    }
  }
  return outcome;
}
