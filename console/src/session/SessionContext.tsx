import { createContext, useContext, useSyncExternalStore } from 'react';
import type { Claims } from './claims';
import type { Session, State } from './session';

export const SessionContext = createContext<Session | undefined>(undefined);

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error('useSession outside of SessionContext');
  return session;
}

export function useSessionState(): State {
  const session = useSession();
  return useSyncExternalStore(session.subscribe, session.current);
}

// useClaims is who is signed in. It is for what is shown to those only.
export function useClaims(): Claims {
  const state = useSessionState();
  if (state.is === 'signedOut') throw new Error('useClaims while nobody is signed in');
  return state.claims;
}
