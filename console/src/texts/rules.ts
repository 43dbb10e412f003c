import { catalogue } from '../i18n/catalogue';

// The service's limits for texts that others read, in characters.
const MAX_NAME = 128;
const MAX_PROSE = 1024;

export const textRules = catalogue(
  {
    empty: 'Enter a name',
    tooLong: (most: number, n: number) => `Enter at most ${most} characters, not ${n}`,
    refused: (code: string) => `Leave out the invisible character ${code}`,
  },
  {
    empty: '请输入名称',
    tooLong: (most, n) => `最多输入 ${most} 个字符，当前为 ${n} 个`,
    refused: (code) => `请去掉不可见字符 ${code}`,
  },
);

type Rules = (typeof textRules)['en'];

// nameFault says in the language of the page why a text cannot be a name, as far as that
// can be seen without the service, which has the last word.
export function nameFault(rules: Rules, name: string): string | undefined {
  if (!/[\p{L}\p{N}\p{P}\p{S}]/u.test(name)) return rules.empty;
  return fault(rules, name, MAX_NAME, '');
}

// proseFault says the same of a description or message, which may have lines and be empty.
export function proseFault(rules: Rules, text: string): string | undefined {
  return fault(rules, text, MAX_PROSE, '\r\n\t');
}

function fault(rules: Rules, text: string, most: number, controls: string): string | undefined {
  const characters = [...text.normalize('NFC')];
  if (characters.length > most) return rules.tooLong(most, characters.length);
  const refused = characters.find((c) => /[\p{C}\p{Zl}\p{Zp}]/u.test(c) && !isJoiner(c) && !controls.includes(c));
  return refused && rules.refused(`U+${(refused.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`);
}

// Emoji and many scripts need the joiners; where they may be, the service says.
function isJoiner(character: string): boolean {
  return character === '\u200c' || character === '\u200d';
}
