import { escaped, literal, oneOf } from './ebnf';
import { plainCharacter } from './jsonRules';
import type { Maker } from './maker';
import { below, isMapping, type FlatPart, type SchemaPart } from './schemaParts';

interface Property {
  readonly isRequired: boolean;
  /** `"name":value` */
  readonly pair: string;
}

/** The body of a rule for objects, the properties in the order of the schema; undefined where there are none. */
export function objectRule(flat: readonly FlatPart[], maker: Maker, depth: number): string | undefined {
  const { json } = maker;
  const required = new Set(
    flat.flatMap(({ schema: { required: names } }) => (Array.isArray(names) ? (names as string[]) : [])),
  );
  const names = [
    ...new Set([
      ...flat.flatMap(({ schema: { properties } }) => (isMapping(properties) ? Object.keys(properties) : [])),
      ...required,
    ]),
  ];
  const properties: Property[] = [];
  for (const name of names) {
    const isRequired = required.has(name);
    const isNamed = flat.every((part) => isAllowedName(name, part, maker));
    const value = isNamed
      ? maker.rule(
          flat.flatMap((part) => schemasOf(name, part)),
          depth + 1,
        )
      : undefined;
    if (value !== undefined)
      properties.push({ isRequired, pair: json.rules.add(`${literal(JSON.stringify(name))} ${json.colon} ${value}`) });
    else if (isRequired) return undefined;
  }
  const others = otherPairs(flat, names, { maker, depth });
  const most = mostOthers(flat, properties, { maker, hasOthers: others !== undefined });
  if (most === undefined) return undefined;
  const inside = members(properties, others && most > 0 ? { pair: others, most } : undefined, maker);
  return `${json.open('{')} ${inside} ${json.close('}')}`;
}

/** Whether `propertyNames` lets a name be. */
const isAllowedName = (name: string, { schema, pointer }: FlatPart, { satisfies }: Maker): boolean =>
  schema.propertyNames === undefined ||
  satisfies(name, [{ schema: schema.propertyNames, pointer: below(pointer, 'propertyNames') }]);

/** What one schema says of a property. */
function schemasOf(name: string, { schema, pointer }: FlatPart): readonly SchemaPart[] {
  const { properties, patternProperties, additionalProperties } = schema;
  const own =
    isMapping(properties) && Object.hasOwn(properties, name)
      ? [{ schema: properties[name], pointer: below(pointer, 'properties', name) }]
      : [];
  const matching = isMapping(patternProperties)
    ? Object.entries(patternProperties)
        .filter(([pattern]) => new RegExp(pattern, 'u').test(name))
        .map(([pattern, each]) => ({ schema: each, pointer: below(pointer, 'patternProperties', pattern) }))
    : [];
  if (own.length + matching.length > 0) return [...own, ...matching];
  return additionalProperties === undefined
    ? schema.unevaluatedProperties === false
      ? [{ schema: false, pointer }]
      : []
    : [{ schema: additionalProperties, pointer: below(pointer, 'additionalProperties') }];
}

/** A property that the schema does not name: only where it says of what kind those are, or names none. */
function otherPairs(
  flat: readonly FlatPart[],
  names: readonly string[],
  { maker, depth }: { readonly maker: Maker; readonly depth: number },
): string | undefined {
  const { json } = maker;
  const isOpen = flat.every(({ schema }) => {
    if (
      schema.patternProperties !== undefined ||
      schema.propertyNames !== undefined ||
      schema.unevaluatedProperties === false
    )
      return false;
    return schema.additionalProperties === undefined ? names.length === 0 : schema.additionalProperties !== false;
  });
  if (!isOpen) return undefined;
  const value = maker.rule(
    flat.map(({ schema, pointer }) => ({
      schema: schema.additionalProperties ?? true,
      pointer: below(pointer, 'additionalProperties'),
    })),
    depth + 1,
  );
  if (value === undefined) return undefined;
  return json.rules.add(`${names.length === 0 ? json.string : otherName(names, maker)} ${json.colon} ${value}`);
}

/** A name that is none of some, without characters that JSON escapes: one that comes twice would hide the first. */
function otherName(names: readonly string[], { json: { rules, colon } }: Maker): string {
  const behind = `(= ${colon})`;
  const any = rules.add(`(${plainCharacter}* "\\"") ${behind}`);
  const after = (beginning: string): string => {
    const next = new Map<string, string>();
    for (const name of names)
      if (name.startsWith(beginning) && name.length > beginning.length) {
        const letter = String.fromCodePoint(name.codePointAt(beginning.length)!);
        next.set(letter, beginning + letter);
      }
    if (next.size === 0 && !names.includes(beginning)) return any;
    const letters = [...next.keys()];
    const made = [
      ...(names.includes(beginning) ? [] : ['"\\""']),
      `${otherLetter(letters)} ${any}`,
      ...letters
        .filter((letter) => letter >= ' ' && letter !== '"' && letter !== '\\')
        .map((letter) => `${literal(letter)} ${after(next.get(letter)!)}`),
    ];
    return rules.add(`${oneOf(made)} ${behind}`);
  };
  return rules.add(`"\\"" ${after('')}`);
}

/** A character of a text that is none of some. What the library leaves out of all characters must be ASCII. */
function otherLetter(letters: readonly string[]): string {
  if (letters.every(isAscii)) return `[^"\\\\\\x00-\\x1f${letters.map(escaped).join('')}]`;
  const ascii = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i));
  return `[${ascii
    .filter((letter) => !['"', '\\', ...letters].includes(letter))
    .map(escaped)
    .join('')}]`;
}

const isAscii = (letter: string): boolean => letter <= '\x7f';

/** How many other properties there may be; undefined where there are too many already. */
function mostOthers(
  flat: readonly FlatPart[],
  properties: readonly Property[],
  { maker, hasOthers }: { readonly maker: Maker; readonly hasOthers: boolean },
): number | undefined {
  const needed = properties.filter(({ isRequired }) => isRequired).length;
  let most = Infinity;
  for (const { schema, pointer } of flat) {
    const { minProperties: min, maxProperties: max } = schema;
    if (typeof min === 'number' && min > needed) {
      if (!hasOthers && min > properties.length) return undefined;
      maker.miss('minProperties', pointer);
    }
    if (typeof max !== 'number') continue;
    if (max < needed) return undefined;
    // Optional ones are left to the model, so that those without a name take what is left in any case.
    if (properties.length > max) maker.miss('maxProperties', pointer);
    most = Math.min(most, Math.max(0, max - properties.length));
  }
  return most;
}

interface Others {
  readonly pair: string;
  readonly most: number;
}

function members(
  properties: readonly Property[],
  others: Others | undefined,
  { json: { rules, comma } }: Maker,
): string {
  const repeat = (most: number): string => (most === Infinity ? '*' : `{0,${most}}`);
  // What may stand behind a member, from the last to the first: each rule is made once.
  let next = others ? rules.add(`(${comma} ${others.pair})${repeat(others.most)}`) : '';
  let first: readonly string[] = others ? [`${others.pair} (${comma} ${others.pair})${repeat(others.most - 1)}`] : [];
  let mayBeEmpty = true;
  for (const { pair, isRequired } of [...properties].reverse()) {
    const begins = `${pair} ${next}`.trim();
    first = isRequired ? [begins] : [begins, ...first];
    mayBeEmpty &&= !isRequired;
    next = rules.add(isRequired ? `${comma} ${begins}` : `(${comma} ${pair})? ${next}`.trim());
  }
  if (first.length === 0) return '';
  return mayBeEmpty ? `(${first.join(' | ')})?` : oneOf(first);
}
