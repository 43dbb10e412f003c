import type { Language } from './language';

// formatTime shows a time of the service in the time zone of the browser.
export function formatTime(time: string, language: Language): string {
  return new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(time));
}

// formatDay shows the day of a time of the service in the time zone of the browser.
export function formatDay(time: string, language: Language): string {
  return new Intl.DateTimeFormat(language, { dateStyle: 'medium' }).format(new Date(time));
}

const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

// formatBytes shows a size with three digits at most: 1.46 GiB.
export function formatBytes(bytes: number, language: Language): string {
  let unit = 0;
  while (bytes >= 1000 && unit < units.length - 1) {
    bytes /= 1024;
    unit++;
  }
  const digits = new Intl.NumberFormat(language, { maximumSignificantDigits: 3 });
  return `${digits.format(bytes)} ${units[unit]}`;
}
