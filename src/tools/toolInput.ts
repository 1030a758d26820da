import { isFlag, isNumber, isObject, isText, listOf, type Guard } from '../channel/guards';
import { Failure } from '../failure';

/** An input of a tool: what a model is told of it, and what is made sure of. */
export interface Field<T> {
  /** JSON Schema. */
  readonly schema: Readonly<Record<string, unknown>>;
  /** Ends "The input x is not …". */
  readonly expected: string;
  readonly isOptional: boolean;
  readonly guard: Guard<T>;
}

export type Fields = Readonly<Record<string, Field<unknown>>>;

/** The values of the inputs. */
export type InputOf<F extends Fields> = { readonly [Name in keyof F]: F[Name] extends Field<infer T> ? T : never };

export const text = (description: string): Field<string> => ({
  schema: { type: 'string', description },
  expected: 'a text',
  isOptional: false,
  guard: isText,
});

export const flag = (description: string): Field<boolean> => ({
  schema: { type: 'boolean', description },
  expected: 'true or false',
  isOptional: false,
  guard: isFlag,
});

/** A whole number between two, both included. */
export const whole = (description: string, least: number, most: number): Field<number> => ({
  schema: { type: 'integer', minimum: least, maximum: most, description },
  expected: `a whole number from ${least} to ${most}`,
  isOptional: false,
  guard: (value): value is number => isNumber(value) && Number.isInteger(value) && value >= least && value <= most,
});

export const choice = <const T extends string>(description: string, words: readonly T[]): Field<T> => ({
  schema: { type: 'string', enum: words, description },
  expected: `one of ${words.join(', ')}`,
  isOptional: false,
  guard: (value): value is T => words.some((word) => word === value),
});

/** A list of at least one element. */
export const list = <T>(description: string, element: Field<T>): Field<readonly T[]> => ({
  schema: { type: 'array', items: withoutDescription(element.schema), minItems: 1, description },
  expected: `a list of at least one, each ${element.expected}`,
  isOptional: false,
  guard: (value): value is readonly T[] => listOf(element.guard)(value) && value.length > 0,
});

/** Values by names that are not known beforehand. */
export const table = (description: string): Field<Readonly<Record<string, unknown>>> => ({
  schema: { type: 'object', additionalProperties: true, description },
  expected: 'an object of names and values',
  isOptional: false,
  guard: isObject,
});

/** The same, or left out. */
export const optional = <T>(field: Field<T>): Field<T | undefined> => ({
  ...field,
  isOptional: true,
  guard: (value): value is T | undefined => value === undefined || field.guard(value),
});

/** JSON Schema of all inputs together, as VS Code and MCP hand it to a model. */
export interface InputSchema extends Readonly<Record<string, unknown>> {
  readonly type: 'object';
}

export function schemaOf(fields: Fields): InputSchema {
  const names = Object.keys(fields);
  const required = names.filter((name) => !fields[name]!.isOptional);
  return {
    type: 'object',
    properties: Object.fromEntries(names.map((name) => [name, fields[name]!.schema])),
    ...(required.length > 0 && { required }),
    additionalProperties: false,
  };
}

/** What a model has given, once it is what was asked for. @throws Failure "tool-input", which says what to give */
export function readInput<F extends Fields>(fields: F, given: unknown): InputOf<F> {
  const input = given ?? {};
  const names = Object.keys(fields).join(', ');
  const remedy = `Call it again with an object of ${names}.`;
  if (!isObject(input)) throw new Failure('tool-input', 'The input is not an object.', {}, remedy);
  const unknown = Object.keys(input).find((name) => !Object.hasOwn(fields, name));
  if (unknown !== undefined) throw new Failure('tool-input', `There is no input "${unknown}".`, {}, remedy);
  for (const [name, { guard, isOptional, expected }] of Object.entries(fields)) {
    const value = input[name];
    if (value === undefined && !isOptional)
      throw new Failure('tool-input', `The input "${name}" is missing.`, {}, `Give ${expected} as "${name}".`);
    if (!guard(value))
      throw new Failure('tool-input', `The input "${name}" is not ${expected}.`, {}, `Give ${expected} as "${name}".`);
  }
  return input as InputOf<F>;
}

const withoutDescription = (schema: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(schema).filter(([name]) => name !== 'description'));
