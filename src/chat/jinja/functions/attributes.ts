import { type Budget, JinjaError } from '../values/budget';
import { representation } from '../values/represent';
import { ownText, Text, joinTexts } from '../values/text';
import {
  Callable,
  Dict,
  isList,
  Namespace,
  Tuple,
  typeName,
  Undefined,
  requireWhole,
  type Arguments,
  type Value,
} from '../values/values';
import { describeType, undefinedError } from '../values/operators';
import { collectionMethod } from './collectionMethods';
import { textMethod } from './textMethods';

/** Methods that change what they are called on, which Jinja's sandbox does not let a template do. */
const changing: Readonly<Record<string, readonly string[]>> = {
  list: ['append', 'clear', 'extend', 'insert', 'pop', 'remove', 'reverse', 'sort'],
  dict: ['clear', 'pop', 'popitem', 'setdefault', 'update'],
};

/** A method or another attribute that Python's own type has. */
function memberOf(object: Value, name: string, budget: Budget): Value | undefined {
  const type = typeName(object);
  if (changing[type]?.includes(name))
    return new Callable(name, () => {
      throw new JinjaError('SecurityError', `access to attribute '${name}' of '${type}' object is unsafe.`);
    });
  if (object instanceof Namespace) return object.entries.get(name);
  if (object instanceof Callable) return object.entries.get(name);
  const method = object instanceof Text ? textMethod(object, name, budget) : collectionMethod(object, name, budget);
  return method && new Callable(name, (args: Arguments) => method(args));
}

const unsafe = (name: string): boolean => name.startsWith('_');

/** Jinja's `object.name`: an attribute first, then an item. */
export function attributeOf(object: Value, name: string, budget: Budget): Value {
  if (object instanceof Undefined) throw undefinedError(object);
  const member = unsafe(name) ? undefined : memberOf(object, name, budget);
  if (member !== undefined) return member;
  if (object instanceof Dict) {
    const item = object.get(ownText(name));
    if (item !== undefined) return item;
  }
  return new Undefined(`'${describeType(object)}' has no attribute '${name}'`);
}

/** Jinja's `object[key]`: an item first, then an attribute. */
export function itemOf(object: Value, key: Value, budget: Budget): Value {
  if (object instanceof Undefined) throw undefinedError(object);
  if (object instanceof Dict) {
    const item = key instanceof Undefined ? undefined : object.get(key);
    if (item !== undefined) return item;
  }
  const items = object instanceof Text ? object.letters() : object instanceof Tuple ? object.items : object;
  if (isList(items) && (typeof key === 'number' || typeof key === 'boolean')) {
    const item = items.at(Number(key));
    if (item !== undefined && Math.abs(Number(key)) <= items.length) return item;
  }
  if (key instanceof Text) {
    const member = unsafe(key.text) ? undefined : memberOf(object, key.text, budget);
    return member ?? new Undefined(`'${describeType(object)}' has no attribute ${representation(key).text}`);
  }
  return new Undefined(`${describeType(object)} has no element ${representation(key).text}`);
}

/** Python's `object[from:to:step]`. */
export function sliceOf(object: Value, bounds: readonly (Value | undefined)[]): Value {
  if (object instanceof Undefined) throw undefinedError(object);
  const items = object instanceof Text ? object.letters() : object instanceof Tuple ? object.items : object;
  if (!isList(items)) return new Undefined(`${describeType(object)} has no element slice`);
  const [start, stop, by] = bounds.map((bound) =>
    bound === undefined || bound === null ? undefined : requireWhole(bound),
  );
  const step = by ?? 1;
  if (step === 0) throw new JinjaError('ValueError', 'slice step cannot be zero');
  const [low, high] = step > 0 ? [0, items.length] : [-1, items.length - 1];
  const clamp = (bound: number): number => Math.min(high, Math.max(low, bound < 0 ? bound + items.length : bound));
  const from = start === undefined ? (step > 0 ? low : high) : clamp(start);
  const to = stop === undefined ? (step > 0 ? high : low) : clamp(stop);
  const taken: Value[] = [];
  for (let i = from; step > 0 ? i < to : i > to; i += step) taken.push(items[i]!);
  if (object instanceof Text) return joinTexts(taken as Text[]);
  return object instanceof Tuple ? new Tuple(taken) : taken;
}
