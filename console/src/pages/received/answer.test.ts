import { describe, expect, it } from 'vitest';
import { Refused } from '../../api/problem';
import type { SharedImage } from '../../api/types';
import { answerAll, type Progress } from './answer';

const images = (...ids: string[]) => ids.map((imageId) => ({ imageId, status: 'pending' }) as SharedImage);
const begin = (...ids: string[]): Progress => ({ left: images(...ids), answered: [], gone: [] });
const idsOf = (of: SharedImage[]) => of.map(({ imageId }) => imageId);
const refusal = (code: string) => new Refused({ code, status: 0, detail: '', requestId: 'r' } as never);

// A service that refuses these images, once each.
function service(refuse: Record<string, string> = {}) {
  const asked: string[] = [];
  const answer = async (image: SharedImage) => {
    asked.push(image.imageId);
    const code = refuse[image.imageId];
    delete refuse[image.imageId];
    if (code) throw refusal(code);
    return { ...image, status: 'accepted' as const };
  };
  return { asked, answer };
}

describe('answerAll', () => {
  it('answers all, and has what the service says of them', async () => {
    const { left, answered, problem } = await answerAll(begin('a', 'b'), service().answer);
    expect([left, problem]).toEqual([[], undefined]);
    expect(answered.map(({ imageId, status }) => `${imageId} ${status}`)).toEqual(['a accepted', 'b accepted']);
  });
  it('goes on where one is gone', async () => {
    const { answered, gone, problem } = await answerAll(begin('a', 'b'), service({ a: 'ImageNotFound' }).answer);
    expect([idsOf(answered), idsOf(gone), problem]).toEqual([['b'], ['a'], undefined]);
  });
  it('stops at a refusal, and goes on from there', async () => {
    const { asked, answer } = service({ a: 'ImageNotFound', c: 'OutcomeUnknown' });
    const stopped = await answerAll(begin('a', 'b', 'c', 'd'), answer);
    expect(stopped.problem?.code).toBe('OutcomeUnknown');
    expect([idsOf(stopped.answered), idsOf(stopped.gone), idsOf(stopped.left)]).toEqual([['b'], ['a'], ['c', 'd']]);
    const done = await answerAll(stopped, answer);
    expect([idsOf(done.answered), idsOf(done.gone), done.left, done.problem]).toEqual([['b', 'c', 'd'], ['a'], [], undefined]);
    expect(asked).toEqual(['a', 'b', 'c', 'c', 'd']);
  });
});
