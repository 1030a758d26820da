import { type Budget, JinjaError } from '../values/budget';
import { areEqual } from '../values/operators';
import { representation } from '../values/represent';
import type { Method } from './textMethods';
import { Dict, isList, Tuple, type Value } from '../values/values';

/** A method of Python's `dict`, `list` or `tuple` that changes nothing. */
export function collectionMethod(value: Value, name: string, budget: Budget): Method | undefined {
  if (value instanceof Dict) return dictMethod(value, name);
  const items = value instanceof Tuple ? value.items : value;
  return isList(items) ? listMethod(items, name, budget) : undefined;
}

function dictMethod(dict: Dict, name: string): Method | undefined {
  switch (name) {
    case 'items':
      return () => dict.entries().map((entry) => new Tuple(entry));
    case 'keys':
      return () => dict.entries().map(([key]) => key);
    case 'values':
      return () => dict.entries().map(([, value]) => value);
    case 'get':
      return ({ given, named }) => dict.get(given[0] ?? null) ?? given[1] ?? named.get('default') ?? null;
    case 'copy':
      return () => Dict.of(dict.entries());
    default:
      return undefined;
  }
}

function listMethod(items: readonly Value[], name: string, budget: Budget): Method | undefined {
  if (name === 'count') return ({ given }) => items.filter((item) => areEqual(item, given[0] ?? null, budget)).length;
  if (name === 'copy') return () => [...items];
  if (name !== 'index') return undefined;
  return ({ given }) => {
    const found = items.findIndex((item) => areEqual(item, given[0] ?? null, budget));
    if (found < 0) throw new JinjaError('ValueError', `${representation(given[0] ?? null).text} is not in list`);
    return found;
  };
}
