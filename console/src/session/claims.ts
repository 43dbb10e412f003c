// Claims is what the page reads of an access token, to offer what it allows. The
// service reads it too, verifies it, and decides.
export interface Claims {
  sub: string;
  scopes: string[];
}

// claimsOf reads a JWT. One that cannot be read has no scopes, so that nothing is
// offered but what the caller can fall back on: fallbackScope, which the issuer has
// said the token has.
export function claimsOf(token: string, fallbackScope = ''): Claims {
  const payload = payloadOf(token);
  const scope = typeof payload.scope === 'string' ? payload.scope : fallbackScope;
  return {
    sub: typeof payload.sub === 'string' ? payload.sub : '',
    scopes: scope.split(' ').filter((s) => s !== ''),
  };
}

function payloadOf(token: string): Record<string, unknown> {
  try {
    const base64 = (token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/');
    const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
    const payload: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return typeof payload === 'object' && payload !== null ? (payload as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
