import * as l10n from '@vscode/l10n';
import type { Analysis } from '../../read/analysis';
import type { TemplateContext } from '../../read/templateContext';
import { entryAt } from '../../syntax/frontMatter';
import { replacement, type Draft } from '../../text/finding';
import { nearest } from '../../text/suggest';
import { listed } from '../../../words/listed';
import { yamlText } from '../../text/yamlText';

/** `data-column`: the rows to train on lack the column that `tune.weight` names. */
export function missingWeights(
  { written, frontMatter }: Analysis,
  { splitColumns }: Pick<TemplateContext, 'splitColumns'>,
): readonly Draft[] {
  const names = splitColumns?.train?.names;
  const entry = entryAt(frontMatter, ['tune.weight']);
  if (written.weight === undefined || !names || !entry || names.includes(written.weight)) return [];
  const suggestion = nearest(written.weight, names);
  return [
    {
      code: 'data-column',
      severity: 'error',
      span: entry.valueSpan,
      message: l10n.t`The train rows have no column "${written.weight}"; they have ${listed(names)}.`,
      fixes:
        suggestion === undefined
          ? []
          : [replacement(l10n.t`Replace with "${suggestion}"`, entry.valueSpan, yamlText(suggestion))],
    },
  ];
}
