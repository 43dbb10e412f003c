import { useQuery } from '../router/location';

// Field is a part of the address that a list is filtered by. The service compares whole
// values.
export interface Field<Name extends string = string> {
  name: Name;
  label: string;
  // Whether only an id can be found.
  isId?: boolean;
  // What there is to choose from, where it is not to be typed.
  options?: { value: string; label: string }[];
}

export type Values<Name extends string = string> = Record<Name, string>;

// Filter is what a list is filtered by.
export interface Filter<Name extends string = string> {
  fields: Field<Name>[];
  // By field; empty for any.
  values: Values<Name>;
  // Whether it leaves out anything.
  narrows: boolean;
  apply(changes: Partial<Values>): void;
  clear(): void;
}

// useFilter reads the filter of a list from the address, where it survives a reload.
export function useFilter<Name extends string>(fields: Field<Name>[]): Filter<Name> {
  const [query, changeQuery] = useQuery();
  const valuesBy = (value: (name: string) => string) =>
    Object.fromEntries(fields.map(({ name }) => [name, value(name)])) as Values<Name>;
  const values = valuesBy((name) => query.get(name) ?? '');
  return {
    fields,
    values,
    narrows: fields.some(({ name }) => values[name] !== ''),
    apply: (changes) => changeQuery(changes as Values),
    clear: () => changeQuery(valuesBy(() => '')),
  };
}

// given is what the service is asked for: without the fields that may be anything.
export function given<Name extends string>(values: Values<Name>): Partial<Values<Name>> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== '')) as Partial<Values<Name>>;
}
