import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import { I18nProvider, type I18nProviderProps } from '@cloudscape-design/components/i18n';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { applyMode, Mode } from '@cloudscape-design/global-styles';
import { createContext, type ReactNode, useContext, useEffect, useState } from 'react';
import { useTexts } from '../i18n/catalogue';
import { type Language, LanguageContext, languages, preferredLanguage } from '../i18n/language';
import { shellTexts } from './texts';

export type Theme = 'system' | 'light' | 'dark';
export const themes: Theme[] = ['system', 'light', 'dark'];

export interface Settings {
  language: Language;
  setLanguage(language: Language): void;
  theme: Theme;
  setTheme(theme: Theme): void;
}

const SettingsContext = createContext<Settings | undefined>(undefined);

// useSettings is what a person has chosen for the page in this browser.
export function useSettings(): Settings {
  const settings = useContext(SettingsContext);
  if (!settings) throw new Error('useSettings outside of SettingsProvider');
  return settings;
}

// What Cloudscape says by itself, each language in a file of its own.
const messages: Record<Language, () => Promise<{ default: I18nProviderProps.Messages }>> = {
  en: () => import('@cloudscape-design/components/i18n/messages/all.en'),
  'zh-CN': () => import('@cloudscape-design/components/i18n/messages/all.zh-CN'),
};

// SettingsProvider shows its children in the chosen language and theme, once the texts of
// that language are loaded. Where they cannot be, its children are shown without what
// Cloudscape says by itself, and beneath a way to load it all again.
export function SettingsProvider({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useStored<Language>('language', languages.map((l) => l.id), () =>
    preferredLanguage(navigator.languages),
  );
  const [theme, setTheme] = useStored<Theme>('theme', themes, () => 'system');
  useTheme(theme);
  const loaded = useMessages(language);
  if (!loaded) return null;
  return (
    <SettingsContext.Provider value={{ language, setLanguage, theme, setTheme }}>
      <LanguageContext.Provider value={loaded.language}>
        <I18nProvider locale={loaded.language} messages={loaded.messages ? [loaded.messages] : []}>
          {children}
          {!loaded.messages && <Incomplete />}
        </I18nProvider>
      </LanguageContext.Provider>
    </SettingsContext.Provider>
  );
}

// Incomplete says above everything that some words of the page are missing.
function Incomplete() {
  const texts = useTexts(shellTexts);
  return (
    <div role="status" className="waiting">
      <SpaceBetween direction="horizontal" size="s" alignItems="center">
        <Box variant="span">{texts.incomplete}</Box>
        <Button onClick={() => window.location.reload()}>{texts.reload}</Button>
      </SpaceBetween>
    </div>
  );
}

function useMessages(language: Language) {
  const [loaded, setLoaded] = useState<{ language: Language; messages?: I18nProviderProps.Messages }>();
  useEffect(() => {
    let stale = false;
    const show = (messages?: I18nProviderProps.Messages) => {
      if (stale) return;
      document.documentElement.lang = language;
      setLoaded({ language, messages });
    };
    messages[language]().then(
      (module) => show(module.default),
      () => show(),
    );
    return () => {
      stale = true;
    };
  }, [language]);
  return loaded;
}

function useTheme(theme: Theme) {
  useEffect(() => {
    const system = window.matchMedia('(prefers-color-scheme: dark)');
    const apply = () => {
      const dark = theme === 'dark' || (theme === 'system' && system.matches);
      applyMode(dark ? Mode.Dark : Mode.Light);
      document.documentElement.style.colorScheme = dark ? 'dark' : 'light';
    };
    apply();
    system.addEventListener('change', apply);
    return () => system.removeEventListener('change', apply);
  }, [theme]);
}

// useStored is a choice among some values that this browser keeps.
function useStored<T extends string>(name: string, values: T[], initial: () => T): [T, (value: T) => void] {
  const key = `image-sharing.${name}`;
  const [value, setValue] = useState<T>(() => values.find((v) => v === localStorage.getItem(key)) ?? initial());
  const set = (value: T) => {
    localStorage.setItem(key, value);
    setValue(value);
  };
  return [value, set];
}
