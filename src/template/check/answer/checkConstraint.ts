import * as l10n from '@vscode/l10n';
import { stepsOf } from '../../../grammar/schemaParts';
import type { Unenforced } from '../../../grammar/maker';
import { asksForJson, outputSchemaOf } from '../../metrics/outputSchema';
import type { Analysis } from '../../read/analysis';
import { constraintProblem, grammarOf, type AnswerConstraint } from '../../read/answerConstraint';
import { entryAt } from '../../syntax/frontMatter';
import type { Draft } from '../../text/finding';
import type { Span } from '../../text/position';

/**
 * What `tune.constrain` cannot do here: `invalid-value` for a schema that no grammar is made of and for a prompt that
 * opens the JSON, `schema-unenforced` for keywords that answers may break, `constrain-unused` for what has no effect.
 */
export function constraintDrafts(analysis: Analysis): readonly Draft[] {
  const { frontMatter, written, output } = analysis;
  if (output?.values) return written.constrain === true ? unusedSetting(analysis) : [];
  const schema = outputSchemaOf(frontMatter);
  if (!output || !asksForJson(frontMatter) || !(written.constrain ?? schema !== undefined)) return [];
  const constraint = schema === undefined ? {} : { schema };
  return [...problemDrafts(analysis, constraint), ...unenforcedDrafts(analysis, constraint), ...unusedStops(analysis)];
}

function unusedSetting({ frontMatter }: Analysis): readonly Draft[] {
  const span = entryAt(frontMatter, ['tune.constrain'])?.keySpan;
  const message = l10n.t`tune.constrain has no effect: the answer is chosen among labels, not written.`;
  return span ? [{ code: 'constrain-unused', severity: 'warning', span, message }] : [];
}

function problemDrafts({ frontMatter, answerSlot, text }: Analysis, constraint: AnswerConstraint): readonly Draft[] {
  const problem = constraintProblem(constraint, text.slice(0, answerSlot?.span[0] ?? 0));
  if (!problem) return [];
  const schema = entryAt(frontMatter, ['output', 'schema'])?.keySpan;
  const span = problem.of === 'slot' ? answerSlot?.span : schema;
  return span ? [{ code: 'invalid-value', severity: 'error', span, message: problem.message }] : [];
}

function unenforcedDrafts(analysis: Analysis, constraint: AnswerConstraint): readonly Draft[] {
  const made = grammarOf(constraint);
  if ('problem' in made) return [];
  return made.unenforced.flatMap((missed): readonly Draft[] => {
    const span = spanOf(analysis, missed);
    const { keyword, pointer } = missed;
    const message =
      pointer === ''
        ? l10n.t`Answers are not held to ${keyword} and may break it.`
        : l10n.t`Answers are not held to ${keyword} of ${pointer} and may break it.`;
    return span ? [{ code: 'schema-unenforced', severity: 'information', span, message }] : [];
  });
}

/** Where a keyword stands, or the next place around it that is found. */
function spanOf({ frontMatter }: Analysis, { keyword, pointer }: Unenforced): Span | undefined {
  const path = ['output', 'schema', ...stepsOf(pointer), keyword];
  for (let length = path.length; length >= 2; length--) {
    const found = entryAt(frontMatter, path.slice(0, length));
    if (found) return found.keySpan;
  }
  return undefined;
}

function unusedStops({ frontMatter, written }: Analysis): readonly Draft[] {
  const entry = entryAt(frontMatter, ['config', 'stopSequences']);
  if (!entry || !written.config?.stopSequences?.length) return [];
  const message = l10n.t`config.stopSequences are not looked for: answers are held to JSON, which ends where it is \
whole. With tune.constrain: false they end answers again.`;
  return [{ code: 'constrain-unused', severity: 'warning', span: entry.keySpan, message }];
}
