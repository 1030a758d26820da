import { JinjaError, requireLength } from './budget';
import { dataText, ownText, Text } from './text';

/** A number with a decimal point; whole ones are JavaScript's. */
export class Float {
  constructor(readonly value: number) {}
}

export class Tuple {
  constructor(readonly items: readonly Value[]) {}
}

/** What a name stands for that nothing was put into. */
export class Undefined {
  /** @param reason Jinja's own sentence */
  constructor(readonly reason: string) {}
}

export class Namespace {
  constructor(readonly entries: Map<string, Value>) {}
}

/** What a call is given. */
export interface Arguments {
  readonly given: readonly Value[];
  readonly named: ReadonlyMap<string, Value>;
}

export class Callable {
  constructor(
    readonly name: string,
    readonly call: (args: Arguments) => Value,
    readonly entries: ReadonlyMap<string, Value> = new Map(),
  ) {}
}

/** Python's dictionary: keys of several types, in the order in which they came. */
export class Dict {
  readonly #entries = new Map<unknown, readonly [Value, Value]>();

  static of(entries: Iterable<readonly [Value, Value]>): Dict {
    const dict = new Dict();
    for (const [key, value] of entries) dict.#entries.set(identityOf(key), [dict.#keyOf(key), value]);
    return dict;
  }

  #keyOf(key: Value): Value {
    return this.#entries.get(identityOf(key))?.[0] ?? key;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: Value): Value | undefined {
    return this.#entries.get(identityOf(key))?.[1];
  }

  entries(): (readonly [Value, Value])[] {
    return [...this.#entries.values()];
  }
}

export type Value =
  null | boolean | number | Float | Text | Tuple | Undefined | Namespace | Callable | Dict | readonly Value[];

export const isList = (value: Value): value is readonly Value[] => Array.isArray(value);

/** What a key of a dictionary is told apart by. */
function identityOf(key: Value): unknown {
  if (key instanceof Text) return `t${key.text}`;
  if (key === null) return 'none';
  if (key instanceof Float) return key.value;
  if (typeof key === 'boolean') return Number(key);
  if (typeof key === 'number') return key;
  if (key instanceof Tuple) return `(${key.items.map((item) => String(identityOf(item))).join(',')}`;
  if (key instanceof Dict || isList(key)) throw new JinjaError('TypeError', `unhashable type: '${typeName(key)}'`);
  return key;
}

export function typeName(value: Value): string {
  if (value === null) return 'NoneType';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'number') return 'int';
  if (value instanceof Float) return 'float';
  if (value instanceof Text) return 'str';
  if (value instanceof Tuple) return 'tuple';
  if (value instanceof Dict) return 'dict';
  if (value instanceof Undefined) return 'Undefined';
  if (value instanceof Namespace) return 'Namespace';
  return isList(value) ? 'list' : 'function';
}

/** Python's truth. */
export function isTrue(value: Value): boolean {
  if (value instanceof Text) return value.length > 0;
  if (isList(value)) return value.length > 0;
  if (value instanceof Tuple) return value.items.length > 0;
  if (value instanceof Dict) return value.size > 0;
  if (value instanceof Float) return value.value !== 0;
  if (value instanceof Undefined) return false;
  return Boolean(value) || value instanceof Callable || value instanceof Namespace;
}

/** A value's number, where it has one; Python counts truth as 1. */
export function numberOf(value: Value): number | undefined {
  if (value instanceof Float) return value.value;
  if (typeof value === 'number') return value;
  return typeof value === 'boolean' ? Number(value) : undefined;
}

/** @throws JinjaError "TypeError" for what is not whole */
export function requireWhole(value: Value): number {
  const number = value instanceof Float ? undefined : numberOf(value);
  if (number === undefined)
    throw new JinjaError('TypeError', `'${typeName(value)}' object cannot be interpreted as an integer`);
  return number;
}

/**
 * What a loop goes over.
 * @throws JinjaError "TypeError" for what has no elements
 */
export function elementsOf(value: Value): readonly Value[] {
  if (isList(value)) return value;
  if (value instanceof Tuple) return value.items;
  if (value instanceof Text) return value.letters();
  if (value instanceof Dict) return value.entries().map(([key]) => key);
  if (value instanceof Undefined) return [];
  throw new JinjaError('TypeError', `'${typeName(value)}' object is not iterable`);
}

/** @throws JinjaError "limit" for more elements than a list may have */
export function requireItems(count: number): void {
  requireLength(count * 8);
}

/** A word of the message format itself, such as a role: no value of a row hides a control token in it. */
const plainWord = /^\w+$/;

/** A value of JavaScript as the template sees it; its texts are data. */
export function valueOf(given: unknown): Value {
  if (given === null || given === undefined) return null;
  if (typeof given === 'boolean') return given;
  if (typeof given === 'number') return Number.isSafeInteger(given) ? given : new Float(given);
  if (typeof given === 'string') return dataText(given);
  if (Array.isArray(given)) return given.map(valueOf);
  if (given instanceof Text) return given;
  return Dict.of(
    Object.entries(given as object).map(([key, value]) => [
      plainWord.test(key) ? ownText(key) : dataText(key),
      valueOf(value),
    ]),
  );
}
