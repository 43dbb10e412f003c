// Request is what a copy or save was asked for with: repeated with its key, it begins a
// copy that has failed again, and makes no second one.
export interface Request {
  key: string;
  body: { name: string; description?: string; region?: string };
}

const storageKey = 'image-sharing.copies';
const MAX_REMEMBERED = 200;

// remember keeps in this browser what an image was asked for with, for the day on which it
// fails. The oldest ones are forgotten. A browser that keeps nothing, because it is full or
// was told so, fails nothing: the copy is being made.
export function remember(imageId: string, request: Request, storage: Storage = localStorage) {
  const others = all(storage).filter(([id]) => id !== imageId);
  const kept = [...others, [imageId, request] as const].slice(-MAX_REMEMBERED);
  try {
    storage.setItem(storageKey, JSON.stringify(kept));
  } catch {
    // What was kept before stays.
  }
}

// remembered is what remember has kept of an image; of one that was asked for elsewhere,
// nothing.
export function remembered(imageId: string, storage: Storage = localStorage): Request | undefined {
  return all(storage).find(([id]) => id === imageId)?.[1];
}

// forgetAll is for a person who signs out.
export function forgetAll(storage: Storage = localStorage) {
  storage.removeItem(storageKey);
}

function all(storage: Storage): (readonly [string, Request])[] {
  try {
    const kept: unknown = JSON.parse(storage.getItem(storageKey) ?? '[]');
    return Array.isArray(kept) ? (kept as [string, Request][]) : [];
  } catch {
    return [];
  }
}
