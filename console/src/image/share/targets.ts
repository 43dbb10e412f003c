import { withoutHidden } from '../../ids';

// So many ids are looked at, twice as many as an image can be shared with: more were pasted
// by mistake.
export const MAX_ENTERED = 100;

const separators = /[\s,;，；、]+/;

// parseTargets finds the project ids in what was typed or pasted: one a line, or
// between commas, semicolons or blanks, also Chinese ones. One that is there twice
// counts once. Characters that nobody sees do not count.
export function parseTargets(text: string): string[] {
  return [...new Set(withoutHidden(text).split(separators).filter((id) => id !== ''))];
}

// without is the text without one of its ids, one a line.
export function without(text: string, id: string): string {
  return parseTargets(text)
    .filter((other) => other !== id)
    .join('\n');
}
