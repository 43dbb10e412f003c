import { describe, expect, it } from 'vitest';
import { isPlatform, mayIn } from './may';

const claims = (...scopes: string[]) => ({ sub: 's', scopes });

describe('mayIn', () => {
  it('gives a member what the images scopes say', () => {
    const may = mayIn(claims('images:read', 'images:share', 'images:receive'), true);
    expect(may).toEqual({ share: true, cancel: true, save: false, write: false, receive: true, answer: true, platform: false });
  });
  it('gives nobody else anything for them', () => {
    const may = mayIn(claims('images:share', 'images:save', 'images:write', 'images:receive'), false);
    expect(Object.values(may)).not.toContain(true);
  });
  it('lets the platform change and cancel anywhere, but not share, save or answer', () => {
    const may = mayIn(claims('catalog:write'), false);
    expect(may).toEqual({ share: false, cancel: true, save: false, write: true, receive: true, answer: false, platform: true });
  });
  it('lets the platform that only reads change nothing', () => {
    expect(Object.values(mayIn(claims('catalog:read'), false))).not.toContain(true);
    expect(isPlatform(claims('catalog:read'))).toBe(true);
    expect(isPlatform(claims('images:read'))).toBe(false);
  });
});
