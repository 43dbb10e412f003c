import Flashbar, { type FlashbarProps } from '@cloudscape-design/components/flashbar';
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from 'react';
import { useTexts } from '../i18n/catalogue';
import { usePath } from '../router/location';
import { shellTexts } from './texts';

// Stay is for a notice that stays beside the next one, and beyond its page.
interface Stay {
  // What it is about: a later notice about the same replaces it.
  about: string;
  // The path at which it has done its work; without one it goes with its page.
  until?: string;
}

type Notify = (type: 'success' | 'info' | 'warning', content: ReactNode, stay?: Stay) => void;

interface Notice extends Stay {
  type: FlashbarProps.Type;
  content: ReactNode;
  // The path of the page that said it.
  path: string;
}

const NotifyContext = createContext<Notify>(() => undefined);
const NoticesContext = createContext<[Notice[], (about: string) => void]>([[], () => undefined]);

// useNotify is how a page says what was done, above itself and after a dialog has closed. What
// it says next takes its place, so that nothing old contradicts what is there now.
export function useNotify(): Notify {
  return useContext(NotifyContext);
}

// More than these would push the page away; the oldest goes first.
const MAX_NOTICES = 2;

export function NotificationsProvider({ children }: { children: ReactNode }) {
  const [notices, setNotices] = useState<Notice[]>([]);
  const dismiss = useCallback((about: string) => setNotices((all) => all.filter((n) => n.about !== about)), []);
  const notify = useCallback<Notify>((type, content, stay = { about: 'page' }) => {
    const notice = { ...stay, type, content, path: window.location.pathname };
    setNotices((all) => [notice, ...all.filter((n) => n.about !== stay.about)].slice(0, MAX_NOTICES));
  }, []);
  const path = usePath();
  useEffect(() => setNotices((all) => all.filter((n) => (n.until ? n.until !== path : n.path === path))), [path]);
  const shown = useMemo<[Notice[], (about: string) => void]>(() => [notices, dismiss], [notices, dismiss]);
  return (
    <NotifyContext.Provider value={notify}>
      <NoticesContext.Provider value={shown}>{children}</NoticesContext.Provider>
    </NotifyContext.Provider>
  );
}

export function Notifications() {
  const texts = useTexts(shellTexts);
  const [notices, dismiss] = useContext(NoticesContext);
  const items = notices.map((notice) => ({
    id: notice.about,
    type: notice.type,
    content: notice.content,
    ariaRole: 'status' as const,
    dismissible: true,
    dismissLabel: texts.dismiss,
    onDismiss: () => dismiss(notice.about),
  }));
  return <Flashbar items={items} />;
}
