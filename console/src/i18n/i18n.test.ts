import { describe, expect, it } from 'vitest';
import { formatBytes } from './format';
import { preferredLanguage } from './language';

describe('preferredLanguage', () => {
  it('is the first that the page speaks', () => {
    expect(preferredLanguage(['zh-TW', 'en'])).toBe('zh-CN');
    expect(preferredLanguage(['de-DE', 'en-GB', 'zh'])).toBe('en');
    expect(preferredLanguage(['zh'])).toBe('zh-CN');
  });
  it('is English for everybody else', () => {
    expect(preferredLanguage(['fr', 'zhx'])).toBe('en');
    expect(preferredLanguage([])).toBe('en');
  });
});

describe('formatBytes', () => {
  it('has three digits and the unit that fits', () => {
    const shown = [0, 999, 1000, 1572864, 40 * 2 ** 30].map((bytes) => formatBytes(bytes, 'en'));
    expect(shown).toEqual(['0 B', '999 B', '0.977 KiB', '1.5 MiB', '40 GiB']);
  });
});
