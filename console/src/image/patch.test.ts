import { describe, expect, it } from 'vitest';
import { deprecationPatch, deprecationTexts, patchOf, startOf } from './patch';

const texts = { name: 'n', description: 'd', tags: [{ key: 'a', value: '1' }, { key: 'b', value: '' }] };

describe('patchOf', () => {
  it('names nothing that is the same', () => {
    expect(patchOf(texts, { ...texts, tags: [...texts.tags].reverse() })).toEqual({});
  });
  it('names what is changed', () => {
    expect(patchOf(texts, { ...texts, name: 'm', description: '' })).toEqual({ name: 'm', description: '' });
  });
  it('adds, changes and removes tags', () => {
    const tags = [{ key: 'a', value: '2' }, { key: 'c', value: '3' }];
    expect(patchOf(texts, { ...texts, tags })).toEqual({ tags: { a: '2', c: '3', b: null } });
  });
  it('survives keys that objects have by themselves', () => {
    const tags = [{ key: 'constructor', value: 'x' }];
    expect(patchOf({ ...texts, tags: [] }, { ...texts, tags })).toEqual({ tags: { constructor: 'x' } });
  });
});

describe('deprecationPatch', () => {
  it('takes away what is left empty', () => {
    const after = { day: '', replacementImageId: '', message: '' };
    expect(deprecationPatch({ message: 'm' }, after)).toEqual({
      deprecation: { at: null, replacementImageId: null, message: null },
    });
  });
  it('begins with the day, as it is here', () => {
    const at = deprecationPatch(undefined, { day: '2027/01/31', replacementImageId: 'i', message: 'm' }).deprecation?.at;
    expect(at).toBe(new Date(2027, 0, 31).toISOString());
  });
  it('keeps the time of a day that stays', () => {
    const before = { at: '2027-01-01T12:34:56.123456Z' };
    const patch = deprecationPatch(before, { ...deprecationTexts(before), message: 'm' });
    expect(patch.deprecation).toEqual({ at: before.at, replacementImageId: null, message: 'm' });
  });
});

describe('startOf', () => {
  it('is nothing for what is no day', () => {
    for (const bad of ['', '2027/1/1', '2027/02/30', '2027-01-01', 'x']) expect(startOf(bad)).toBeUndefined();
  });
});
