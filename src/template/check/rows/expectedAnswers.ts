import { Failure } from '../../../failure';
import type { Analysis } from '../../read/analysis';
import { outputOf } from '../../read/template';
import type { TemplateContext } from '../../read/templateContext';
import { acceptedAnswers, rowAnswer } from '../../render/chat/rowMessages';

/** What each of the first rows accepts; nothing of a row without an answer, or whose answer has a fault of its own. */
export function expectedAnswers(
  analysis: Analysis,
  rows: NonNullable<TemplateContext['sampleRows']>,
): readonly (readonly string[])[] {
  const output = outputOf(analysis);
  if (!output) return [];
  return rows.map((row) => {
    const answer = rowAnswer(row, output.name) ?? null;
    return answer === null || answer instanceof Failure ? [] : acceptedAnswers(row, output);
  });
}
