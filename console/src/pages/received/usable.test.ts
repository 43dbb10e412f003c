import { describe, expect, it } from 'vitest';
import type { SharedImage } from '../../api/types';
import { hindrance } from './usable';

const image = (fields: Partial<SharedImage>) =>
  ({ status: 'accepted', suspended: false, state: 'Available', ...fields }) as SharedImage;

describe('hindrance', () => {
  it('is none of an image that is accepted and available', () => {
    expect(hindrance(image({}))).toBeUndefined();
    expect(hindrance(image({ deprecation: {} }))).toBeUndefined();
  });
  it('is the first that the service would name', () => {
    expect(hindrance(image({ state: 'Failed' }))).toBe('failed');
    expect(hindrance(image({ state: 'Creating', suspended: true }))).toBe('suspended');
    expect(hindrance(image({ state: 'Failed', suspended: true, status: 'declined' }))).toBe('declined');
    expect(hindrance(image({ suspended: true, status: 'pending' }))).toBe('pending');
  });
});
