import type { FrontMatter } from '../syntax/frontMatter';
import { toJsonSchema } from '../syntax/picoschema';
import { isMapping } from '../syntax/schema';

/** What is written under `output.schema`; undefined for nothing. */
export function writtenOutputSchema({ value }: FrontMatter): unknown {
  const schema = isMapping(value.output) ? value.output.schema : undefined;
  return schema === null || schema === '' ? undefined : schema;
}

/** Whether `output.format` says that the answer is JSON. */
export const asksForJson = ({ value: { output } }: FrontMatter): boolean =>
  isMapping(output) && output.format === 'json';

/** `output.schema` as JSON Schema; undefined where there is none that could be read. */
export function outputSchemaOf(frontMatter: FrontMatter): Readonly<Record<string, unknown>> | undefined {
  const written = writtenOutputSchema(frontMatter);
  if (written === undefined) return undefined;
  try {
    return toJsonSchema(written);
  } catch {
    // What is wrong with it, the checks say.
    return undefined;
  }
}
