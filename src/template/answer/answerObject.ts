import { asksForJson, outputSchemaOf, writtenOutputSchema } from '../metrics/outputSchema';
import type { FrontMatter } from '../syntax/frontMatter';
import { readSchema, type Schema, type SchemaField } from '../syntax/schema';
import type { JsonSchema } from './jsonSchema';

/** The name of the answer as a whole, where it is a JSON object: of its slot and of a column that holds all of it. */
export const wholeAnswer = 'output';

/** An answer that is a JSON object, as a template says it. */
export interface AnswerObject {
  readonly schema: JsonSchema;
  /** Its fields at the top, in their order. */
  readonly fields: readonly SchemaField[];
  /** Names of fields that are inputs too. */
  readonly shared: readonly string[];
  /** The name in braces that is the slot, where there is one: `output`, or an only field. */
  readonly slot: string;
}

/**
 * The answer of a template with `output.format: json` and the schema of an object. An enum alone whose slot is at the
 * end stays a choice among labels.
 * @param lastUse where a name stands last at the top of the body, -1 for nowhere; without it the body is not known
 */
export function chooseAnswerObject(
  frontMatter: FrontMatter,
  input: Schema | undefined,
  lastUse?: (name: string) => number,
): { readonly output: SchemaField; readonly answerObject: AnswerObject } | undefined {
  if (!asksForJson(frontMatter)) return undefined;
  const schema = outputSchemaOf(frontMatter);
  if (schema?.type !== 'object') return undefined;
  const fields = readSchema(writtenOutputSchema(frontMatter))?.fields ?? [];
  if (clash(fields, input) !== undefined) return undefined;
  const isInput = ({ name }: SchemaField): boolean => input?.fields.some((other) => other.name === name) ?? false;
  const shared = fields.filter(isInput).map(({ name }) => name);
  const only = fields.length === 1 && shared.length === 0 ? fields[0] : undefined;
  const isSlot = only !== undefined && lastUse !== undefined && lastUse(only.name) > lastUse(wholeAnswer);
  if (only?.values && (isSlot || !lastUse)) return undefined;
  return {
    output: { name: wholeAnswer, key: 'schema', type: 'object', optional: false },
    answerObject: { schema, fields, shared, slot: isSlot ? only.name : wholeAnswer },
  };
}

/** Whose name the answer as a whole has too, so that a column of the name could be either. */
export function clash(fields: readonly SchemaField[], input: Schema | undefined): 'field' | 'input' | undefined {
  if (fields.some(({ name }) => name === wholeAnswer)) return 'field';
  return input?.fields.some(({ name }) => name === wholeAnswer) ? 'input' : undefined;
}
