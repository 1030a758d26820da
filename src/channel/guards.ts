/** Says whether a value that came from outside has the type it claims. */
export type Guard<T> = (value: unknown) => value is T;

export const isText: Guard<string> = (value): value is string => typeof value === 'string';
export const isNumber: Guard<number> = (value): value is number => typeof value === 'number';
export const isFlag: Guard<boolean> = (value): value is boolean => typeof value === 'boolean';
/** For calls that answer nothing: process messages turn `undefined` into a missing field. */
export const isNothing: Guard<void> = (value): value is void => value === undefined || value === null;

/** A plain object, of which nothing else is known. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** One of the words given. */
export function oneOf<const T extends string | number>(...words: readonly T[]): Guard<T> {
  return (value): value is T => words.some((word) => word === value);
}

/** The value, or nothing. */
export function optional<T>(guard: Guard<T>): Guard<T | undefined> {
  return (value): value is T | undefined => value === undefined || guard(value);
}

/** The value, or null. */
export function nullable<T>(guard: Guard<T>): Guard<T | null> {
  return (value): value is T | null => value === null || guard(value);
}

/** A list whose every element passes. */
export function listOf<T>(guard: Guard<T>): Guard<readonly T[]> {
  return (value): value is readonly T[] => Array.isArray(value) && value.every((element) => guard(element));
}

/** An object used as a table: any keys, values that pass. */
export function tableOf<T>(guard: Guard<T>): Guard<Readonly<Record<string, T>>> {
  return (value): value is Readonly<Record<string, T>> =>
    isObject(value) && Object.values(value).every((element) => guard(element));
}

/** An object with these fields; the compiler sees to it that none of `T` is forgotten. Further fields are allowed. */
export function shape<T extends object>(fields: { readonly [K in keyof T]-?: Guard<T[K]> }): Guard<T> {
  const names = Object.keys(fields) as (keyof T & string)[];
  return (value): value is T => isObject(value) && names.every((name) => fields[name](value[name]));
}
