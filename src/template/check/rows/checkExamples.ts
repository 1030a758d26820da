import * as l10n from '@vscode/l10n';
import type { Analysis } from '../../read/analysis';
import { wholeAnswer } from '../../answer/answerObject';
import { AnswerProblem, composeAnswers } from '../../answer/composeAnswer';
import { outputOf, type OutputObject } from '../../read/template';
import { entryAt, spanAt } from '../../syntax/frontMatter';
import { insertion } from '../../syntax/insertion';
import { isMapping } from '../../syntax/schema';
import { replacement } from '../../text/finding';
import type { Draft } from '../../text/finding';

/** `example-schema`: demonstrations that lack a field which the body shows, or whose answer is no label. */
export function exampleDrafts(analysis: Analysis): readonly Draft[] {
  const { defaults, usage, frontMatter } = analysis;
  return Object.entries(defaults).flatMap(([list, items]): readonly Draft[] => {
    const shown = new Set(usage?.fields.filter((use) => use.list === list && !use.guarded).map((use) => use.name));
    if (!Array.isArray(items) || shown.size === 0) return [];
    const { object } = outputOf(analysis) ?? {};
    const isExamples = object !== undefined && shown.has(wholeAnswer);
    const known = [...shown]
      .filter((name) => !isExamples || name !== wholeAnswer)
      .filter((name) => items.some((item) => isMapping(item) && Object.hasOwn(item, name)));
    return items.flatMap((item: unknown, index): readonly Draft[] => {
      const path = ['input', 'default', list, String(index)];
      if (!isMapping(item) || !spanAt(frontMatter, path)) return [];
      return [
        ...missingFields(analysis, { item, path }, known),
        ...unknownAnswer(analysis, { item, path }),
        ...(isExamples ? unfitAnswer(analysis, { item, path }, object) : []),
      ];
    });
  });
}

interface Demonstration {
  readonly item: Readonly<Record<string, unknown>>;
  /** Keys that lead to it in the front matter. */
  readonly path: readonly string[];
}

function missingFields(
  { frontMatter }: Analysis,
  { item, path }: Demonstration,
  names: readonly string[],
): readonly Draft[] {
  return names
    .filter((name) => !Object.hasOwn(item, name))
    .map((name) => {
      const edit = insertion(frontMatter, path, `${name}: ""`);
      return {
        code: 'example-schema',
        severity: 'error',
        span: spanAt(frontMatter, path)!,
        message: l10n.t`This example lacks "${name}", which the body shows.`,
        fixes: edit ? [{ title: l10n.t`Add "${name}"`, edits: [edit] }] : [],
      };
    });
}

function unknownAnswer({ frontMatter, output }: Analysis, { item, path }: Demonstration): readonly Draft[] {
  const label = output && Object.hasOwn(item, output.name) ? String(item[output.name]) : undefined;
  if (label === undefined || !output?.values || output.values.includes(label)) return [];
  const span = entryAt(frontMatter, [...path, output.name])?.valueSpan ?? spanAt(frontMatter, path)!;
  return [
    {
      code: 'example-schema',
      severity: 'error',
      span,
      message: l10n.t`"${label}" is not a label of "${output.name}".`,
      fixes: output.values.map((value) => replacement(l10n.t`Use ${value}`, span, value)),
    },
  ];
}

/** An example whose answer is not as the model is to write its own. */
function unfitAnswer({ frontMatter }: Analysis, { item, path }: Demonstration, object: OutputObject): readonly Draft[] {
  const draft = (message: string): Draft => ({
    code: 'example-schema',
    severity: 'error',
    span: entryAt(frontMatter, [...path, wholeAnswer])?.valueSpan ?? spanAt(frontMatter, path)!,
    message,
  });
  try {
    if (composeAnswers(item, object, { isTable: false, isExample: true }).length > 0) return [];
    return [draft(l10n.t`This example has no answer: neither "${wholeAnswer}" nor a field of it.`)];
  } catch (error) {
    if (error instanceof AnswerProblem) return [draft(error.message)];
    throw error;
  }
}
