import { largest } from '../../lists';
import { meanOfCounts, scoreOf, type Metric } from '../metric';
import type { SettingOf } from '../metricSetting';
import { countNgrams, countShared, ngramTotal } from './ngrams';

const titles = { rouge1: 'ROUGE-1', rouge2: 'ROUGE-2', rougeL: 'ROUGE-L' } as const;

/**
 * The F-measure of ROUGE (Lin 2004) as rouge_score 0.1.2 computes it, without a stemmer: words are runs of ASCII
 * letters and digits, so that texts without any have 0, even equal ones. Of several references the best.
 */
export function rougeMetric({ kind, name }: SettingOf<'rouge1' | 'rouge2' | 'rougeL'>): Metric {
  return {
    name,
    title: titles[kind],
    scale: 'share',
    better: 'higher',
    binary: false,
    needsReference: true,
    value: meanOfCounts,
    score: (answer, references) => scoreOf(largest(references.map((each) => rouge(kind, answer, each).f1))),
  };
}

interface RougeScore {
  readonly f1: number;
  readonly precision: number;
  readonly recall: number;
}

export function rouge(kind: keyof typeof titles, answer: string, reference: string): RougeScore {
  const [a, b] = [rougeWords(answer), rougeWords(reference)];
  if (kind === 'rougeL') return rougeScore(longestCommonSubsequence(a, b), a.length, b.length);
  const n = kind === 'rouge1' ? 1 : 2;
  const shared = countShared(countNgrams(a, n), countNgrams(b, n));
  return rougeScore(shared, ngramTotal(a.length, n), ngramTotal(b.length, n));
}

/** The words that ROUGE sees. */
export const rougeWords = (text: string): readonly string[] => text.toLowerCase().match(/[a-z0-9]+/g) ?? [];

function rougeScore(shared: number, answered: number, expected: number): RougeScore {
  if (shared === 0) return { f1: 0, precision: 0, recall: 0 };
  return { f1: (2 * shared) / (answered + expected), precision: shared / answered, recall: shared / expected };
}

/** Length of the longest sequence of elements that both have in this order. */
function longestCommonSubsequence(a: readonly string[], b: readonly string[]): number {
  let previous = new Uint32Array(b.length + 1);
  let current = new Uint32Array(b.length + 1);
  for (const element of a) {
    for (let column = 1; column <= b.length; column++)
      current[column] =
        element === b[column - 1] ? previous[column - 1]! + 1 : Math.max(previous[column]!, current[column - 1]!);
    [previous, current] = [current, previous];
  }
  return previous[b.length]!;
}
