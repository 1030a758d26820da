import { largest } from '../../lists';
import type { Metric } from '../metric';
import type { SettingOf } from '../metricSetting';
import { tokenise13a, tokeniseZh } from './bleuTokens';
import { countNgrams, countShared, ngramTotal, type Counts } from './ngrams';

const orders = [1, 2, 3, 4] as const;

/**
 * BLEU (Papineni et al. 2002) as sacreBLEU computes it (Post 2018): exponential smoothing, case kept. A row has the
 * score of its sentence (effective order); a split has that of its corpus, from the counts of all rows. Several
 * references are clipped together.
 */
export function bleuMetric({ name, tokenise = '13a' }: SettingOf<'bleu'>): Metric {
  const tokens = tokenise === 'zh' ? tokeniseZh : tokenise13a;
  return {
    name,
    title: tokenise === 'zh' ? 'BLEU (zh)' : 'BLEU',
    scale: 'hundred',
    better: 'higher',
    binary: false,
    needsReference: true,
    value: (counts) => bleuOf(counts, false),
    score(answer, references) {
      const counts = bleuCounts(tokens(answer), references.map(tokens));
      return { value: bleuOf(counts, true), counts };
    },
  };
}

/** Matched n-grams of each order, all n-grams of each order, length of the answer, length of the closest reference. */
function bleuCounts(answer: readonly string[], references: readonly (readonly string[])[]): readonly number[] {
  const matched = orders.map((n) =>
    countShared(countNgrams(answer, n), mostOf(references.map((reference) => countNgrams(reference, n)))),
  );
  const all = orders.map((n) => ngramTotal(answer.length, n));
  const lengths = references.map(({ length }) => length).sort((a, b) => a - b);
  const distance = (length: number): number => Math.abs(length - answer.length);
  const closest = lengths.reduce((best, length) => (distance(length) < distance(best) ? length : best), lengths[0]!);
  return [...matched, ...all, answer.length, closest];
}

/** Of each n-gram its highest count in any one reference. */
function mostOf(references: readonly Counts[]): Counts {
  if (references.length === 1) return references[0]!;
  const ngrams = new Set(references.flatMap((counts) => [...counts.keys()]));
  return new Map([...ngrams].map((ngram) => [ngram, largest(references.map((counts) => counts.get(ngram) ?? 0))]));
}

/** @param effectiveOrder whether orders are left out of which the answer has no n-grams */
function bleuOf(counts: ArrayLike<number>, effectiveOrder: boolean): number {
  const matched = orders.map((n) => counts[n - 1]!);
  const all = orders.map((n) => counts[orders.length + n - 1]!);
  const [length, expected] = [counts[2 * orders.length]!, counts[2 * orders.length + 1]!];
  if (matched.every((count) => count === 0)) return 0;
  const had = all.filter((count) => count > 0).length;
  if (!effectiveOrder && had < orders.length) return 0;
  let smoothing = 1;
  let logs = 0;
  for (let order = 0; order < had; order++) {
    if (matched[order] === 0) smoothing *= 2;
    logs += Math.log(matched[order] === 0 ? 1 / (smoothing * all[order]!) : matched[order]! / all[order]!);
  }
  const brevity = length < expected ? Math.exp(1 - expected / length) : 1;
  return 100 * brevity * Math.exp(logs / had);
}
