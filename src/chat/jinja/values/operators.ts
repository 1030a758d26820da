import { type Budget, JinjaError } from './budget';
import { formatPercent } from './formatText';
import { textOf } from './represent';
import { joinTexts, repeatText, Text } from './text';
import {
  Dict,
  Float,
  isList,
  Namespace,
  numberOf,
  requireItems,
  Tuple,
  typeName,
  Undefined,
  Callable,
  type Value,
} from './values';

/** Python's `==`. */
export function areEqual(a: Value, b: Value, budget: Budget): boolean {
  budget.spend(1);
  if (a instanceof Text || b instanceof Text) return a instanceof Text && b instanceof Text && a.text === b.text;
  const [left, right] = [numberOf(a), numberOf(b)];
  if (left !== undefined || right !== undefined) return left === right;
  if (a instanceof Undefined) return b instanceof Undefined;
  if (isList(a) && isList(b)) return sameItems(a, b, budget);
  if (a instanceof Tuple && b instanceof Tuple) return sameItems(a.items, b.items, budget);
  if (a instanceof Dict && b instanceof Dict)
    return (
      a.size === b.size &&
      a.entries().every(([key, value]) => {
        const other = b.get(key);
        return other !== undefined && areEqual(value, other, budget);
      })
    );
  return a === b;
}

const sameItems = (a: readonly Value[], b: readonly Value[], budget: Budget): boolean =>
  a.length === b.length && a.every((item, index) => areEqual(item, b[index]!, budget));

/** Python's order of two values: negative, zero or positive. */
export function order(
  a: Value,
  b: Value,
  { budget, sign = '<' }: { readonly budget: Budget; readonly sign?: string },
): number {
  budget.spend(1);
  if (a instanceof Undefined || b instanceof Undefined) throw undefinedError(a, b);
  if (a instanceof Text && b instanceof Text) return compareTexts(a.text, b.text);
  const [left, right] = [numberOf(a), numberOf(b)];
  if (left !== undefined && right !== undefined) return left - right;
  const items = (value: Value) => (value instanceof Tuple ? value.items : isList(value) ? value : undefined);
  const [these, those] = [items(a), items(b)];
  if (these && those && typeName(a) === typeName(b)) {
    for (const [index, item] of these.entries()) {
      if (index >= those.length) return 1;
      if (!areEqual(item, those[index]!, budget)) return order(item, those[index]!, { budget, sign });
    }
    return these.length - those.length;
  }
  throw new JinjaError(
    'TypeError',
    `'${sign}' not supported between instances of '${typeName(a)}' and '${typeName(b)}'`,
  );
}

/** By code points, which UTF-16 units do not follow. */
function compareTexts(a: string, b: string): number {
  if (a === b) return 0;
  const [left, right] = [Array.from(a), Array.from(b)];
  for (const [index, letter] of left.entries()) {
    const other = right[index];
    if (other === undefined) return 1;
    if (letter !== other) return letter.codePointAt(0)! - other.codePointAt(0)!;
  }
  return left.length - right.length;
}

/** Python's `in`. */
export function contains(container: Value, item: Value, budget: Budget): boolean {
  if (container instanceof Text) {
    if (item instanceof Undefined) throw undefinedError(item);
    if (!(item instanceof Text))
      throw new JinjaError('TypeError', `'in <string>' requires string as left operand, not ${typeName(item)}`);
    return container.text.includes(item.text);
  }
  if (container instanceof Dict) return container.get(item) !== undefined;
  if (container instanceof Undefined) return false;
  const items = container instanceof Tuple ? container.items : container;
  if (isList(items)) return items.some((one) => areEqual(one, item, budget));
  throw new JinjaError('TypeError', `argument of type '${typeName(container)}' is not iterable`);
}

export function undefinedError(...values: readonly Value[]): JinjaError {
  const found = values.find((value) => value instanceof Undefined) as Undefined;
  return new JinjaError('UndefinedError', found.reason);
}

export function compare(operator: string, [a, b]: readonly [Value, Value], budget: Budget): boolean {
  if (operator === '==') return areEqual(a, b, budget);
  if (operator === '!=') return !areEqual(a, b, budget);
  if (operator === 'in') return contains(b, a, budget);
  if (operator === 'not in') return !contains(b, a, budget);
  const sign = order(a, b, { budget, sign: operator });
  if (operator === '<') return sign < 0;
  if (operator === '<=') return sign <= 0;
  return operator === '>' ? sign > 0 : sign >= 0;
}

/** Python's arithmetic, and what it does with texts and lists. */
export function calculate(operator: string, a: Value, b: Value): Value {
  if (a instanceof Undefined || (b instanceof Undefined && operator !== '%')) throw undefinedError(a, b);
  if (operator === '%' && a instanceof Text) return formatPercent(a, b);
  if (operator === '+') {
    const sum = concatenated(a, b);
    if (sum !== undefined) return sum;
  }
  if (operator === '*') {
    const repeated = repeatedValue(a, b) ?? repeatedValue(b, a);
    if (repeated !== undefined) return repeated;
  }
  const [left, right] = [numberOf(a), numberOf(b)];
  if (left === undefined || right === undefined)
    throw new JinjaError(
      'TypeError',
      operator === '+' && a instanceof Text
        ? `can only concatenate str (not "${typeName(b)}") to str`
        : `unsupported operand type(s) for ${operator}: '${typeName(a)}' and '${typeName(b)}'`,
    );
  return arithmetic(operator, [left, right], a instanceof Float || b instanceof Float);
}

function arithmetic(operator: string, [a, b]: readonly [number, number], isFloat: boolean): Value {
  if (b === 0 && ['/', '//', '%'].includes(operator)) throw new JinjaError('ZeroDivisionError', 'division by zero');
  if (operator === '/') return new Float(a / b);
  const result = {
    '+': () => a + b,
    '-': () => a - b,
    '*': () => a * b,
    '//': () => Math.floor(a / b),
    '%': () => a - b * Math.floor(a / b),
    '**': () => a ** b,
  }[operator]!();
  if (isFloat || !Number.isInteger(result)) return new Float(result);
  if (!Number.isSafeInteger(result)) throw new JinjaError('limit', 'A number of the template is too large.');
  return result;
}

function concatenated(a: Value, b: Value): Value | undefined {
  if (a instanceof Text && b instanceof Text) return joinTexts([a, b]);
  if (isList(a) && isList(b)) {
    requireItems(a.length + b.length);
    return [...a, ...b];
  }
  if (a instanceof Tuple && b instanceof Tuple) {
    requireItems(a.items.length + b.items.length);
    return new Tuple([...a.items, ...b.items]);
  }
  return undefined;
}

function repeatedValue(value: Value, times: Value): Value | undefined {
  if (typeof times !== 'number' && typeof times !== 'boolean') return undefined;
  const count = Math.max(0, Number(times));
  if (value instanceof Text) return repeatText(value, count);
  const items = value instanceof Tuple ? value.items : isList(value) ? value : undefined;
  if (!items) return undefined;
  requireItems(items.length * count);
  const repeated = Array.from({ length: count }, () => items).flat();
  return value instanceof Tuple ? new Tuple(repeated) : repeated;
}

/** Jinja's `~`. */
export const joinAsTexts = (values: readonly Value[]): Text => joinTexts(values.map(textOf));

/** The type of a value as Jinja's messages name it. */
export function describeType(value: Value): string {
  if (value === null) return 'None';
  if (value instanceof Namespace || value instanceof Callable) return `${typeName(value)} object`;
  return `${typeName(value)} object`;
}
