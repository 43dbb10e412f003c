import { useEffect } from 'react';
import { useTexts } from '../i18n/catalogue';
import { shellTexts } from './texts';

// usePageTitle names the page in the browser's tab, its history and to a screen reader.
export function usePageTitle(title: string) {
  const { product } = useTexts(shellTexts);
  useEffect(() => {
    document.title = `${title} – ${product}`;
  }, [title, product]);
}
