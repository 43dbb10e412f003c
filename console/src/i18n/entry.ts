// entry is what a list of texts has for a key that came from elsewhere, and not what every
// object has, such as a constructor.
export function entry<T>(texts: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(texts, key) ? texts[key] : undefined;
}
