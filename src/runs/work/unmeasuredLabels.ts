import * as l10n from '@vscode/l10n';
import { enumerated } from '../../words/listed';
import type { Prediction } from '../../scoring/evaluate';
import type { PromptTemplate } from '../../template/read/template';

/**
 * Says of labels that no measured row has that the numbers say nothing of them; undefined where each label has rows. A
 * macro-F1 over the labels that occur is as high without them as with them.
 */
export function unmeasuredLabels(
  { output }: Pick<PromptTemplate, 'output'>,
  { predictions, split }: { readonly predictions: readonly Pick<Prediction, 'expected'>[]; readonly split: string },
): string | undefined {
  if (output?.kind !== 'classification') return undefined;
  const there = new Set(predictions.map(({ expected }) => expected.trim()));
  const lacking = output.labels.filter((label) => !there.has(label.trim())).map((label) => `"${label}"`);
  if (lacking.length === 0) return undefined;
  return lacking.length === 1
    ? l10n.t`No row of ${split} that was measured has the label ${lacking[0]!}: the numbers say nothing of it.`
    : l10n.t`No row of ${split} that was measured has one of the labels ${enumerated(lacking)}: the numbers say \
nothing of them.`;
}
