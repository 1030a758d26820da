import { schemaProblem } from '../../metrics/json/jsonSchema';
import { toJsonSchema } from '../syntax/picoschema';

/** The last schema, since it stays the same while other lines are typed. */
let last: { readonly text: string; readonly problem: string | undefined } | undefined;

/** Why answers cannot be checked against `output.schema`, in words that follow "because"; undefined where they can. */
export function problemOfSchema(written: unknown): string | undefined {
  const text = JSON.stringify(written);
  if (last?.text === text) return last.problem;
  let problem: string | undefined;
  try {
    problem = schemaProblem(toJsonSchema(written));
  } catch (error) {
    problem = (error as Error).message;
  }
  last = { text, problem };
  return problem;
}
