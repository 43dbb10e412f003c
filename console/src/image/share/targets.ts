const separators = /[\s,;，；、]+/;

// parseTargets finds the project ids in what was typed or pasted: one a line, or
// between commas, semicolons or blanks, also Chinese ones. One that is there twice
// counts once.
export function parseTargets(text: string): string[] {
  return [...new Set(text.split(separators).filter((id) => id !== ''))];
}

// without is the text without one of its ids, one a line.
export function without(text: string, id: string): string {
  return parseTargets(text)
    .filter((other) => other !== id)
    .join('\n');
}
