import { parseJson } from '../../data/exactNumber';
import type { OutputObject } from '../read/template';
import type { Usage } from '../read/usage';
import { isMapping } from '../syntax/schema';
import { wholeAnswer } from './answerObject';
import { AnswerProblem, composeAnswers } from './composeAnswer';

type Row = Readonly<Record<string, unknown>>;

/** The lists of examples of a template: those whose answers it shows. */
export const exampleLists = ({ fields }: Pick<Usage, 'fields'>): readonly string[] => [
  ...new Set(fields.flatMap(({ name, list }) => (name === wholeAnswer && list !== undefined ? [list] : []))),
];

/**
 * A row, with `input.default` under it, whose examples have their answers as the model is to write its own:
 * `{{output}}`
 * and `{{json output}}` both show the canonical JSON, also where an example has a value for each field. What fits no
 * schema stays as it is written.
 */
export function withExampleAnswers(row: Row, object: OutputObject, lists: readonly string[]): Row {
  const shown = lists.filter((list) => Object.hasOwn(row, list) && typeof row[list] === 'object');
  if (shown.length === 0) return row;
  const answered = (item: unknown): unknown => (isMapping(item) ? { ...item, ...answerOf(item, object) } : item);
  return {
    ...row,
    ...Object.fromEntries(
      shown.map((list) => {
        const value = row[list];
        return [list, Array.isArray(value) ? value.map(answered) : answered(value)];
      }),
    ),
  };
}

function answerOf(item: Row, object: OutputObject): Row {
  try {
    const [answer] = composeAnswers(item, object, { isTable: false });
    return answer === undefined ? {} : { [wholeAnswer]: parseJson(answer) };
  } catch (error) {
    if (error instanceof AnswerProblem) return {};
    throw error;
  }
}
