import { JinjaError, type Budget } from '../values/budget';
import { compare } from '../values/operators';
import { Text } from '../values/text';
import {
  Callable,
  Dict,
  Float,
  isList,
  isTrue,
  numberOf,
  requireWhole,
  Tuple,
  Undefined,
  type Value,
} from '../values/values';

export type Test = (value: Value, args: readonly Value[], budget: Budget) => boolean;

const compares =
  (operator: string): Test =>
  (value, [other = null], budget) =>
    compare(operator, [value, other], budget);

const isSequence: Test = (value) =>
  value instanceof Text ||
  isList(value) ||
  value instanceof Tuple ||
  value instanceof Dict ||
  value instanceof Undefined;

const signs = {
  '==': ['eq', 'equalto'],
  '!=': ['ne'],
  '<': ['lt', 'lessthan'],
  '<=': ['le'],
  '>': ['gt', 'greaterthan'],
  '>=': ['ge'],
};
const comparisons = Object.fromEntries(
  Object.entries(signs).flatMap(([sign, names]) => [sign, ...names].map((name) => [name, compares(sign)])),
);
const cased = (value: Value, change: (text: string) => string): boolean =>
  value instanceof Text && /[\p{Lu}\p{Ll}\p{Lt}]/u.test(value.text) && value.text === change(value.text);

const known: Readonly<Record<string, Test>> = {
  ...comparisons,
  in: compares('in'),
  defined: (value) => !(value instanceof Undefined),
  undefined: (value) => value instanceof Undefined,
  none: (value) => value === null,
  boolean: (value) => typeof value === 'boolean',
  true: (value) => value === true,
  false: (value) => value === false,
  integer: (value) => typeof value === 'number',
  float: (value) => value instanceof Float,
  number: (value) => numberOf(value) !== undefined,
  string: (value) => value instanceof Text,
  mapping: (value) => value instanceof Dict,
  sequence: isSequence,
  iterable: isSequence,
  callable: (value) => value instanceof Callable,
  even: (value) => requireWhole(value) % 2 === 0,
  odd: (value) => Math.abs(requireWhole(value) % 2) === 1,
  divisibleby: (value, [by = null]) => requireWhole(value) % requireWhole(by) === 0,
  lower: (value) => cased(value, (text) => text.toLowerCase()),
  upper: (value) => cased(value, (text) => text.toUpperCase()),
  sameas: (value, [other = null]) =>
    value === other || (value instanceof Text && other instanceof Text && value.text === other.text),
  escaped: () => false,
};

/** @throws JinjaError "TemplateAssertionError" for a test of no such name */
export function requireTest(name: string): Test {
  if (Object.hasOwn(known, name)) return known[name]!;
  throw new JinjaError('TemplateAssertionError', `No test named '${name}'.`);
}

/** Whether a value passes a test, or is true where none is named. */
export const passes = (value: Value, [name, ...args]: readonly Value[], budget: Budget): boolean =>
  name === undefined ? isTrue(value) : requireTest(name instanceof Text ? name.text : '')(value, args, budget);
