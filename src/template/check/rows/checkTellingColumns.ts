import * as l10n from '@vscode/l10n';
import type { Analysis } from '../../read/analysis';
import type { TemplateContext } from '../../read/templateContext';
import type { Draft } from '../../text/finding';

/**
 * `answer-leak`: a variable each of whose values comes with one label alone in the rows, as another name of the label
 * does. Of a single label nothing can be told.
 */
export function columnsThatTell(analysis: Analysis, { splits = {} }: TemplateContext): readonly Draft[] {
  const split = splits.train ?? splits.dev ?? splits.test;
  if (!split || Object.keys(split.labels).length < 2) return [];
  return (split.telling ?? []).flatMap((name): readonly Draft[] => {
    const use = analysis.usage?.variables.find((each) => each.name === name);
    if (!use) return [];
    return [
      {
        code: 'answer-leak',
        severity: 'warning',
        span: use.span,
        message: l10n.t`Each value of "${name}" comes with one label alone in ${split.file}, so a prompt that shows it \
tells the answer.`,
      },
    ];
  });
}
