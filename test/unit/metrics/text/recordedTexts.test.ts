import { describe, expect, it } from 'vitest';
import type { Metric, Score } from '../../../../src/metrics/metric';
import { openMetric } from '../../../../src/metrics/openMetric';
import { tokenise13a, tokeniseZh } from '../../../../src/metrics/text/bleuTokens';
import { chrfWords } from '../../../../src/metrics/text/chrf';
import { squad } from '../../../../src/metrics/text/normaliseAnswer';
import { rouge, rougeWords } from '../../../../src/metrics/text/rouge';
import { withoutSpace } from '../../../../src/metrics/text/whiteSpace';
import { recordedTexts, type TextCorpus, type TextPair } from '../../../support/metrics/texts';

const tolerance = 1e-9;
const { pairs, corpora, steps } = recordedTexts;

/** What each metric has recorded for a pair. */
const metrics: readonly { readonly metric: Metric; readonly recorded: (pair: TextPair) => number }[] = [
  { metric: openMetric({ kind: 'exact', name: 'exact' }), recorded: ({ exact }) => exact },
  { metric: openMetric({ kind: 'exact', name: 'squad', ...squad }), recorded: ({ squadExact }) => squadExact },
  {
    metric: openMetric({ kind: 'f1', name: 'f1' }),
    recorded: ({ squadF1, squadF1BothEmpty1 = squadF1 }) => squadF1BothEmpty1,
  },
  { metric: openMetric({ kind: 'rouge1', name: 'rouge1' }), recorded: ({ rouge1: [f1] }) => f1 },
  { metric: openMetric({ kind: 'rouge2', name: 'rouge2' }), recorded: ({ rouge2: [f1] }) => f1 },
  { metric: openMetric({ kind: 'rougeL', name: 'rougeL' }), recorded: ({ rougeL: [f1] }) => f1 },
  { metric: openMetric({ kind: 'bleu', name: 'bleu' }), recorded: ({ bleu }) => bleu },
  { metric: openMetric({ kind: 'bleu', name: 'bleuZh', tokenise: 'zh' }), recorded: ({ bleuZh }) => bleuZh },
  { metric: openMetric({ kind: 'chrf', name: 'chrf' }), recorded: ({ chrf }) => chrf },
  { metric: openMetric({ kind: 'chrf', name: 'chrfpp', wordOrder: 2 }), recorded: ({ chrfpp }) => chrfpp },
  { metric: openMetric({ kind: 'levenshtein', name: 'levenshtein' }), recorded: ({ levenshtein }) => levenshtein },
  { metric: openMetric({ kind: 'similarity', name: 'similarity' }), recorded: ({ similarity }) => similarity },
];

const scoreOfPair = (metric: Metric, { prediction, references }: TextPair): Score =>
  metric.score(prediction, references) as Score;

/** What a split of the pairs of a corpus has. */
function splitValue(name: string, { kind, n }: TextCorpus): number {
  const { metric } = metrics.find((each) => each.metric.name === name)!;
  const rows = pairs.filter((pair) => kind === 'all' || pair.kind === kind);
  expect(rows).toHaveLength(n);
  return metric.value(sumCounts(rows.map((pair) => scoreOfPair(metric, pair).counts)));
}

const sumCounts = (rows: readonly (readonly number[])[]): readonly number[] =>
  rows.reduce((sums, counts) => sums.map((sum, at) => sum + counts[at]!));

const isNear = (value: number, recorded: number): void =>
  expect(Math.abs(value - recorded), `${value} where ${recorded} is recorded`).toBeLessThanOrEqual(tolerance);

describe('the metrics of texts, held to sacreBLEU, rouge_score and SQuAD', () => {
  it('has every pair and corpus that was recorded', () => {
    expect([pairs.length, corpora.length, steps.length]).toEqual([576, 24, 23]);
  });

  it.each(metrics)('scores every pair as recorded: $metric.name', ({ metric, recorded }) => {
    for (const pair of pairs) {
      const { value } = scoreOfPair(metric, pair);
      expect(Math.abs(value - recorded(pair)), `${pair.id}: ${value}, recorded ${recorded(pair)}`).toBeLessThanOrEqual(
        tolerance,
      );
    }
  });

  it.each(['rouge1', 'rouge2', 'rougeL'] as const)('has F-measure, precision and recall of ROUGE: %s', (kind) => {
    for (const pair of pairs) {
      const scores = pair.references.map((reference) => rouge(kind, pair.prediction, reference));
      const best = scores.reduce((first, each) => (each.f1 > first.f1 ? each : first));
      [best.f1, best.precision, best.recall].forEach((value, at) => isNear(value, pair[kind][at]!));
    }
  });

  it.each(corpora)('scores a corpus by the counts of its rows: $kind', (corpus) => {
    for (const name of ['bleu', 'bleuZh', 'chrf', 'chrfpp'] as const)
      isNear(splitValue(name, corpus), corpus[name].score);
    // The mean of F1 was recorded by the rule of SQuAD v1.1, which has 0 where neither side has words.
    isNear(splitValue('squad', corpus), corpus.mean.squadExact);
    for (const name of ['exact', 'rouge1', 'rouge2', 'rougeL', 'similarity'] as const)
      isNear(splitValue(name, corpus), corpus.mean[name]);
  });

  it.each(corpora)('counts of a corpus what sacreBLEU counts: $kind', (corpus) => {
    for (const name of ['bleu', 'bleuZh'] as const) {
      const { metric } = metrics.find((each) => each.metric.name === name)!;
      const rows = pairs.filter(({ kind }) => corpus.kind === 'all' || kind === corpus.kind);
      const { counts, totals, predictionLength, referenceLength } = corpus[name];
      expect(sumCounts(rows.map((pair) => scoreOfPair(metric, pair).counts))).toEqual([
        ...counts,
        ...totals,
        predictionLength,
        referenceLength,
      ]);
    }
  });

  it.each(steps)('prepares a text as recorded: $text', (step) => {
    expect(rougeWords(step.text)).toEqual(step.rouge);
    expect(tokenise13a(step.text)).toEqual(step.bleu13a);
    expect(tokeniseZh(step.text)).toEqual(step.bleuZh);
    expect(withoutSpace(step.text)).toBe(step.chrf);
    expect(chrfWords(step.text)).toEqual(step.chrfppWords);
  });
});
