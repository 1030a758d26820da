/** What is known about the fields of a value; undefined stands for "anything". */
export interface Shape {
  readonly fields?: Readonly<Record<string, Shape | undefined>>;
  readonly items?: Shape;
}

/** One field of `input.schema` or `output.schema`. */
export interface SchemaField {
  readonly name: string;
  /** The YAML key as written, decoration included: `label(enum, the sentiment)`. */
  readonly key: string;
  readonly type: string;
  readonly description?: string;
  readonly optional: boolean;
  /** Values of an enum, as text. */
  readonly values?: readonly string[];
  readonly shape?: Shape;
}

export interface Schema {
  readonly fields: readonly SchemaField[];
  /** Whether names that are not listed may occur too. */
  readonly open: boolean;
  /** Key under which the fields are, when the schema is a JSON Schema. */
  readonly within?: 'properties';
}

type Mapping = Readonly<Record<string, unknown>>;

const jsonSchemaTypes = new Set(['any', 'boolean', 'integer', 'null', 'number', 'string', 'object', 'array']);

export function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Reads a Picoschema or JSON Schema, telling them apart as dotprompt does.
 * @returns undefined when there is no schema; an open schema without fields for a named or scalar one.
 */
export function readSchema(value: unknown): Schema | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  if (!isMapping(value)) return { fields: [], open: true };
  if (isJsonSchema(value)) return readJsonSchema(value);
  const names = Object.keys(value).filter((key) => key !== '(*)');
  return { fields: names.map((key) => picoField(key, value[key])), open: '(*)' in value };
}

/** Whether dotprompt takes a mapping for a JSON Schema. */
export const isJsonSchema = (value: Mapping): boolean =>
  jsonSchemaTypes.has(String(value.type)) || isMapping(value.properties);

function readJsonSchema(schema: Mapping): Schema {
  const properties = isMapping(schema.properties) ? schema.properties : {};
  const required = Array.isArray(schema.required) ? schema.required : [];
  const fields = Object.entries(properties).map(([name, property]): SchemaField => {
    const details = isMapping(property) ? property : {};
    const values = enumValues(details.enum);
    return {
      name,
      key: name,
      values,
      shape: jsonShape(details),
      type: values ? 'enum' : String(details.type ?? 'any'),
      description: typeof details.description === 'string' ? details.description : undefined,
      optional: !required.includes(name),
    };
  });
  return { fields, open: !isMapping(schema.properties) || schema.additionalProperties !== false, within: 'properties' };
}

function jsonShape(schema: Mapping): Shape | undefined {
  if (isMapping(schema.items)) return { items: jsonShape(schema.items) };
  if (!isMapping(schema.properties) || schema.additionalProperties !== false) return undefined;
  const fields = Object.entries(schema.properties).map(([name, value]) => [
    name,
    isMapping(value) ? jsonShape(value) : undefined,
  ]);
  return { fields: Object.fromEntries(fields) };
}

/** `name?(type, description): value`, the decoration of a Picoschema key. */
function picoField(key: string, value: unknown): SchemaField {
  const { name: rawName, ...decoration } = picoDecoration(key);
  const optional = rawName.endsWith('?');
  const name = optional ? rawName.slice(0, -1) : rawName;
  const written = typeof value === 'string' ? describe(value) : undefined;
  const values = decoration.type === 'enum' ? (enumValues(value) ?? []) : undefined;
  const type = decoration.type ?? written?.type ?? (isMapping(value) ? 'object' : 'any');
  return {
    name,
    key,
    type,
    description: decoration.description ?? written?.description,
    optional,
    values,
    shape: picoShape(type, value),
  };
}

/** The parts of a Picoschema key: the name, with `?` where it is optional, and what stands in parentheses behind it. */
export function picoDecoration(key: string): { name: string; type?: string; description?: string } {
  const opening = key.indexOf('(');
  if (opening < 0) return { name: key.trim() };
  return { name: key.slice(0, opening).trim(), ...describe(key.slice(opening + 1).replace(/\)\s*$/, '')) };
}

function describe(text: string): { type: string; description?: string } {
  const comma = text.indexOf(',');
  if (comma < 0) return { type: text.trim() };
  return { type: text.slice(0, comma).trim(), description: text.slice(comma + 1).trim() };
}

function picoShape(type: string, value: unknown): Shape | undefined {
  if (type === 'array') return { items: isMapping(value) ? picoShape('object', value) : undefined };
  if (!isMapping(value)) return undefined;
  const schema = readSchema(value);
  if (!schema || schema.open) return undefined;
  return { fields: Object.fromEntries(schema.fields.map((field) => [field.name, field.shape])) };
}

function enumValues(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) ? value.filter((item) => item !== null).map(String) : undefined;
}

/** The shape that a default value has; the items of a list are merged. */
export function shapeOfValue(value: unknown): Shape | undefined {
  if (Array.isArray(value)) {
    if (value.length === 0 || !value.every(isMapping)) return undefined;
    return {
      items: { fields: Object.fromEntries(value.flatMap((item) => Object.entries(shapeOfValue(item)?.fields ?? {}))) },
    };
  }
  if (!isMapping(value)) return undefined;
  return { fields: Object.fromEntries(Object.entries(value).map(([name, item]) => [name, shapeOfValue(item)])) };
}
