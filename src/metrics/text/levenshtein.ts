import * as l10n from '@vscode/l10n';
import { distance } from 'fastest-levenshtein';
import { largest, smallest } from '../../lists';
import { meanOfCounts, scoreOf, Unjudgeable, type Metric } from '../metric';
import type { SettingOf } from '../metricSetting';

/** Edits between answer and reference: code points put in, taken out or exchanged. Of several references the fewest. */
export function levenshteinMetric({ name }: SettingOf<'levenshtein'>): Metric {
  return {
    name,
    title: 'Levenshtein distance',
    scale: 'count',
    better: 'lower',
    binary: false,
    needsReference: true,
    value: meanOfCounts,
    score: (answer, references) => scoreOf(smallest(references.map((each) => edits([...answer], [...each])))),
  };
}

/** 1 - edits / length of the longer side in code points; 1 where both are empty. Of several references the highest. */
export function similarityMetric({ name }: SettingOf<'similarity'>): Metric {
  return {
    name,
    title: 'Similarity',
    scale: 'share',
    better: 'higher',
    binary: false,
    needsReference: true,
    value: meanOfCounts,
    score: (answer, references) => scoreOf(largest(references.map((each) => similarity([...answer], [...each])))),
  };
}

function similarity(a: readonly string[], b: readonly string[]): number {
  const longer = Math.max(a.length, b.length);
  return longer === 0 ? 1 : 1 - edits(a, b) / longer;
}

/** Units that the library tells apart, but for two that mean a character of one side alone. */
const mostShared = 0x10000 - 2;

/**
 * The library compares UTF-16 units, so that each code point of both sides becomes a unit of its own; those that only
 * one side has match nothing, and share one.
 */
function edits(a: readonly string[], b: readonly string[]): number {
  const inB = new Set(b);
  const shared = [...new Set(a)].filter((character) => inB.has(character));
  if (shared.length > mostShared)
    throw new Unjudgeable(
      l10n.t`Answer and reference share ${shared.length} characters, more than edits are counted of.`,
    );
  const units = new Map(shared.map((character, index) => [character, String.fromCharCode(index + 2)]));
  const encode = (characters: readonly string[], alone: string): string =>
    characters.map((character) => units.get(character) ?? alone).join('');
  return distance(encode(a, '\u0000'), encode(b, '\u0001'));
}
