import { expect, it } from 'vitest';
import { idOf, isId } from './ids';

it('takes an id without what came along with it', () => {
  for (const pasted of [' a-1\n', '\u2068a-1\u2069', '\ufeffa-1', 'a\u200b-1', '\u200ea-1\u00ad']) {
    expect(idOf(pasted)).toBe('a-1');
    expect(isId(idOf(pasted))).toBe(true);
  }
});
