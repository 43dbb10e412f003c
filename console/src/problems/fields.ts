import type { Problem } from '../api/problem';

// fieldErrors is what a problem says of fields of a form, by the field's name; of an element
// of a field under the field's own name.
export function fieldErrors(problem: Problem | undefined): Record<string, string> {
  if (problem?.code !== 'InvalidRequest') return {};
  const errors: Record<string, string> = {};
  for (const { field, message } of problem.errors) {
    const name = field.replace(/[.[].*$/, '');
    errors[name] ??= message;
  }
  return errors;
}

// isOnlyOf reports whether a problem is one of these fields and of nothing else, so that it
// is all said when it is shown at them.
export function isOnlyOf(fields: readonly string[], problem: Problem): boolean {
  const names = Object.keys(fieldErrors(problem));
  return names.length > 0 && names.every((name) => fields.includes(name));
}
