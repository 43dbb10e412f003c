import { type Language, useLanguage } from './language';

// Same is the form of a catalogue without its texts: the same names, and functions of
// the same parameters.
type Same<T> = T extends string
  ? string
  : T extends (...values: infer Values) => infer Text
    ? (...values: Values) => Same<Text>
    : { readonly [Name in keyof T]: Same<T[Name]> };

// Catalogue has the texts of one area of the page in each language.
export type Catalogue<T> = { readonly [L in Language]: Same<T> };

// catalogue makes one. What the English texts have, the Chinese ones must have, and
// no more; a text with values in it is a function of them.
export function catalogue<const T>(en: T, zh: Same<NoInfer<T>>): Catalogue<T> {
  return { en: en as Same<T>, 'zh-CN': zh as Same<T> };
}

// useTexts is an area's texts in the language of the page.
export function useTexts<T>(of: Catalogue<T>): Same<T> {
  return of[useLanguage()];
}
