// How often, and for how long at most, a request waits for a service that is busy.
export const MAX_TRIES = 4;
const MAX_WAIT_SECONDS = 10;

// waitBefore is how many milliseconds to wait before a request is sent again that
// was refused for the n-th time, from 1, or undefined when it is not to be: only
// what was refused before anything was written, and not for ever. A wait is at
// least what the service asks for, up to a limit, and a random part longer, so that
// pages that were refused together do not come back together.
export function waitBefore(
  n: number,
  code: string,
  retryAfter: string | null,
  random: () => number = Math.random,
): number | undefined {
  if (n >= MAX_TRIES || (code !== 'Busy' && code !== 'Throttled')) return undefined;
  const asked = Number(retryAfter);
  const seconds = asked > 0 ? asked : 2 ** (n - 1);
  if (seconds > MAX_WAIT_SECONDS) return undefined;
  return seconds * 1000 * (1 + random() / 2);
}

type Listener = () => void;

let waiting = 0;
const listeners = new Set<Listener>();

// pause waits, and lets the page say meanwhile that the service is busy. It ends
// early, with the signal's reason, when the signal is aborted.
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  change(1);
  try {
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(resolve, milliseconds);
      const stop = () => {
        clearTimeout(timer);
        reject(signal.reason);
      };
      signal.addEventListener('abort', stop, { once: true });
    });
  } finally {
    change(-1);
  }
}

// requestsWaiting is how many requests wait for a busy service now; onWaiting calls
// back when that changes, and returns what ends it.
export function requestsWaiting(): number {
  return waiting;
}

export function onWaiting(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function change(by: number) {
  waiting += by;
  for (const listener of listeners) listener();
}
