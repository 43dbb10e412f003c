import { expect, it } from 'vitest';
import { laterStart } from './start';

const now = Date.parse('2026-11-01T00:00:00Z');

it('has a later start until it begins', () => {
  expect(laterStart({ at: '2026-11-01T00:00:01Z' }, now)).toBe('2026-11-01T00:00:01Z');
  expect(laterStart({ at: '2026-11-01T00:00:00Z' }, now)).toBeUndefined();
});

it('begins at once without a start', () => {
  expect(laterStart({ message: 'old' }, now)).toBeUndefined();
});
