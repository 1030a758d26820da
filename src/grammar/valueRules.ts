import { largest, smallest } from '../lists';
import { literal, oneOf } from './ebnf';
import { listRule } from './listRules';
import type { Maker } from './maker';
import { integerRule, numberRule, type Bounds } from './numberRules';
import { objectRule } from './objectRules';
import { below, flattened, isMapping, numbersOf, type FlatPart } from './schemaParts';
import { textRule } from './textRules';

const types = ['object', 'array', 'string', 'integer', 'number', 'boolean', 'null'] as const;
type Type = (typeof types)[number];

/** Keywords that say of which type a value is meant to be where `type` does not. */
const typeOfKeyword: Readonly<Record<string, Type>> = {
  properties: 'object',
  required: 'object',
  additionalProperties: 'object',
  patternProperties: 'object',
  propertyNames: 'object',
  minProperties: 'object',
  maxProperties: 'object',
  items: 'array',
  prefixItems: 'array',
  contains: 'array',
  minItems: 'array',
  maxItems: 'array',
  uniqueItems: 'array',
  pattern: 'string',
  minLength: 'string',
  maxLength: 'string',
  minimum: 'number',
  maximum: 'number',
  exclusiveMinimum: 'number',
  exclusiveMaximum: 'number',
  multipleOf: 'number',
};

/** Keywords that nothing is made of. */
const unmade = [
  'not',
  'if',
  'dependentRequired',
  'dependentSchemas',
  'dependencies',
  '$dynamicRef',
  '$recursiveRef',
] as const;

/** The body of a rule for values that satisfy all parts; undefined where there are none. */
export function valueOf(flat: readonly FlatPart[], maker: Maker, depth: number): string | undefined {
  for (const { schema, pointer } of flat)
    for (const keyword of unmade) if (schema[keyword] !== undefined) maker.miss(keyword, pointer);
  const chosen = chosenValues(flat);
  if (chosen) return literals(chosen, flat, maker);
  const choice = firstChoice(flat);
  if (choice) return alternatives(choice, maker, depth);
  const made = typesOf(flat).flatMap((type) => ofType(type, { flat, maker, depth }) ?? []);
  return made.length > 0 ? oneOf(made) : undefined;
}

/** The values of the first `enum` or `const`. */
function chosenValues(flat: readonly FlatPart[]): readonly unknown[] | undefined {
  for (const { schema } of flat) {
    if (Object.hasOwn(schema, 'const')) return [schema.const];
    if (Array.isArray(schema.enum)) return schema.enum;
  }
  return undefined;
}

/** What is chosen is known, so that whatever else the schema asks is looked at now. */
function literals(values: readonly unknown[], flat: readonly FlatPart[], maker: Maker): string | undefined {
  const fitting = values.filter((value) => maker.satisfies(value, flat));
  return fitting.length > 0 ? oneOf(fitting.map((value) => literal(JSON.stringify(value)))) : undefined;
}

interface Choice {
  readonly keyword: 'anyOf' | 'oneOf';
  readonly of: FlatPart;
  readonly schemas: readonly unknown[];
  /** What holds whichever is chosen. */
  readonly others: readonly FlatPart[];
}

function firstChoice(flat: readonly FlatPart[]): Choice | undefined {
  for (const [i, part] of flat.entries())
    for (const keyword of ['anyOf', 'oneOf'] as const) {
      const schemas = part.schema[keyword];
      if (!Array.isArray(schemas)) continue;
      const rest = Object.fromEntries(Object.entries(part.schema).filter(([name]) => name !== keyword));
      return {
        keyword,
        of: part,
        schemas,
        others: flat.map((each, at) => (at === i ? { schema: rest, pointer: part.pointer } : each)),
      };
    }
  return undefined;
}

function alternatives({ keyword, of, schemas, others }: Choice, maker: Maker, depth: number): string | undefined {
  const parts = schemas.map((schema, i) => ({ schema, pointer: below(of.pointer, keyword, i) }));
  if (keyword === 'oneOf' && !areApart(parts.map(({ schema }) => resolved(schema, maker.root))))
    maker.miss(keyword, of.pointer);
  const made = parts.flatMap((part) => {
    const own = flattened(maker.root, [part]);
    return own ? (valueOf([...others, ...own], maker, depth + 1) ?? []) : [];
  });
  return made.length > 0 ? oneOf(made) : undefined;
}

/** What a schema that is a reference says, as far as two schemas are told apart by it. */
function resolved(schema: unknown, root: unknown): unknown {
  if (!isMapping(schema) || schema.$ref === undefined) return schema;
  return Object.fromEntries(
    (flattened(root, [{ schema, pointer: '-' }]) ?? []).flatMap((part) => Object.entries(part.schema)),
  );
}

