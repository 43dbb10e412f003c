// Config is what the place that serves the page says of its sign-in, in
// /console/config.json.
export interface Config {
  // The OpenID Connect issuer, with its discovery document beneath.
  authority: string;
  // This page at the issuer: a public client for code with PKCE.
  clientId: string;
  // The scopes to ask for, separated by spaces.
  scope: string;
  // Whether the issuer is the one of this machine.
  local: boolean;
}

// loadConfig fetches it. It throws when it is not to be had.
export async function loadConfig(): Promise<Config> {
  const response = await fetch('/console/config.json', { cache: 'no-store' });
  if (!response.ok) throw new Error(`/console/config.json: HTTP ${response.status}`);
  return (await response.json()) as Config;
}
