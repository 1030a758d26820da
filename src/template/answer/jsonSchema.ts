/** A JSON Schema that is a mapping, as `output.schema` is read. */
export type JsonSchema = Readonly<Record<string, unknown>>;

const isMapping = (value: unknown): value is JsonSchema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** References that are followed one after another, so that a circle of them ends. */
const mostReferences = 50;

/** The schema that a reference within a document (`#/$defs/name`) leads to; others are left as they are. */
export function dereferenced(schema: unknown, root: JsonSchema): unknown {
  let found = schema;
  for (let step = 0; step < mostReferences && isMapping(found) && typeof found.$ref === 'string'; step++) {
    const [start, ...keys] = found.$ref.split('/').map((key) => decodeURIComponent(key));
    if (start !== '#') return found;
    found = keys
      .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'))
      .reduce<unknown>((at, key) => (isMapping(at) && Object.hasOwn(at, key) ? at[key] : undefined), root);
  }
  return found;
}

/** The schemas of an object's fields, in their order, and which of them it must have. */
export interface ObjectShape {
  readonly properties: ReadonlyMap<string, unknown>;
  readonly required: ReadonlySet<string>;
  /** Those that some alternative requires, {@link required} among them. */
  readonly mayBeRequired: ReadonlySet<string>;
  /** What other fields are; absent where nothing is said, or none may be there. */
  readonly others?: unknown;
}

/**
 * What a schema says of the fields of an object, parts (`allOf`) and alternatives (`anyOf`, `oneOf`) included.
 * @returns undefined where it names none
 */
export function objectShape(schema: unknown, root: JsonSchema): ObjectShape | undefined {
  const parts = partsOf(schema, root).filter(({ part }) => isMapping(part.properties));
  if (parts.length === 0) return undefined;
  const alternatives = parts.filter(({ isAlternative }) => isAlternative).length;
  const requiredBy = (chosen: typeof parts): ReadonlySet<string> =>
    new Set(chosen.flatMap(({ part: { required } }) => (Array.isArray(required) ? required.map(String) : [])));
  return {
    properties: new Map(parts.flatMap(({ part }) => Object.entries(part.properties as JsonSchema))),
    // Of an object or null the object is meant; of several objects none is.
    required: requiredBy(parts.filter(({ isAlternative }) => !isAlternative || alternatives === 1)),
    mayBeRequired: requiredBy(parts),
    others: parts.map(({ part }) => part.additionalProperties).find(isMapping),
  };
}

/** What a schema says of the items of a list; undefined where it says nothing. */
export const itemSchema = (schema: unknown, root: JsonSchema): unknown =>
  partsOf(schema, root)
    .map(({ part }) => part.items)
    .find(isMapping);

/** A schema, or one that it is made of. */
interface Part {
  readonly part: JsonSchema;
  /** Whether a value may satisfy another instead. */
  readonly isAlternative: boolean;
}

function partsOf(schema: unknown, root: JsonSchema): readonly Part[] {
  const parts: Part[] = [];
  const seen = new Set<unknown>();
  const waiting: { readonly schema: unknown; readonly isAlternative: boolean }[] = [{ schema, isAlternative: false }];
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    const part = dereferenced(next.schema, root);
    const { isAlternative } = next;
    if (!isMapping(part) || seen.has(part)) continue;
    seen.add(part);
    parts.push({ part, isAlternative });
    const inside = (key: string): readonly unknown[] => (Array.isArray(part[key]) ? (part[key] as unknown[]) : []);
    for (const each of inside('allOf')) waiting.push({ schema: each, isAlternative });
    for (const each of [...inside('anyOf'), ...inside('oneOf')]) waiting.push({ schema: each, isAlternative: true });
  }
  return parts;
}

/** A schema of a part of a document, with the definitions that it may refer to. */
export function standingAlone(schema: unknown, { $defs, definitions, $schema }: JsonSchema): unknown {
  if (!isMapping(schema)) return schema ?? true;
  return {
    ...schema,
    ...($defs !== undefined && { $defs }),
    ...(definitions !== undefined && { definitions }),
    ...($schema !== undefined && { $schema }),
  };
}
