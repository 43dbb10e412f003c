import Flashbar, { type FlashbarProps } from '@cloudscape-design/components/flashbar';
import { createContext, type ReactNode, useCallback, useContext, useMemo, useState } from 'react';
import { useTexts } from '../i18n/catalogue';
import { shellTexts } from './texts';

type Notify = (type: 'success' | 'info' | 'warning', content: ReactNode) => void;

interface Notice {
  id: string;
  type: FlashbarProps.Type;
  content: ReactNode;
}

const NotifyContext = createContext<Notify>(() => undefined);
const NoticesContext = createContext<[Notice[], (id: string) => void]>([[], () => undefined]);

// useNotify is how a page says what was done, above itself and after a dialog has closed.
export function useNotify(): Notify {
  return useContext(NotifyContext);
}

// More than these would push the page away; the oldest goes first.
const MAX_NOTICES = 2;

export function NotificationsProvider({ children }: { children: ReactNode }) {
  const [notices, setNotices] = useState<Notice[]>([]);
  const notify = useCallback<Notify>((type, content) => {
    const id = crypto.randomUUID();
    setNotices((before) => [{ id, type, content }, ...before].slice(0, MAX_NOTICES));
  }, []);
  const dismiss = useCallback((id: string) => setNotices((all) => all.filter((n) => n.id !== id)), []);
  const shown = useMemo<[Notice[], (id: string) => void]>(() => [notices, dismiss], [notices, dismiss]);
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
    ...notice,
    ariaRole: 'status' as const,
    dismissible: true,
    dismissLabel: texts.dismiss,
    onDismiss: () => dismiss(notice.id),
  }));
  return <Flashbar items={items} />;
}
