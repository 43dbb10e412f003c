import { useCallback, useEffect, useRef, useState } from 'react';
import { type Problem, problemOf } from './problem';

// Loaded is something that a page shows of the service.
export interface Loaded<T> {
  // What was loaded last. It stays while it is loaded again, and when that fails.
  data?: T;
  // Why it could not be loaded the last time.
  problem?: Problem;
  loading: boolean;
  // reload loads it again. It never fails: problem has why.
  reload(): Promise<void>;
  // show puts something in its place, such as what a change has returned.
  show(data: T): void;
}

interface Result<T> {
  key: string;
  data?: T;
  problem?: Problem;
  loading: boolean;
}

// useLoad loads what key names, and again when key changes: then nothing of the former
// one is shown any more.
export function useLoad<T>(key: string, load: (signal: AbortSignal) => Promise<T>): Loaded<T> {
  const [result, setResult] = useState<Result<T>>({ key, loading: true });
  const latest = useRef({ key, load });
  latest.current = { key, load };
  const running = useRef<AbortController>(undefined);

  const reload = useCallback(async () => {
    running.current?.abort();
    const abort = new AbortController();
    running.current = abort;
    const { key, load } = latest.current;
    setResult((r) => (r.key === key ? { ...r, loading: true } : { key, loading: true }));
    try {
      const data = await load(abort.signal);
      if (!abort.signal.aborted) setResult({ key, data, loading: false });
    } catch (thrown) {
      if (abort.signal.aborted) return;
      setResult((r) => ({ ...r, problem: problemOf(thrown), loading: false }));
    }
  }, []);

  useEffect(() => {
    void reload();
    return () => running.current?.abort();
  }, [key, reload]);

  const show = useCallback((data: T) => setResult((r) => ({ ...r, data, problem: undefined })), []);
  const present: Result<T> = result.key === key ? result : { key, loading: true };
  return { data: present.data, problem: present.problem, loading: present.loading, reload, show };
}

// usePolling calls poll again and again, each time some milliseconds after the last call
// has ended, while active and while somebody looks at the page.
export function usePolling(active: boolean, milliseconds: number, poll: () => Promise<void>) {
  const latest = useRef(poll);
  latest.current = poll;
  useEffect(() => {
    if (!active) return undefined;
    let timer: ReturnType<typeof setTimeout>;
    let stopped = false;
    const next = () => {
      if (!stopped) timer = setTimeout(() => void once(), milliseconds);
    };
    const once = async () => {
      if (!document.hidden) await latest.current();
      next();
    };
    next();
    return () => {
      stopped = true;
      clearTimeout(timer);
    };
  }, [active, milliseconds]);
}
