import * as l10n from '@vscode/l10n';
import { isNumber, isText, listOf, object, type Infer } from '../../channel/guards';
import { count, counted, percent, plainNumber } from '../../words/formatNumbers';
import { clauses } from '../../words/listed';
import { largest, smallest } from '../../lists';
import type { MetricFace } from '../../scoring/metricFace';

/** How the scores of a study's answers spread, over all of its seeds. */
export const isScoreDistribution = object({
  /** Name of the metric. */
  metric: isText,
  /** `[bins + 1]` rising edges, the same for all studies of a comparison; an edge belongs to the bin above it. */
  edges: listOf(isNumber),
  /** `[bins]` answers; the last bin holds its upper edge too. */
  counts: listOf(isNumber),
  /** Answers that the metric could not judge. */
  unjudged: isNumber,
});
export type ScoreDistribution = Infer<typeof isScoreDistribution>;

interface ScoredStudy {
  readonly metrics: readonly { readonly metric: MetricFace; readonly scores: readonly Float64Array[] }[];
}

/** Bins of a scale whose ends are known, and about as many of one that goes as far as the scores do. */
const usualBins = 10;
const scaleEnds = { share: [0, 1], hundred: [0, 100], count: undefined } as const;

/**
 * How often each score occurs, by each metric that is more than right or wrong: on the metric's own scale where it has
 * one and all scores lie on it, else on one that reaches over the scores of all studies.
 * @param studies undefined for those without answers; scores `[seeds][rows]`, NaN for what could not be judged
 * @returns for each study a distribution by each of its metrics
 */
export function scoreDistributions(
  studies: readonly (ScoredStudy | undefined)[],
): readonly (readonly ScoreDistribution[])[] {
  const edges = new Map<string, readonly number[]>();
  const edgesOf = ({ name, scale }: MetricFace): readonly number[] => {
    const known = edges.get(name);
    if (known) return known;
    const columns = studies.flatMap((study) => study?.metrics ?? []).filter(({ metric }) => metric.name === name);
    const made = edgesOver(columns.flatMap(({ scores }) => scores).map(endsOf), scaleEnds[scale]);
    edges.set(name, made);
    return made;
  };
  return studies.map((study) =>
    (study?.metrics ?? [])
      .filter(({ metric }) => !metric.binary)
      .map(({ metric, scores }) => ({ metric: metric.name, ...binned(scores, edgesOf(metric)) })),
  );
}

interface Ends {
  readonly low: number;
  readonly high: number;
  readonly whole: boolean;
}

function endsOf(scores: Float64Array): Ends {
  const judged = scores.filter((score) => !Number.isNaN(score));
  return { low: smallest(judged), high: largest(judged), whole: judged.every(Number.isInteger) };
}

function edgesOver(ends: readonly Ends[], scale: readonly [number, number] | undefined): readonly number[] {
  const [low, high] = [smallest(ends.map((end) => end.low)), largest(ends.map((end) => end.high))];
  if (scale && !(low < scale[0] || high > scale[1])) return multiplesOf(scale[1] / usualBins, 0, usualBins);
  if (!Number.isFinite(low) || !Number.isFinite(high)) return multiplesOf(1 / usualBins, 0, usualBins);
  const from = Math.min(low, 0);
  const step = stepOver(
    Math.max(high, 0) - from,
    ends.every(({ whole }) => whole),
  );
  const [first, last] = [Math.floor(from / step), Math.max(Math.ceil(Math.max(high, 0) / step), 1)];
  return multiplesOf(step, first, last);
}

/** 1, 2 or 5 times a power of ten; of whole numbers no part of one. */
function stepOver(range: number, whole: boolean): number {
  const wanted = range / usualBins || (whole ? 1 : 0.1);
  const power = 10 ** Math.floor(Math.log10(wanted));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((one) => one >= wanted * (1 - 1e-9))!;
  return whole ? Math.max(step, 1) : step;
}

/** Whole multiples of a step that is 1, 2 or 5 times a power of ten, as near to them as numbers are. */
const multiplesOf = (step: number, first: number, last: number): readonly number[] =>
  Array.from({ length: last - first + 1 }, (_, i) =>
    step < 1 ? (first + i) / Math.round(1 / step) : (first + i) * step,
  );

function binned(
  seeds: readonly Float64Array[],
  edges: readonly number[],
): Pick<ScoreDistribution, 'edges' | 'counts' | 'unjudged'> {
  const counts = new Array<number>(edges.length - 1).fill(0);
  let unjudged = 0;
  for (const score of seeds.flatMap((seed) => [...seed])) {
    if (Number.isNaN(score)) unjudged++;
    else counts[binOf(score, edges)]!++;
  }
  return { edges, counts, unjudged };
}

/** By the edges themselves, so that a score at one is where its number says. */
function binOf(score: number, edges: readonly number[]): number {
  const above = edges.findIndex((edge) => edge > score);
  return above === -1 ? edges.length - 2 : Math.max(above - 1, 0);
}

/** Share of the judged answers in each bin; 0 everywhere where none could be judged. */
export function binShares({ counts }: ScoreDistribution): readonly number[] {
  const all = counts.reduce((sum, answers) => sum + answers, 0);
  return counts.map((answers) => (all === 0 ? 0 : answers / all));
}

/** The bins that hold something, for those who do not see them: `40 answers: 25 % from 0 to 0.1, …; 2 not judged`. */
export function distributionWords(distribution: ScoreDistribution): string {
  const { counts, edges, unjudged } = distribution;
  const all = counts.reduce((sum, answers) => sum + answers, 0);
  const parts = binShares(distribution).flatMap((share, bin) =>
    share === 0 ? [] : [l10n.t`${percent(share)} from ${plainNumber(edges[bin]!)} to ${plainNumber(edges[bin + 1]!)}`],
  );
  const judged = l10n.t`${counted(all, 'answer')}: ${clauses(parts) || l10n.t`none judged`}`;
  return unjudged > 0 ? l10n.t`${judged}; ${count(unjudged)} not judged` : judged;
}
