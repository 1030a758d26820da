import type { PromptTemplate } from '../read/template';
import type { JsonSchema } from './jsonSchema';

/**
 * The JSON Schema of a template's answers, where they are JSON objects: its `properties` stand in the order of their
 * keys in an answer. Undefined for a choice among labels and for free text.
 */
export const answerSchema = ({ output }: Pick<PromptTemplate, 'output'>): JsonSchema | undefined =>
  output?.object?.schema;