/** Whether no value can satisfy two of the schemas: by their types, or by a property that each fixes otherwise. */
function areApart(schemas: readonly unknown[]): boolean {
  return schemas.every((schema, i) => schemas.slice(i + 1).every((other) => twoApart(schema, other)));
}

function twoApart(a: unknown, b: unknown): boolean {
  if (!isMapping(a) || !isMapping(b)) return a === false || b === false;
  const [valuesOfA, valuesOfB] = [fixedValues(a), fixedValues(b)];
  if (valuesOfA && valuesOfB) return valuesOfA.every((value) => !valuesOfB.includes(value));
  const [typesOfA, typesOfB] = [writtenTypes(a), writtenTypes(b)];
  if (typesOfA && typesOfB && typesOfA.every((type) => !typesOfB.includes(type))) return true;
  const [required, ofA, ofB] = [a.required, a.properties, b.properties];
  if (!Array.isArray(required) || !Array.isArray(b.required) || !isMapping(ofA) || !isMapping(ofB)) return false;
  const both = required.filter((name: string) => (b.required as readonly string[]).includes(name));
  return both.some((name: string) => isFixed(ofA[name]) && isFixed(ofB[name]) && twoApart(ofA[name], ofB[name]));
}

const isFixed = (schema: unknown): boolean => isMapping(schema) && fixedValues(schema) !== undefined;

/** What `const` or `enum` fixes, as text. */
function fixedValues(schema: Readonly<Record<string, unknown>>): readonly string[] | undefined {
  const values = Object.hasOwn(schema, 'const') ? [schema.const] : schema.enum;
  return Array.isArray(values) ? values.map((value) => JSON.stringify(value)) : undefined;
}

/** Every number may be whole. */
function writtenTypes({ type }: Readonly<Record<string, unknown>>): readonly unknown[] | undefined {
  if (type === undefined) return undefined;
  const written: readonly unknown[] = Array.isArray(type) ? type : [type];
  return written.map((each) => (each === 'integer' ? 'number' : each));
}

/** The types that all parts allow: those they write, else those that their keywords are for, else all. */
function typesOf(flat: readonly FlatPart[]): readonly Type[] {
  const written = flat.flatMap(({ schema: { type } }) =>
    type === undefined ? [] : [(Array.isArray(type) ? type : [type]) as readonly Type[]],
  );
  if (written.length === 0) {
    const meant = new Set(flat.flatMap(({ schema }) => Object.keys(schema).flatMap((key) => typeOfKeyword[key] ?? [])));
    return meant.size > 0 ? types.filter((type) => meant.has(type)) : types.filter((type) => type !== 'integer');
  }
  const allowed = types.filter((type) =>
    written.every((list) => list.includes(type) || (type === 'integer' && list.includes('number'))),
  );
  return allowed.filter((type) => type !== 'integer' || !allowed.includes('number'));
}

interface Typed {
  readonly flat: readonly FlatPart[];
  readonly maker: Maker;
  readonly depth: number;
}

function ofType(type: Type, typed: Typed): string | undefined {
  switch (type) {
    case 'object':
      return objectRule(typed.flat, typed.maker, typed.depth);
    case 'array':
      return listRule(typed.flat, typed.maker, typed.depth);
    case 'string':
      return textRule(typed.flat, typed.maker);
    case 'boolean':
      return '"true" | "false"';
    case 'null':
      return '"null"';
    default:
      return ofNumber(type, typed);
  }
}

/** A bound may be written with others; the tightest holds. */
function ofNumber(type: 'integer' | 'number', { flat, maker }: Typed): string | undefined {
  for (const { schema, pointer } of flat)
    if (schema.multipleOf !== undefined && schema.multipleOf !== 1) maker.miss('multipleOf', pointer);
  const bounds = boundsOf(flat);
  if (type === 'integer' || flat.some(({ schema }) => schema.multipleOf === 1)) return integerRule(maker.json, bounds);
  const made = numberRule(maker.json, bounds);
  if (typeof made !== 'object') return made;
  for (const { schema, pointer } of flat)
    for (const keyword of ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'])
      if (schema[keyword] !== undefined) maker.miss(keyword, pointer);
  return maker.json.number;
}

function boundsOf(flat: readonly FlatPart[]): Bounds {
  const above = largest(numbersOf(flat, 'exclusiveMinimum'), -Infinity);
  const under = smallest(numbersOf(flat, 'exclusiveMaximum'), Infinity);
  const least = largest(numbersOf(flat, 'minimum'), above);
  const greatest = smallest(numbersOf(flat, 'maximum'), under);
  return { least, greatest, aboveLeast: above === least, belowGreatest: under === greatest };
}
