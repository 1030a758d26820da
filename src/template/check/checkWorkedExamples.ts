import { Failure } from '../../failure';
import { questionPart } from '../examples/questionPart';
import type { Analysis } from '../read/analysis';
import { examplesOf } from '../settings/examplesSetting';
import { entryAt } from '../syntax/frontMatter';
import type { Draft } from '../text/finding';

/** `invalid-value`: examples that cannot be put into the body. */
export function workedExampleDrafts(analysis: Analysis): readonly Draft[] {
  const { written, frontMatter, body, answerSlot } = analysis;
  const entry = entryAt(frontMatter, ['tune.examples']);
  if (!examplesOf(written) || !entry || !body || !answerSlot) return [];
  const problem = problemOf(analysis);
  return problem === undefined
    ? []
    : [{ code: 'invalid-value', severity: 'error', span: entry.valueSpan, message: problem }];
}

function problemOf(analysis: Analysis): string | undefined {
  try {
    questionPart(analysis);
    return undefined;
  } catch (error) {
    if (error instanceof Failure) return error.message;
    throw error;
  }
}
