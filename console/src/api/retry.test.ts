import { describe, expect, it } from 'vitest';
import { MAX_TRIES, pause, requestsWaiting, waitBefore } from './retry';

const noJitter = () => 0;

describe('waitBefore', () => {
  it('waits as long as the service asks for', () => {
    expect(waitBefore(1, 'Busy', '3', noJitter)).toBe(3000);
    expect(waitBefore(2, 'Throttled', '3', noJitter)).toBe(3000);
  });
  it('waits longer each time when the service names no time', () => {
    const waits = [1, 2, 3].map((n) => waitBefore(n, 'Throttled', null, noJitter));
    expect(waits).toEqual([1000, 2000, 4000]);
  });
  it('never waits less than asked for, and half as long again at most', () => {
    expect(waitBefore(1, 'Busy', '2', () => 0.999)).toBeGreaterThan(2000);
    expect(waitBefore(1, 'Busy', '2', () => 0.999)).toBeLessThan(3000);
  });
  it('gives up after some tries, and when it would have to wait too long', () => {
    expect(waitBefore(MAX_TRIES, 'Busy', '1')).toBeUndefined();
    expect(waitBefore(1, 'Throttled', '3600')).toBeUndefined();
  });
  it('never repeats what may have been done, or will be refused again', () => {
    for (const code of ['OutcomeUnknown', 'Internal', 'Unreachable', 'ImageNotFound']) {
      expect(waitBefore(1, code, '1')).toBeUndefined();
    }
  });
});

describe('pause', () => {
  it('is counted while it lasts', async () => {
    const paused = pause(1, new AbortController().signal);
    expect(requestsWaiting()).toBe(1);
    await paused;
    expect(requestsWaiting()).toBe(0);
  });
  it('ends when it is aborted', async () => {
    const abort = new AbortController();
    const paused = pause(60_000, abort.signal);
    abort.abort(new Error('gone'));
    await expect(paused).rejects.toThrow('gone');
    expect(requestsWaiting()).toBe(0);
  });
  it('does not begin when it was aborted before', async () => {
    await expect(pause(60_000, AbortSignal.abort(new Error('gone')))).rejects.toThrow('gone');
    expect(requestsWaiting()).toBe(0);
  });
});
