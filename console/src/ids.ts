// isId reports whether a text can be the id of a project, image, account or region.
export function isId(text: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(text);
}

// withoutHidden is what was typed or pasted without the characters that nobody sees, such as
// those for the direction of a text (Unicode's Cf), which come along when an id is copied.
export function withoutHidden(text: string): string {
  return text.replaceAll(/\p{Cf}/gu, '');
}

// idOf is the id that was typed or pasted into a field for one.
export function idOf(text: string): string {
  return withoutHidden(text).trim();
}
