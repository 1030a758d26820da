import { isJsonSchema, isMapping } from './schema';

type Mapping = Readonly<Record<string, unknown>>;

const scalars: ReadonlySet<string> = new Set(['any', 'boolean', 'integer', 'null', 'number', 'string']);
const wildcard = '(*)';

/**
 * The JSON Schema (draft 2020-12) that dotprompt makes of what stands under `input.schema` or `output.schema`: of
 * Picoschema; a JSON Schema is its own.
 * @throws Error that says what cannot be read, in words that follow "because"
 */
export function toJsonSchema(source: unknown): Mapping {
  if (typeof source === 'string') return ofText(source);
  if (!isMapping(source)) throw new Error('it is no mapping');
  if (!isJsonSchema(source)) return ofFields(source);
  return source.type === undefined ? { ...source, type: 'object' } : source;
}

/** `string, what it is` */
function ofText(text: string): Mapping {
  const { type, ...described } = typeOf(text);
  if (!scalars.has(type)) throw new Error(`it names the type "${type}", which Picoschema has not`);
  return type === 'any' ? described : { type, ...described };
}

function ofField(value: unknown): Mapping {
  if (typeof value === 'string') return ofText(value);
  if (!isMapping(value)) throw new Error(`it has ${JSON.stringify(value)} where a type belongs`);
  return ofFields(value);
}

function ofFields(source: Mapping): Mapping {
  const required: string[] = [];
  const properties = Object.entries(source).flatMap(([key, value]): [string, Mapping][] => {
    if (key === wildcard) return [];
    const [written, decoration] = key.split('(', 2) as [string, string?];
    const isOptional = written.endsWith('?');
    const name = isOptional ? written.slice(0, -1) : written;
    if (!isOptional) required.push(name);
    return [[name, decorated(value, decoration, isOptional)]];
  });
  return {
    type: 'object',
    properties: Object.fromEntries(properties),
    ...(required.length > 0 && { required }),
    additionalProperties: Object.hasOwn(source, wildcard) ? ofField(source[wildcard]) : false,
  };
}

/** A field whose key says in parentheses what it is: `(enum, the desk)`. */
function decorated(value: unknown, decoration: string | undefined, isOptional: boolean): Mapping {
  const orNull = (schema: Mapping): Mapping =>
    isOptional && typeof schema.type === 'string' ? { ...schema, type: [schema.type, 'null'] } : schema;
  if (decoration === undefined) return orNull(ofField(value));
  const { type, ...described } = typeOf(decoration.slice(0, -1));
  switch (type) {
    case 'array':
      return { ...orNull({ type: 'array', items: ofField(value) }), ...described };
    case 'object':
      return { ...orNull(ofField(value)), ...described };
    case 'enum': {
      if (!Array.isArray(value)) throw new Error('it has an enum without a list of values');
      const values = value as readonly unknown[];
      return { enum: isOptional && !values.includes(null) ? [...values, null] : values, ...described };
    }
    default:
      throw new Error(`it has (${type}), where Picoschema has (array), (object) and (enum)`);
  }
}

/** A type, and behind a comma what it is for. */
function typeOf(text: string): { readonly type: string; readonly description?: string } {
  const [, type, description] = /^(.*?), *(.*)$/.exec(text) ?? [];
  return type === undefined || !description ? { type: type ?? text } : { type, description };
}
