import { describe, expect, it } from 'vitest';
import { Refused } from '../../api/problem';
import type { ShareResponse } from '../../api/types';
import { check, type DryRun, judgeAlone } from './check';
import { parseTargets, without } from './targets';

// A service of which these projects exist, some refuse, some have the image already, and
// which has so many places left. It refuses in the order of the contract.
function service({ known, refuse = [], have = [], room = 50 }: { known: string[]; refuse?: string[]; have?: string[]; room?: number }) {
  const asked: string[][] = [];
  const refusal = (fields: object) => new Refused({ status: 422, detail: '', requestId: 'r', ...fields } as never);
  const dryRun: DryRun = async (ids) => {
    asked.push(ids);
    const unknown = ids.filter((id) => !known.includes(id));
    if (unknown.length > 0) throw refusal({ code: 'ProjectNotFound', projectIds: unknown });
    const refusing = ids.filter((id) => refuse.includes(id));
    if (refusing.length > 0) throw refusal({ code: 'RecipientRefuses', projectIds: refusing });
    const requested = ids.filter((id) => !have.includes(id)).length;
    if (requested > room) throw refusal({ code: 'ShareLimitExceeded', limit: 50, current: 50 - room, requested });
    const shares = ids.map((projectId) => ({
      projectId,
      projectName: `Name of ${projectId}`,
      accountId: 'acc',
      status: 'accepted',
      result: have.includes(projectId) ? 'unchanged' : 'created',
    }));
    return { shares } as unknown as ShareResponse;
  };
  return { dryRun, asked };
}

const open = new AbortController().signal;
const said = async (ids: string[], dryRun: DryRun) =>
  Object.fromEntries([...(await check(ids, dryRun, open))].map(([id, verdict]) => [id, verdict.is]));

describe('check', () => {
  it('needs one dry run when all is well', async () => {
    const { dryRun, asked } = service({ known: ['a', 'b'], have: ['b'] });
    expect(await said(['a', 'b'], dryRun)).toEqual({ a: 'ready', b: 'shared' });
    expect(asked).toHaveLength(1);
  });
  it('shows name and account', async () => {
    const { dryRun } = service({ known: ['a'] });
    expect((await check(['a'], dryRun, open)).get('a')).toEqual({ is: 'ready', name: 'Name of a', accountId: 'acc', status: 'accepted' });
  });
  it('tells the bad ones from the good ones', async () => {
    const { dryRun, asked } = service({ known: ['a', 'b', 'c'], refuse: ['c'] });
    expect(await said(['a', 'x', 'b', 'c', 'y'], dryRun)).toEqual({ a: 'ready', b: 'ready', c: 'refuses', x: 'unknown', y: 'unknown' });
    expect(asked).toEqual([['a', 'x', 'b', 'c', 'y'], ['a', 'b', 'c'], ['a', 'b']]);
  });
  it('finds out about each although all do not fit', async () => {
    const { dryRun } = service({ known: ['a', 'b', 'c'], room: 1 });
    expect(await said(['a', 'x', 'b', 'c'], dryRun)).toEqual({ a: 'ready', b: 'ready', c: 'ready', x: 'unknown' });
  });
  it('says that there is no place left', async () => {
    const { dryRun, asked } = service({ known: ['a', 'b'], room: 0 });
    expect(await said(['a', 'b'], dryRun)).toEqual({ a: 'full', b: 'full' });
    expect(asked).toHaveLength(1);
  });
  it('asks for 50 at once at most', async () => {
    const ids = Array.from({ length: 120 }, (_, i) => `p${i}`);
    const { dryRun, asked } = service({ known: ids });
    await check(ids, dryRun, open);
    expect(asked.map((chunk) => chunk.length)).toEqual([50, 50, 20]);
  });
  it('asks no more when nobody wants to know', async () => {
    const ids = Array.from({ length: 120 }, (_, i) => `p${i}`);
    const { dryRun, asked } = service({ known: ids });
    const closed = new AbortController();
    const closing: DryRun = (chunk, signal) => {
      closed.abort();
      return dryRun(chunk, signal);
    };
    expect((await check(ids, closing, closed.signal)).size).toBe(50);
    expect(asked).toHaveLength(1);
    const refused: DryRun = () => Promise.reject(closed.signal.reason);
    expect(await check(['a'], refused, closed.signal)).toEqual(new Map());
  });
  it('ends with the problem when it cannot know', async () => {
    const dryRun: DryRun = () => Promise.reject(new Error('down'));
    expect(await said(['a', 'b'], dryRun)).toEqual({ a: 'failed', b: 'failed' });
  });
  it('never says of a dry run that it may have been done', async () => {
    for (const [status, code] of [[0, 'Unreachable'], [503, 'Internal']]) {
      const lost = new Refused({ code: 'OutcomeUnknown', status, detail: '', requestId: 'r' } as never);
      const verdicts = await check(['a'], () => Promise.reject(lost), open);
      expect(verdicts.get('a')).toMatchObject({ is: 'failed', problem: { code } });
    }
  });
  it('ends also when the refusal names none of the ids', async () => {
    const elsewhere = new Refused({ code: 'ProjectNotFound', projectIds: ['z'], status: 422, detail: '', requestId: 'r' } as never);
    expect(await said(['a'], () => Promise.reject(elsewhere))).toEqual({ a: 'failed' });
  });
});

describe('judgeAlone', () => {
  it('needs nobody for what is no id, and for the owner', () => {
    for (const bad of ['-a', 'a/b', 'ü', 'a'.repeat(65), '<b>']) expect(judgeAlone(bad, 'o')).toEqual({ is: 'invalid' });
    expect(judgeAlone('o', 'o')).toEqual({ is: 'own' });
    expect(judgeAlone('a.b_c-1', 'o')).toBeUndefined();
  });
});

describe('parseTargets', () => {
  it('takes lines, commas, semicolons and blanks, in either script', () => {
    expect(parseTargets(' a\r\nb, c;d\te，f；g、h,,\n')).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']);
  });
  it('takes no character that nobody sees', () => {
    expect(parseTargets('\u2068a\u2069, \ufeffb\u200b\nc\u00ad')).toEqual(['a', 'b', 'c']);
  });
  it('counts an id once', () => {
    expect(parseTargets('a,b,a')).toEqual(['a', 'b']);
    expect(parseTargets(' ,\n')).toEqual([]);
  });
  it('takes one out, and only that', () => {
    expect(without('a, ab\nb', 'a')).toBe('ab\nb');
  });
});
