import { describe, expect, it } from 'vitest';
import { nameFault, proseFault, textRules } from './rules';

const { en } = textRules;

describe('nameFault', () => {
  it('lets names of every script be', () => {
    for (const name of ['Shop 12.4', '商店', 'مشروع', '👩\u200d💻', 'é'.normalize('NFD'), '<b>']) {
      expect(nameFault(en, name)).toBeUndefined();
    }
  });
  it('wants something that is seen', () => {
    for (const name of ['', '   ', '\u200d']) expect(nameFault(en, name)).toBe(en.empty);
  });
  it('names what makes a text look like another one', () => {
    expect(nameFault(en, 'a\u202eb')).toContain('U+202E');
    expect(nameFault(en, 'a\nb')).toContain('U+000A');
    expect(nameFault(en, 'a\u{e000}')).toContain('U+E000');
  });
  it('counts characters as the service does', () => {
    expect(nameFault(en, '👍'.repeat(128))).toBeUndefined();
    expect(nameFault(en, 'é'.normalize('NFD').repeat(128))).toBeUndefined();
    expect(nameFault(en, 'a'.repeat(129))).toContain('not 129');
  });
});

describe('proseFault', () => {
  it('may be empty, and have lines', () => {
    expect(proseFault(en, '')).toBeUndefined();
    expect(proseFault(en, 'a\r\n\tb')).toBeUndefined();
  });
  it('is no place for what is not seen', () => {
    expect(proseFault(en, 'a\u200bb')).toContain('U+200B');
    expect(proseFault(en, 'a'.repeat(1025))).toContain('1024');
  });
});
