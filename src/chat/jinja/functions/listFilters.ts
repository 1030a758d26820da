import { attributeOf, itemOf } from './attributes';
import { bind } from './bind';
import { type Budget, JinjaError } from '../values/budget';
import type { Filter } from './filter';
import { areEqual, calculate, order } from '../values/operators';
import { textOf } from '../values/represent';
import { emptyText, joinTexts, ownText, Text } from '../values/text';
import { lower } from './textMethods';
import { passes } from './tests';
import { textFilters } from './textFilters';
import {
  Dict,
  elementsOf,
  isList,
  isTrue,
  requireItems,
  requireWhole,
  Tuple,
  typeName,
  Undefined,
  type Value,
} from '../values/values';

/** The value behind a path such as `function.name` or `0`. */
function valueAt(value: Value, path: Value | undefined, budget: Budget): Value {
  if (path === undefined || path === null) return value;
  if (typeof path === 'number') return itemOf(value, path, budget);
  return textOf(path)
    .text.split('.')
    .reduce<Value>((held, part) => itemOf(held, /^\d+$/.test(part) ? Number(part) : ownText(part), budget), value);
}

const folded = (value: Value, caseSensitive: Value | undefined): Value =>
  value instanceof Text && !isTrue(caseSensitive ?? false) ? lower(value) : value;

function sorted(
  items: readonly Value[],
  keyOf: (item: Value) => Value,
  { budget, reverse }: { budget: Budget; reverse: boolean },
): Value[] {
  const keyed = items.map((item) => ({ item, key: keyOf(item) }));
  keyed.sort((a, b) => (reverse ? order(b.key, a.key, { budget }) : order(a.key, b.key, { budget })));
  return keyed.map(({ item }) => item);
}

const length: Filter = (value) => {
  if (value instanceof Text) return value.letters().length;
  if (value instanceof Dict) return value.size;
  if (isList(value)) return value.length;
  if (value instanceof Tuple) return value.items.length;
  if (value instanceof Undefined) return 0;
  throw new JinjaError('TypeError', `object of type '${typeName(value)}' has no len()`);
};

const extreme =
  (sign: number): Filter =>
  (value, args, budget) => {
    const given = bind('min', ['case_sensitive', 'attribute'], args);
    const key = (item: Value) => folded(valueAt(item, given.attribute, budget), given.case_sensitive);
    const [first, ...rest] = elementsOf(value);
    if (first === undefined) return new Undefined('No aggregated item, sequence was empty.');
    return rest.reduce((best, item) => (sign * order(key(item), key(best), { budget }) > 0 ? item : best), first);
  };

const sort: Filter = (value, args, budget) => {
  const given = bind('sort', ['reverse', 'case_sensitive', 'attribute'], args);
  const paths = given.attribute instanceof Text ? given.attribute.text.split(',').map(ownText) : [given.attribute];
  const key = (item: Value) =>
    new Tuple(paths.map((path) => folded(valueAt(item, path, budget), given.case_sensitive)));
  return sorted(elementsOf(value), key, { budget, reverse: isTrue(given.reverse ?? false) });
};

const dictsort: Filter = (value, args, budget) => {
  if (!(value instanceof Dict)) throw new JinjaError('TypeError', 'dictsort needs a mapping');
  const given = bind('dictsort', ['case_sensitive', 'by', 'reverse'], args);
  const at = given.by instanceof Text && given.by.text === 'value' ? 1 : 0;
  return sorted(
    value.entries().map((entry) => new Tuple(entry)),
    (item) => folded((item as Tuple).items[at]!, given.case_sensitive),
    { budget, reverse: isTrue(given.reverse ?? false) },
  );
};

const unique: Filter = (value, args, budget) => {
  const given = bind('unique', ['case_sensitive', 'attribute'], args);
  const seen: Value[] = [];
  return elementsOf(value).filter((item) => {
    const key = folded(valueAt(item, given.attribute, budget), given.case_sensitive);
    const isNew = !seen.some((one) => areEqual(one, key, budget));
    if (isNew) seen.push(key);
    return isNew;
  });
};

const join: Filter = (value, args, budget) => {
  const given = bind('join', ['d', 'attribute'], args);
  const items = elementsOf(value).map((item) => textOf(valueAt(item, given.attribute, budget)));
  return joinTexts(items, given.d === undefined ? emptyText : textOf(given.d));
};

