import { hasLabels } from '../../runs/record/words/describeProvenance';
import type { RunRecord } from '../../runs/record/record';
import { mean } from '../../scoring/statistics/mean';
import { meanOver, recordedMetrics } from './recordedResults';
import type { MetricResults } from './studyResults';
import type { Study } from './studies';

/** What the rewritten texts of a study do without anything learned: means over the seeds that wrote one. */
export interface TextAlone {
  /** By each metric, the one that decides first. */
  readonly metrics: readonly MetricResults[];
  /** Null for a task whose answers are not labels. */
  readonly macroF1: number | null;
  /** Null for free text, and in runs of earlier versions. */
  readonly labelMass: number | null;
  readonly loss: number | null;
  /** By the metric that decides: less the text as it was written; a seed that found nothing better counts 0. */
  readonly gain: { readonly mean: number; readonly interval: readonly [number, number] | null } | null;
}

/** @returns null where no run has measured its text */
export function textAloneOf({ runs }: Study): TextAlone | null {
  const measured = runs.filter(({ textResult }) => textResult);
  const results = measured.map(({ textResult }) => textResult!);
  if (results.length === 0) return null;
  return {
    metrics: recordedMetrics(results),
    macroF1: results.every(hasLabels) ? meanOver(results, 'macroF1') : null,
    labelMass: meanOver(results, 'labelMass'),
    loss: meanOver(results, 'loss'),
    gain: gainOf(measured),
  };
}

function gainOf(measured: readonly RunRecord[]): TextAlone['gain'] {
  const [first] = measured;
  if (measured.length > 1) return { mean: mean(measured.map(({ textGain }) => textGain?.mean ?? 0)), interval: null };
  return first?.textGain ? { mean: first.textGain.mean, interval: first.textGain.interval } : null;
}
