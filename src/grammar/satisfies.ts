import { compileSchema } from '../metrics/json/jsonSchema';
import { isMapping, type SchemaPart } from './schemaParts';

/** Whether values satisfy parts of a schema, whose references lead into the whole. */
export function satisfiesIn(root: unknown): (value: unknown, parts: readonly SchemaPart[]) => boolean {
  const { $schema, $defs, definitions } = isMapping(root) ? root : {};
  const whole = Object.fromEntries(
    Object.entries({ $schema, $defs, definitions }).filter(([, value]) => value !== undefined),
  );
  return (value, parts) =>
    parts.every(({ schema }) =>
      isMapping(schema) ? compileSchema({ ...schema, ...whole })(value).valid : schema !== false,
    );
}
