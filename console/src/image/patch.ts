import type { Deprecation, ImagePatch, OwnedImage } from '../api/types';

// Texts is what an owner edits of an image.
export interface Texts {
  name: string;
  description: string;
  tags: readonly Tag[];
}

export interface Tag {
  key: string;
  value: string;
}

// textsOf is what there is to edit.
export function textsOf({ name, description, tags }: OwnedImage): Texts {
  return { name, description, tags: Object.entries(tags).map(([key, value]) => ({ key, value })) };
}

// patchOf is the merge patch that makes these texts of the former ones. It names nothing
// that is the same, so that it undoes nothing that somebody else changes meanwhile.
export function patchOf(before: Texts, after: Texts): ImagePatch {
  const patch: ImagePatch = {};
  if (after.name !== before.name) patch.name = after.name;
  if (after.description !== before.description) patch.description = after.description;
  const tags = tagsPatch(before.tags, after.tags);
  if (Object.keys(tags).length > 0) patch.tags = tags;
  return patch;
}

function tagsPatch(before: readonly Tag[], after: readonly Tag[]): Record<string, string | null> {
  const was = new Map(before.map(({ key, value }) => [key, value]));
  const is = new Map(after.map(({ key, value }) => [key, value]));
  const changed = [...is].filter(([key, value]) => was.get(key) !== value);
  const removed = [...was.keys()].filter((key) => !is.has(key)).map((key) => [key, null] as const);
  return Object.fromEntries<string | null>([...changed, ...removed]);
}

// DeprecationTexts is what an owner enters of a deprecation, the day as YYYY/MM/DD.
export interface DeprecationTexts {
  day: string;
  replacementImageId: string;
  message: string;
}

export function deprecationTexts(deprecation: Deprecation = {}): DeprecationTexts {
  return {
    day: deprecation.at ? dayOf(new Date(deprecation.at)) : '',
    replacementImageId: deprecation.replacementImageId ?? '',
    message: deprecation.message ?? '',
  };
}

// deprecationPatch says all of a deprecation: what is left empty is taken away. A day that
// stays as it was keeps its time.
export function deprecationPatch(before: Deprecation | undefined, after: DeprecationTexts): ImagePatch {
  const sameDay = deprecationTexts(before).day === after.day;
  const at = sameDay ? before?.at : startOf(after.day)?.toISOString();
  return {
    deprecation: {
      at: at ?? null,
      replacementImageId: after.replacementImageId || null,
      message: after.message || null,
    },
  };
}

// startOf is when a day begins here, or nothing for what is no day.
export function startOf(day: string): Date | undefined {
  const match = /^(\d{4})\/(\d{2})\/(\d{2})$/.exec(day);
  if (!match) return undefined;
  const date = new Date(Number(match[1]), Number(match[2]) - 1, Number(match[3]));
  return dayOf(date) === day ? date : undefined;
}

function dayOf(date: Date): string {
  const two = (n: number) => String(n).padStart(2, '0');
  return `${date.getFullYear()}/${two(date.getMonth() + 1)}/${two(date.getDate())}`;
}
