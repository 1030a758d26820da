/** Says whether a value that came from outside has the type it claims. */
export type Guard<T> = (value: unknown) => value is T;

/** The type that a guard vouches for: `export const isX = object({ … }); export type X = Infer<typeof isX>`. */
export type Infer<G> = G extends Guard<infer T> ? T : never;

/** The guard of a field that may be missing. */
export type OptionalGuard<T> = Guard<T | undefined> & { readonly mayBeMissing: true };

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

/** The value, or nothing; as a field of an `object`, one that may be missing. */
export function optional<T>(guard: Guard<T>): OptionalGuard<T> {
  const test = (value: unknown): value is T | undefined => value === undefined || guard(value);
  return Object.assign(test, { mayBeMissing: true as const });
}

/** The value, or null. */
export function nullable<T>(guard: Guard<T>): Guard<T | null> {
  return (value): value is T | null => value === null || guard(value);
}

/** What passes at least one of the guards. */
export function anyOf<G extends readonly Guard<unknown>[]>(...guards: G): Guard<Infer<G[number]>> {
  return (value): value is Infer<G[number]> => guards.some((guard) => guard(value));
}

/** What passes both guards, such as an object with the fields of either. */
export function both<A, B>(one: Guard<A>, other: Guard<B>): Guard<A & B> {
  return (value): value is A & B => one(value) && other(value);
}

/** An instance of a class, such as `Float32Array`. */
export function instanceOf<T>(type: new (...parameters: never[]) => T): Guard<T> {
  return (value): value is T => value instanceof type;
}

/** A list whose every element passes. */
export function listOf<T>(guard: Guard<T>): Guard<readonly T[]> {
  return (value): value is readonly T[] => Array.isArray(value) && value.every((element) => guard(element));
}

/** A list of exactly these elements. */
export function tuple<const T extends readonly unknown[]>(
  ...guards: { readonly [K in keyof T]: Guard<T[K]> }
): Guard<Readonly<T>> {
  return (value): value is Readonly<T> =>
    Array.isArray(value) && value.length === guards.length && guards.every((guard, at) => guard(value[at]));
}

/** An object used as a table: any keys, values that pass. */
export function tableOf<T>(guard: Guard<T>): Guard<Readonly<Record<string, T>>> {
  return (value): value is Readonly<Record<string, T>> => {
    if (!isObject(value)) return false;
    for (const key in value) if (!guard(value[key])) return false;
    return true;
  };
}

type Fields = Readonly<Record<string, Guard<unknown>>>;
type MayBeMissing = { readonly mayBeMissing: true };
type Flat<T> = { [K in keyof T]: T[K] };

/** The object whose fields have these guards: what `optional` guards may be missing, the rest must be there. */
export type ObjectOf<F> = Flat<
  { readonly [K in keyof F as F[K] extends MayBeMissing ? never : K]: Infer<F[K]> } & {
    readonly [K in keyof F as F[K] extends MayBeMissing ? K : never]?: Infer<F[K]>;
  }
>;

/** An object with these fields; further ones are allowed. Its type follows from the guards, comments included. */
export function object<F extends Fields>(fields: F): Guard<ObjectOf<F>> {
  const names = Object.keys(fields);
  return (value): value is ObjectOf<F> => {
    if (!isObject(value)) return false;
    for (const name of names) if (!fields[name]!(value[name])) return false;
    return true;
  };
}