const map: Filter = (value, { given, named }, budget) => {
  const attribute = named.get('attribute');
  const items = elementsOf(value);
  if (attribute !== undefined)
    return items.map((item) => {
      const found = valueAt(item, attribute, budget);
      const otherwise = named.get('default');
      return found instanceof Undefined && otherwise !== undefined ? otherwise : found;
    });
  const [name, ...rest] = given;
  const filter = requireFilter(name instanceof Text ? name.text : '');
  return items.map((item) => filter(item, { given: rest, named }, budget));
};

/** `select`, `reject` and those that look at an attribute. */
const chosen =
  (keep: boolean, byAttribute: boolean): Filter =>
  (value, { given }, budget) => {
    const [path, test] = byAttribute ? [given[0], given.slice(1)] : [undefined, given];
    return elementsOf(value).filter((item) => passes(valueAt(item, path, budget), test, budget) === keep);
  };

const batch: Filter = (value, args) => {
  const given = bind('batch', ['linecount', 'fill_with'], args);
  const size = requireWhole(given.linecount ?? null);
  if (size < 1) throw new JinjaError('ValueError', 'batch needs a size');
  const items = elementsOf(value);
  const rows = Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));
  const fill = given.fill_with ?? null;
  requireItems(size);
  return rows.map((row) => (fill === null ? row : [...row, ...Array.from({ length: size - row.length }, () => fill)]));
};

const groupby: Filter = (value, args, budget) => {
  const given = bind('groupby', ['attribute', 'default', 'case_sensitive'], args);
  const key = (item: Value): Value => {
    const found = valueAt(item, given.attribute, budget);
    return found instanceof Undefined && given.default !== undefined ? given.default : found;
  };
  const groups: { key: Value; items: Value[] }[] = [];
  for (const item of sorted(elementsOf(value), (one) => folded(key(one), given.case_sensitive), {
    budget,
    reverse: false,
  })) {
    const last = groups.at(-1);
    if (last && areEqual(folded(last.key, given.case_sensitive), folded(key(item), given.case_sensitive), budget))
      last.items.push(item);
    else groups.push({ key: key(item), items: [item] });
  }
  return groups.map((group) => new Tuple([group.key, group.items]));
};

const usual: Filter = (value, args) => {
  const given = bind('default', ['default_value', 'boolean'], args);
  const isMissing = value instanceof Undefined || (isTrue(given.boolean ?? false) && !isTrue(value));
  return isMissing ? (given.default_value ?? emptyText) : value;
};

/** Filters that take lists, dictionaries or anything. */
export const listFilters: Readonly<Record<string, Filter>> = {
  length,
  count: length,
  first: (value) => elementsOf(value)[0] ?? new Undefined('No first item, sequence was empty.'),
  last: (value) => elementsOf(value).at(-1) ?? new Undefined('No last item, sequence was empty.'),
  list: (value) => [...elementsOf(value)],
  items: (value) => {
    if (value instanceof Undefined) return [];
    if (value instanceof Dict) return value.entries().map((entry) => new Tuple(entry));
    throw new JinjaError('TypeError', 'Can only get item pairs from a mapping.');
  },
  reverse: (value) => {
    const turned = [...elementsOf(value)].reverse();
    return value instanceof Text ? joinTexts(turned as Text[]) : turned;
  },
  default: usual,
  d: usual,
  join,
  map,
  sort,
  dictsort,
  unique,
  groupby,
  batch,
  min: extreme(-1),
  max: extreme(1),
  sum: (value, args, budget) => {
    const given = bind('sum', ['attribute', 'start'], args);
    return elementsOf(value).reduce<Value>(
      (total, item) => calculate('+', total, valueAt(item, given.attribute, budget)),
      given.start ?? 0,
    );
  },
  attr: (value, { given }, budget) => attributeOf(value, textOf(given[0] ?? null).text, budget),
  select: chosen(true, false),
  reject: chosen(false, false),
  selectattr: chosen(true, true),
  rejectattr: chosen(false, true),
};

/** @throws JinjaError "TemplateAssertionError" for a filter of no such name */
export function requireFilter(name: string): Filter {
  if (Object.hasOwn(textFilters, name)) return textFilters[name]!;
  if (Object.hasOwn(listFilters, name)) return listFilters[name]!;
  throw new JinjaError('TemplateAssertionError', `No filter named '${name}'.`);
}
