import { describe, expect, it } from 'vitest';
import type { Problem } from '../api/problem';
import { fieldErrors, isOnlyOf } from './fields';

const invalid = (...fields: string[]) =>
  ({ code: 'InvalidRequest', status: 400, detail: '', requestId: 'r', errors: fields.map((field) => ({ field, message: `bad ${field}` })) }) as Problem;

describe('fieldErrors', () => {
  it('puts what is said of a part to the whole, the first thing said', () => {
    expect(fieldErrors(invalid('name', 'tags.team', 'tags.stage', 'projectIds[3]'))).toEqual({
      name: 'bad name',
      tags: 'bad tags.team',
      projectIds: 'bad projectIds[3]',
    });
  });
  it('has nothing for other problems', () => {
    expect(fieldErrors(undefined)).toEqual({});
    expect(fieldErrors({ code: 'Unreachable', status: 0, detail: '' })).toEqual({});
  });
});

describe('isOnlyOf', () => {
  it('is false as soon as something belongs elsewhere', () => {
    expect(isOnlyOf(['name', 'tags'], invalid('name', 'tags.x'))).toBe(true);
    expect(isOnlyOf(['name'], invalid('name', 'body'))).toBe(false);
    expect(isOnlyOf(['name'], { code: 'Unreachable', status: 0, detail: '' })).toBe(false);
  });
});
