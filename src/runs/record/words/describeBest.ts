import * as l10n from '@vscode/l10n';
import { fraction, metricNumber } from '../../../words/formatNumbers';
import { clauses } from '../../../words/listed';
import { decidingScore } from '../../../scoring/devScore';
import type { RunRecord } from '../record';
import { isFreeText } from '../runStage';

/** The best evaluation on dev in words: `f1 0.412, loss 0.830`. */
export function bestText(record: Pick<RunRecord, 'best' | 'settings' | 'result'>): string | undefined {
  const { best } = record;
  if (!best) return undefined;
  const score = decidingScore(best, isFreeText(record));
  const words = score ? [`${score.metric.name} ${metricNumber(score.value, score.metric.scale)}`] : [];
  return clauses([...words, l10n.t`loss ${fraction(best.loss)}`]);
}
