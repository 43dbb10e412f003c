import { type User, UserManager, WebStorageStateStore } from 'oidc-client-ts';
import type { Authorizer } from '../api/client';
import { Refused } from '../api/problem';
import { forgetAll } from '../copies';
import { type Claims, claimsOf } from './claims';
import type { Config } from './config';

// State is where the session stands. Ended means that somebody was signed in and
// the page waits for them to sign in again, with everything as it was.
export type State =
  | { is: 'signedOut' }
  | { is: 'signedIn'; claims: Claims }
  | { is: 'ended'; claims: Claims };

const home = '/console/';

// Where the page goes on after the sign-in.
interface Continuation {
  path: string;
}

// Session is who is signed in. Tokens are in the session storage of this tab; they
// are renewed with the refresh token where the issuer gives one, never in a frame.
export class Session implements Authorizer {
  private state: State = { is: 'signedOut' };
  private user: User | null = null;
  // The tokens that were renewed in silence: when the service does not take one of
  // those either, somebody has to sign in.
  private renewed = new Set<string>();
  // The token that the service took no more.
  private distrusted = '';
  private renewing: Promise<void> | undefined;
  private listeners = new Set<() => void>();

  private constructor(private readonly manager: UserManager) {
    manager.events.addAccessTokenExpiring(() => void this.renew());
    manager.events.addAccessTokenExpired(() => void this.renew());
  }

  // start goes on with the session of this tab, if there is one.
  static async start(config: Config): Promise<Session> {
    const manager = new UserManager({
      authority: config.authority,
      client_id: config.clientId,
      scope: config.scope,
      redirect_uri: window.location.origin + signedInPath,
      post_logout_redirect_uri: window.location.origin + home,
      userStore: new WebStorageStateStore({ store: window.sessionStorage }),
      automaticSilentRenew: false,
      requestTimeoutInSeconds: 10,
      accessTokenExpiringNotificationTimeInSeconds: 30,
    });
    const session = new Session(manager);
    // The tokens of a window that has just come from the issuer are not its own yet.
    if (window.location.pathname === signedInPath) return session;
    await manager.clearStaleState().catch(() => undefined);
    const user = await manager.getUser();
    if (user) session.signedIn(user);
    if (user?.expired) await session.renew();
    return session;
  }

  // current and subscribe are for useSyncExternalStore.
  current = (): State => this.state;
  subscribe = (listener: () => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  // signIn leaves the page for the issuer's, which comes back to this path.
  async signIn(path: string) {
    const state: Continuation = { path };
    await this.manager.signinRedirect({ state, ui_locales: pageLanguage() });
  }

  // complete takes what the issuer has sent to signedInPath. It returns where to go on,
  // or undefined in the window of signInAgain, which closes.
  async complete(): Promise<string | undefined> {
    const user = await this.manager.signinCallback();
    if (!user) return undefined;
    this.signedIn(user);
    return (user.state as Continuation | undefined)?.path ?? home;
  }

  // signInAgain does it in a window beside the page, which stays as it is. It throws when
  // the window cannot be opened or the issuer refuses; when somebody closes the window it
  // goes on waiting, because an issuer's window may look closed although it is not
  // (Cross-Origin-Opener-Policy). Somebody else who signs in begins anew.
  async signInAgain() {
    const before = this.state.is === 'signedOut' ? '' : this.state.claims.sub;
    const user = await this.manager.signinPopup({ ui_locales: pageLanguage() });
    if (claimsOf(user.access_token).sub !== before) window.location.assign(home);
    else this.signedIn(user);
  }

  // signOut ends the session here and at the issuer, whose page comes back to home. The
  // refresh token is revoked (RFC 7009), because the issuer's page need not do that; one that
  // cannot be reached keeps nobody from signing out. The ID token is not handed over: it
  // would be in an address. Cognito wants logout_uri.
  async signOut() {
    forgetAll();
    await this.renewing;
    await this.manager.revokeTokens(['refresh_token']).catch(() => undefined);
    await this.manager.removeUser();
    const logout_uri = this.manager.settings.post_logout_redirect_uri ?? home;
    const known = await this.manager.metadataService.getEndSessionEndpoint().catch(() => undefined);
    if (known) await this.manager.signoutRedirect({ extraQueryParams: { logout_uri } });
    else window.location.assign(home);
  }

  async token(signal: AbortSignal): Promise<string> {
    if (this.state.is === 'signedIn' && this.user?.expired) await this.renew();
    await this.untilNotEnded(signal);
    if (this.state.is === 'signedIn' && this.user) return this.user.access_token;
    throw new Refused({ code: 'SessionEnded', status: 401, detail: 'nobody is signed in' });
  }

  refused(token: string) {
    if (token !== this.user?.access_token) return;
    this.distrusted = token;
    if (this.renewed.has(token)) this.end();
    else void this.renew();
  }

  // renew gets another token in silence, or ends the session.
  private renew(): Promise<void> {
    this.renewing ??= this.renewOnce().finally(() => (this.renewing = undefined));
    return this.renewing;
  }

  private async renewOnce() {
    if (this.state.is !== 'signedIn') return;
    try {
      if (!this.user?.refresh_token) throw new Error('no refresh token');
      const user = await this.manager.signinSilent();
      if (!user) throw new Error('no token');
      this.renewed.add(user.access_token);
      this.signedIn(user);
    } catch {
      if (this.user?.expired || this.user?.access_token === this.distrusted) this.end();
    }
  }

  private async untilNotEnded(signal: AbortSignal) {
    await this.renewing;
    await new Promise<void>((resolve, reject) => {
      const look = () => {
        if (this.state.is === 'ended' && !signal.aborted) return;
        this.listeners.delete(look);
        signal.removeEventListener('abort', look);
        if (signal.aborted) reject(signal.reason);
        else resolve();
      };
      this.listeners.add(look);
      signal.addEventListener('abort', look);
      look();
    });
  }

  private signedIn(user: User) {
    this.user = user;
    this.change({ is: 'signedIn', claims: claimsOf(user.access_token, user.scope) });
  }

  private end() {
    if (this.state.is === 'signedIn') this.change({ is: 'ended', claims: this.state.claims });
  }

  private change(state: State) {
    this.state = state;
    for (const listener of [...this.listeners]) listener();
  }
}

// signedInPath is where the issuer sends people back to: it has to be registered
// there.
export const signedInPath = '/console/signed-in';

// pageLanguage is what the page speaks, for the issuer's to speak it too (OpenID Connect Core,
// 3.1.2.1).
function pageLanguage(): string {
  return document.documentElement.lang;
}
