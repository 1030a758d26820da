import { largest } from '../../lists';
import { meanOfCounts, scoreOf, type Metric } from '../metric';
import type { SettingOf } from '../metricSetting';
import { countShared, countTexts } from './ngrams';
import { normaliseAnswer, squad } from './normaliseAnswer';
import { splitWords } from './whiteSpace';

/**
 * F1 over the words of answer and reference as SQuAD normalises them (Rajpurkar et al. 2016); 1 where neither has
 * words, as SQuAD v2.0 has it. Of several references the best.
 */
export function f1Metric({ name }: SettingOf<'f1'>): Metric {
  return {
    name,
    title: 'Token F1',
    scale: 'share',
    better: 'higher',
    binary: false,
    needsReference: true,
    value: meanOfCounts,
    score: (answer, references) => {
      const words = squadWords(answer);
      return scoreOf(largest(references.map((reference) => wordF1(words, squadWords(reference)))));
    },
  };
}

const squadWords = (text: string): readonly string[] => splitWords(normaliseAnswer(text, squad));

function wordF1(answer: readonly string[], reference: readonly string[]): number {
  if (answer.length === 0 && reference.length === 0) return 1;
  const same = countShared(countTexts(answer), countTexts(reference));
  return same === 0 ? 0 : (2 * same) / (answer.length + reference.length);
}
