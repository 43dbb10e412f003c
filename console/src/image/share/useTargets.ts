import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { Share } from '../../api/types';
import { check, type DryRun, judgeAlone, type Verdict, type Verdicts } from './check';
import { MAX_ENTERED, parseTargets, without } from './targets';

// Somebody who pauses for so many milliseconds has finished typing an id.
const PAUSE = 600;

export interface Target {
  id: string;
  // What is known of it; nothing while it is being checked.
  verdict?: Verdict;
}

// useTargets is the field for the target projects: its text, and what a dry run says of each
// id in it, asked for when it is there for a moment. Of tooMany ids nothing is said.
export function useTargets(ownerId: string, shares: Share[], dryRun: DryRun) {
  const [text, setText] = useState('');
  const [verdicts, setVerdicts] = useState<Verdicts>(new Map());
  const asking = useRef(new Set<string>());
  const latest = useRef(dryRun);
  latest.current = dryRun;
  // Nobody asks any more for a dialog that is closed.
  const [closed] = useState(() => new AbortController());
  useEffect(() => () => closed.abort(), [closed]);

  const ids = useMemo(() => parseTargets(text), [text]);
  const tooMany = ids.length > MAX_ENTERED ? ids.length : undefined;
  const targets = useMemo<Target[]>(
    () =>
      (tooMany ? [] : ids).map((id) => ({
        id,
        verdict: judgeAlone(id, ownerId) ?? judgeShared(id, shares) ?? verdicts.get(id),
      })),
    [ids, tooMany, verdicts, ownerId, shares],
  );

  const learn = useCallback((more: Verdicts) => setVerdicts((known) => new Map([...known, ...more])), []);
  // forget has ids checked again: those in which of the verdicts something may have changed.
  const forget = useCallback(
    (which: (verdict: Verdict) => boolean) =>
      setVerdicts((known) => new Map([...known].filter(([, verdict]) => !which(verdict)))),
    [],
  );

  useEffect(() => {
    const open = targets.filter(({ id, verdict }) => !verdict && !asking.current.has(id)).map(({ id }) => id);
    if (open.length === 0) return undefined;
    const timer = setTimeout(() => {
      for (const id of open) asking.current.add(id);
      void check(open, latest.current, closed.signal).then((more) => {
        for (const id of open) asking.current.delete(id);
        learn(more);
      });
    }, PAUSE);
    return () => clearTimeout(timer);
  }, [targets, learn, closed]);

  const change = useCallback((text: string) => {
    // An id that is taken out and comes back is checked again.
    const there = new Set(parseTargets(text));
    setText(text);
    setVerdicts((known) => new Map([...known].filter(([id]) => there.has(id))));
  }, []);
  const remove = (id: string) => change(without(text, id));
  return { text, change, targets, tooMany, remove, learn, forget };
}

function judgeShared(id: string, shares: Share[]): Verdict | undefined {
  const share = shares.find(({ projectId }) => projectId === id);
  return share && { is: 'shared', name: share.projectName, accountId: share.accountId };
}
