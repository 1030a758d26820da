import type { Maker } from './maker';
import { largest, smallest } from '../lists';
import { below, numbersOf, type FlatPart, type SchemaPart } from './schemaParts';

/** The body of a rule for lists; undefined where there are none. */
export function listRule(flat: readonly FlatPart[], maker: Maker, depth: number): string | undefined {
  const { json } = maker;
  for (const { schema, pointer } of flat)
    for (const keyword of ['uniqueItems', 'contains', 'minContains', 'maxContains'])
      if (schema[keyword] !== undefined && schema[keyword] !== false) maker.miss(keyword, pointer);
  const least = largest(numbersOf(flat, 'minItems'), 0);
  const first = largest(
    flat.map((part) => placed(part).length),
    0,
  );
  const rest = restOf(flat, maker, depth);
  const items: string[] = [];
  while (items.length < first) {
    const item = maker.rule(
      flat.map((part) => itemAt(part, items.length)),
      depth + 1,
    );
    if (item === undefined) break;
    items.push(item);
  }
  const isCut = items.length < first;
  const most = smallest(numbersOf(flat, 'maxItems'), isCut || rest === undefined ? items.length : Infinity);
  if (least > most) return undefined;
  if (most === 0) return `${json.open('[')} ${json.close(']')}`;
  const all = items.length > 0 ? placedItems(maker, { items, rest, least, most }) : repeated(rest!, maker, least, most);
  return `${json.open('[')} ${all} ${json.close(']')}`;
}

/** Schemas of the first items; those of draft 7 stand under `items`. */
const placed = ({ schema }: FlatPart): readonly unknown[] =>
  Array.isArray(schema.prefixItems) ? schema.prefixItems : Array.isArray(schema.items) ? schema.items : [];

function itemAt(part: FlatPart, index: number): SchemaPart {
  const keyword = Array.isArray(part.schema.prefixItems) ? 'prefixItems' : 'items';
  const schemas = placed(part);
  return index < schemas.length
    ? { schema: schemas[index], pointer: below(part.pointer, keyword, index) }
    : furtherItems(part);
}

function furtherItems({ schema, pointer }: FlatPart): SchemaPart {
  const keyword = Array.isArray(schema.items) ? 'additionalItems' : 'items';
  return { schema: schema[keyword] ?? true, pointer: below(pointer, keyword) };
}

/** The rule of items behind those that have a schema each: where only those are named, there are no others. */
function restOf(flat: readonly FlatPart[], maker: Maker, depth: number): string | undefined {
  const named = flat.filter((part) => placed(part).length > 0);
  const isClosed =
    named.some((part) => furtherItems(part).schema === true) ||
    flat.some(({ schema }) => schema.unevaluatedItems === false && named.length > 0);
  const asked = largest(numbersOf(flat, 'minItems'), 0);
  if (isClosed && asked <= largest(named.map((part) => placed(part).length))) return undefined;
  return maker.rule(flat.map(furtherItems), depth + 1);
}

interface Items {
  readonly items: readonly string[];
  readonly rest: string | undefined;
  readonly least: number;
  readonly most: number;
}

function placedItems({ json: { rules, comma } }: Maker, { items, rest, least, most }: Items): string {
  const own = Math.min(items.length, most);
  const further = most - own;
  const needed = Math.max(0, least - own);
  let next =
    further > 0 && rest !== undefined ? `(${comma} ${rest}){${needed},${further === Infinity ? '' : further}}` : '';
  for (let i = own - 1; i >= 0; i--) {
    const one = `${i > 0 ? `${comma} ` : ''}${items[i]!} ${next}`.trim();
    next = i >= least ? `(${one})?` : one;
    if (i > 0) next = rules.add(next);
  }
  return next;
}

function repeated(item: string, { json: { comma } }: Maker, least: number, most: number): string {
  const others = `(${comma} ${item}){${Math.max(0, least - 1)},${most === Infinity ? '' : most - 1}}`;
  const some = `${item} ${others}`;
  return least > 0 ? some : `(${some})?`;
}
