import * as l10n from '@vscode/l10n';
import { fieldsWithoutColumn } from '../../answer/composeAnswer';
import type { Analysis } from '../../read/analysis';
import { outputOf } from '../../read/template';
import type { TemplateContext } from '../../read/templateContext';
import { messagesColumn } from '../../render/chat/rowMessages';
import { entryAt } from '../../syntax/frontMatter';
import type { Draft } from '../../text/finding';
import { listed } from '../../../words/listed';

/** `answer-schema`: fields that an answer may lack, for which no data file has a column, as where it is misspelt. */
export function fieldsNeverAnswered(
  analysis: Analysis,
  { splitColumns = {} }: Pick<TemplateContext, 'splitColumns'>,
): readonly Draft[] {
  const { frontMatter, outputPath, answerObject } = analysis;
  const { object } = outputOf(analysis) ?? {};
  const files = Object.values(splitColumns);
  if (!object || !analysis.written.data || files.length === 0) return [];
  if (files.some(({ names }) => names.includes(messagesColumn))) return [];
  const lacking = files.map(({ names }) => fieldsWithoutColumn(names, object).optional);
  const never = lacking[0]!.filter((name) => lacking.every((names) => names.includes(name)));
  return never.flatMap((name): readonly Draft[] => {
    const { key } = answerObject!.fields.find((field) => field.name === name) ?? {};
    const paths =
      key === undefined
        ? []
        : [
            [...outputPath, 'properties', key],
            [...outputPath, key],
          ];
    const [entry] = paths.flatMap((path) => entryAt(frontMatter, path) ?? []);
    if (!entry) return [];
    return [
      {
        code: 'answer-schema',
        severity: 'warning',
        span: entry.keySpan,
        message: l10n.t`The data has no column "${name}", so no answer to learn from or to compare with has this \
field; it has ${listed(files[0]!.names)}.`,
      },
    ];
  });
}
