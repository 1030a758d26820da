import { ExactNumber, writeJson } from '../../data/exactNumber';
import { itemSchema, objectShape, type JsonSchema } from './jsonSchema';

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !(value instanceof ExactNumber);

/**
 * The one form of an answer that is trained on, shown in examples and compared with: keys in the schema's order, then
 * those it does not name; fields that may be absent and are null are left out.
 */
export function canonicalValue(value: unknown, schema: unknown, root: JsonSchema): unknown {
  if (Array.isArray(value)) {
    const items = itemSchema(schema, root);
    return value.map((item: unknown) => canonicalValue(item, items, root));
  }
  if (!isObject(value)) return value;
  const shape = objectShape(schema, root);
  const properties = shape?.properties ?? new Map<string, unknown>();
  const keys = [...[...properties.keys()].filter((key) => Object.hasOwn(value, key)), ...Object.keys(value)];
  const kept = [...new Set(keys)].filter(
    (key) =>
      value[key] !== undefined && !(value[key] === null && properties.has(key) && !shape!.mayBeRequired.has(key)),
  );
  // Entries, since assigning to a key named __proto__ would make none.
  return Object.fromEntries(
    kept.map((key) => [
      key,
      canonicalValue(value[key], properties.has(key) ? properties.get(key) : shape?.others, root),
    ]),
  );
}

/** An answer as text: its {@link canonicalValue}, in JSON without white space. */
export const canonicalJson = (value: unknown, schema: JsonSchema): string =>
  writeJson(canonicalValue(value, schema, schema));
