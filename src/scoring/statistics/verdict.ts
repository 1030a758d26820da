import * as l10n from '@vscode/l10n';
import { oneOf, type Infer } from '../../channel/guards';
import type { MetricFace } from '../metricFace';
import { holdsZero, type MeanInterval } from './interval';

/** `unclear`: the interval holds zero, or the corrected p is not below 0.05; `unsaid`: too few rows or seeds to say. */
export const isVerdict = oneOf('better', 'worse', 'unclear', 'unsaid');
export type Verdict = Infer<typeof isVerdict>;

/** Below this many rows an estimate says too little for a verdict. */
export const fewRows = 15;
/**
 * Below this many seeds a training says too little of how another would come out: with two, an interval meant to cover
 * 95 % covers about 92 %.
 */
export const fewSeeds = 3;
const significance = 0.05;
/** What one row can make of a difference, times the rows; nobody knows of a count. */
const mostOfRow: Readonly<Record<MetricFace['scale'], number>> = { share: 1, hundred: 100, count: Infinity };

export interface Evidence {
  readonly difference: MeanInterval;
  readonly rows: number;
  /**
   * What was trained with fewer than {@link fewSeeds} seeds, although training with another might come out otherwise.
   */
  readonly underSeeded: readonly { readonly name: string; readonly seeds: number }[];
  /** Rows among them that were trained on; 0 when left out. */
  readonly trainedOn?: number;
  /** Corrected for all comparisons made together; absent where there is no test. */
  readonly p?: number;
  /** Which sign of the difference is the better one, and how much one row can make of it. */
  readonly metric?: Pick<MetricFace, 'better' | 'scale'>;
}

/** What may be said of a difference, and why, in a sentence. Only `better` and `worse` may be shown in colour. */
export function verdictOn({
  difference,
  rows,
  underSeeded,
  trainedOn = 0,
  p,
  metric = { better: 'higher', scale: 'share' },
}: Evidence): {
  readonly verdict: Verdict;
  readonly sentence: string;
} {
  if (rows < fewRows)
    return {
      verdict: 'unsaid',
      sentence:
        rows === 1
          ? l10n.t`No verdict: 1 row is too few, ${fewRows} are the least.`
          : l10n.t`No verdict: ${rows} rows are too few, ${fewRows} are the least.`,
    };
  if (metric.better === 'neither')
    return { verdict: 'unsaid', sentence: l10n.t`No verdict: neither more nor less of it is better.` };
  if (trainedOn > 0 && Math.abs(difference.mean) * rows <= trainedOn * mostOfRow[metric.scale])
    return {
      verdict: 'unsaid',
      sentence: l10n.t`No verdict: ${trainedOn} of the ${rows} rows are in train too, and may make all of the \
difference.`,
    };
  if (underSeeded.length > 0) {
    const trainings = underSeeded.map(({ name, seeds }) =>
      seeds === 1 ? l10n.t`${name} was trained with one seed` : l10n.t`${name} was trained with ${seeds} seeds`,
    );
    return {
      verdict: 'unsaid',
      sentence: l10n.t`No verdict: ${trainings.reduce(
        (all, one) => l10n.t`${all} and \
${one}`,
      )}, and another may come out otherwise; ${fewSeeds} seeds are the least.`,
    };
  }
  if (holdsZero(difference))
    return { verdict: 'unclear', sentence: l10n.t`No difference is shown: the interval holds zero.` };
  if (p !== undefined && !(p < significance))
    return {
      verdict: 'unclear',
      sentence: l10n.t`No difference is shown: after the correction for several comparisons p is not below 0.05.`,
    };
  const isAbove = difference.mean > 0;
  if (isAbove === (metric.better === 'higher'))
    return {
      verdict: 'better',
      sentence: isAbove
        ? l10n.t`Better: the whole interval lies above zero.`
        : l10n.t`Better: the whole interval lies below zero.`,
    };
  return {
    verdict: 'worse',
    sentence: isAbove
      ? l10n.t`Worse: the whole interval lies above zero.`
      : l10n.t`Worse: the whole interval lies below zero.`,
  };
}
