import { describe, expect, it } from 'vitest';
import { claimsOf } from './claims';

const token = (payload: unknown) =>
  `e30.${Buffer.from(JSON.stringify(payload)).toString('base64url')}.signature`;

describe('claimsOf', () => {
  it('reads subject and scopes, in any script', () => {
    const claims = claimsOf(token({ sub: '李雷 ünï', scope: 'images:read images:share' }));
    expect(claims).toEqual({ sub: '李雷 ünï', scopes: ['images:read', 'images:share'] });
  });
  it('believes the issuer where the token says nothing', () => {
    expect(claimsOf(token({ sub: 'a' }), 'images:read').scopes).toEqual(['images:read']);
    expect(claimsOf('opaque', 'images:read').scopes).toEqual(['images:read']);
  });
  it('reads nothing from what is no token', () => {
    for (const bad of ['', 'a.b.c', `e30.${btoa('null')}.x`, token([])]) {
      expect(claimsOf(bad)).toEqual({ sub: '', scopes: [] });
    }
  });
});
