import { describe, expect, it } from 'vitest';
import { type Draft, draftOf, faultsOf, inBoth, specOf } from './draft';

const draft = (fields: Partial<Draft> = {}): Draft => ({
  incoming: 'consent',
  trustedProjects: '',
  trustedAccounts: '',
  blockedProjects: '',
  blockedAccounts: '',
  ...fields,
});

describe('a draft', () => {
  it('says what its policy says', () => {
    const policy = {
      incoming: 'closed' as const,
      trustedProjects: ['a', 'b'],
      trustedAccounts: [],
      blockedProjects: ['c'],
      blockedAccounts: ['d'],
    };
    expect(specOf(draftOf(policy))).toEqual(policy);
    expect(draftOf(policy).trustedProjects).toBe('a\nb');
  });
  it('takes lines and commas, and an id once', () => {
    expect(specOf(draft({ blockedAccounts: 'a, b\n\na' })).blockedAccounts).toEqual(['a', 'b']);
  });
});

describe('faultsOf', () => {
  it('finds none in ids and in nothing', () => {
    expect(faultsOf('')).toBeUndefined();
    expect(faultsOf('a\nb-1, c.d')).toBeUndefined();
  });
  it('names what is no id', () => {
    expect(faultsOf('a,-b,ü')).toEqual({ notIds: ['-b', 'ü'], beyond: 0 });
  });
  it('counts different ids against the limit', () => {
    const ids = Array.from({ length: 100 }, (_, i) => `p${i}`);
    expect(faultsOf([...ids, 'p0'].join(','))).toBeUndefined();
    expect(faultsOf([...ids, 'x', 'y'].join(','))).toEqual({ notIds: [], beyond: 2 });
  });
});

describe('inBoth', () => {
  it('is of projects among projects, of accounts among accounts', () => {
    const both = draft({ trustedProjects: 'a b', blockedProjects: 'b c', trustedAccounts: 'c', blockedAccounts: 'a' });
    expect(inBoth(both, 'blockedProjects')).toEqual(['b']);
    expect(inBoth(both, 'blockedAccounts')).toEqual([]);
  });
});
