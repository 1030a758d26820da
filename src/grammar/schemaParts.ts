import * as l10n from '@vscode/l10n';

type Mapping = Readonly<Record<string, unknown>>;

/** A schema, and where it stands in the whole: `/properties/age`. */
export interface SchemaPart {
  readonly schema: unknown;
  readonly pointer: string;
}

/** A schema without `$ref` and `allOf`, which holds together with others. */
export interface FlatPart {
  readonly schema: Mapping;
  readonly pointer: string;
}

/** Why a schema makes no grammar, in words that follow "because". */
export class GrammarProblem extends Error {}

export const isMapping = (value: unknown): value is Mapping =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const below = (pointer: string, ...steps: readonly (string | number)[]): string =>
  [pointer, ...steps.map((step) => String(step).replaceAll('~', '~0').replaceAll('/', '~1'))].join('/');

/** The steps of a pointer, as they are written in the schema. */
export const stepsOf = (pointer: string): readonly string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));

/**
 * Schemas that hold together, with what they refer to in their place.
 * @returns undefined where one of them allows nothing
 * @throws GrammarProblem for a reference that leads nowhere
 */
export function flattened(root: unknown, parts: readonly SchemaPart[]): readonly FlatPart[] | undefined {
  const flat: FlatPart[] = [];
  const taken = new Set<string>();
  let waiting = parts;
  while (waiting.length > 0) {
    const { schema, pointer } = waiting[0]!;
    waiting = waiting.slice(1);
    if (schema === false) return undefined;
    if (!isMapping(schema)) continue;
    // One that refers to itself holds where it holds.
    if (taken.has(pointer)) continue;
    taken.add(pointer);
    const { $ref, allOf, ...rest } = schema;
    const all = Array.isArray(allOf) ? (allOf as readonly unknown[]) : [];
    waiting = [
      ...($ref === undefined ? [] : [referred(root, $ref, pointer)]),
      ...all.map((each, i) => ({ schema: each, pointer: below(pointer, 'allOf', i) })),
      ...waiting,
    ];
    flat.push({ schema: rest, pointer });
  }
  return flat;
}

function referred(root: unknown, reference: unknown, from: string): SchemaPart {
  const shown = JSON.stringify(reference);
  if (typeof reference !== 'string' || !/^#(?:\/|$)/.test(reference))
    throw new GrammarProblem(
      l10n.t`it refers to ${shown} at ${from || l10n.t`its top`}, and only places of its own (#/…) are known`,
    );
  let schema = root;
  let pointer = '';
  for (const step of stepsOf(decodeURIComponent(reference.slice(1)))) {
    const holder = schema as Readonly<Record<string, unknown>> | undefined;
    if (typeof holder !== 'object' || holder === null || !Object.hasOwn(holder, step))
      throw new GrammarProblem(l10n.t`it refers to ${shown} at ${from || l10n.t`its top`}, where nothing stands`);
    schema = holder[step];
    pointer = below(pointer, step);
  }
  return { schema, pointer };
}

/** The numbers that some schemas give a keyword. */
export const numbersOf = (flat: readonly FlatPart[], keyword: string): readonly number[] =>
  flat.flatMap(({ schema }) => (typeof schema[keyword] === 'number' ? [schema[keyword]] : []));
