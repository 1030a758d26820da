import type { ColumnProfile } from '../../../data/survey/profileTable';
import { isMapping } from '../../syntax/schema';
import { isLabels } from './guessAnswers';
import { isPlainKey } from './columnTags';

type Schema = Readonly<Record<string, unknown>>;

/** The JSON Schema that some values have in common; that of anything where they are of several types. */
export function inferSchema(values: readonly unknown[]): Schema {
  const [first] = values;
  if (values.length === 0) return {};
  if (values.every((value) => typeof value === 'string')) return { type: 'string' };
  if (values.every((value) => typeof value === 'boolean')) return { type: 'boolean' };
  if (values.every((value) => typeof value === 'number'))
    return { type: values.every(Number.isInteger) ? 'integer' : 'number' };
  if (values.every((value): value is readonly unknown[] => Array.isArray(value)))
    return { type: 'array', items: inferSchema(values.flat()) };
  if (!isMapping(first) || !values.every(isMapping)) return {};
  const names = [...new Set(values.flatMap((value) => Object.keys(value)))];
  const of = (name: string) => values.flatMap((value) => (Object.hasOwn(value, name) ? [value[name]] : []));
  return {
    type: 'object',
    properties: Object.fromEntries(names.map((name) => [name, inferSchema(of(name).filter((each) => each !== null))])),
    required: names.filter((name) => of(name).filter((each) => each !== null).length === values.length),
  };
}

/** A field of an answer that is JSON. */
interface Field {
  readonly name: string;
  readonly schema: Schema;
  readonly isRequired: boolean;
}

/** Labels that a field may have; of more, and longer ones, any text may be written. */
const mostChoices = 20;

function fieldOf(column: ColumnProfile, rows: number): Field {
  const { name, values, filled, lists, objects, numbers, isMany } = column;
  const texts = [...values.keys()];
  const isRequired = filled === rows;
  const of = (schema: Schema): Field => ({ name, schema, isRequired });
  if (lists + objects === filled) return of(inferSchema(texts.map((text) => JSON.parse(text) as unknown)));
  if (!isMany && texts.every((text) => text === 'true' || text === 'false')) return of({ type: 'boolean' });
  if (numbers === filled)
    return of({ type: texts.every((text) => /^-?\d+$/.test(text.trim())) ? 'integer' : 'number' });
  if (isLabels(column) && values.size <= mostChoices) return of({ type: 'string', enum: texts });
  return of({ type: 'string' });
}

/** `output.schema` of an answer of several columns, or of one whose values are lists or objects. */
export function outputSchemaOf(columns: readonly ColumnProfile[], rows: number): Schema {
  const fields = columns.map((column) => fieldOf(column, rows));
  const [only] = fields;
  // A column of this name has the whole answer.
  if (fields.length === 1 && only!.name === 'output' && only!.schema.type === 'object') return only!.schema;
  const isFlat = fields.every(({ name, schema }) => isPlainKey(name) && isFlatSchema(schema));
  if (isFlat) return Object.fromEntries(fields.map((field) => picoEntry(field)));
  return {
    type: 'object',
    properties: Object.fromEntries(fields.map(({ name, schema }) => [name, schema])),
    required: fields.filter(({ isRequired }) => isRequired).map(({ name }) => name),
  };
}

const isFlatSchema = ({ type, items }: Schema): boolean =>
  type !== undefined &&
  type !== 'object' &&
  (type !== 'array' ||
    (isMapping(items) && typeof items.type === 'string' && !['array', 'object'].includes(items.type)));

function picoEntry({ name, schema, isRequired }: Field): readonly [string, unknown] {
  const key = `${name}${isRequired ? '' : '?'}`;
  if (schema.enum !== undefined) return [`${key}(enum)`, schema.enum];
  return schema.type === 'array' ? [`${key}(array)`, (schema.items as Schema).type] : [key, schema.type];
}
