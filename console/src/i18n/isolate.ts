// isolate keeps a text of somebody else from changing the direction of the text
// around it, where it is put into a sentence and no element can do it (Unicode
// Standard Annex 9, first strong isolate).
export function isolate(text: string): string {
  return `\u2068${text}\u2069`;
}
