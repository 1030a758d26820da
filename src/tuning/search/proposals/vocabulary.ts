import type { Tokenizer } from '../../../model/tokenizer/tokenizer';
import type { Task } from '../../../objective/task';
import { isSpaceless } from '../text/spacelessScripts';

/**
 * What an edit may write: tokens that are words of the seed's script, by the case they are written in where it has any.
 */
export interface WordVocabulary {
  /** Lower-case words behind a space: `token → word`. */
  readonly inner: ReadonlyMap<number, string>;
  /** Capitalised words, for the beginning of a sentence. */
  readonly opening: ReadonlyMap<number, string>;
  /** Whether a token goes on with a word that the token before it began. */
  continues(token: number): boolean;
  /** Whether a word may be written at all, of however many tokens it is. */
  accepts(word: string): boolean;
}

/** How byte-level and SentencePiece vocabularies write the space a token begins with. */
const spaceMarker = /^[Ġ▁]/;

const scripts = [
  'Latin',
  'Cyrillic',
  'Greek',
  'Han',
  'Hiragana',
  'Katakana',
  'Hangul',
  'Arabic',
  'Hebrew',
  'Devanagari',
  'Bengali',
  'Tamil',
  'Thai',
  'Georgian',
  'Armenian',
];

/**
 * The words a model's vocabulary offers for an instruction: single tokens of letters only, of a script the seed is
 * written in.
 * @param refuses words that may not be written, as label words
 */
export function wordVocabulary(tokenizer: Tokenizer, seed: string, refuses: (word: string) => boolean): WordVocabulary {
  const letters = lettersLike(seed);
  const singles = new Set(
    seed
      .toLowerCase()
      .split(/\P{L}+/u)
      .filter((word) => word.length === 1),
  );
  const spaceless = isSpaceless(seed);
  const accepts = (word: string): boolean =>
    letters.test(word) && (word.length > 1 || isSpaceless(word) || singles.has(word.toLowerCase())) && !refuses(word);
  const [inner, opening, continuing] = [new Map<number, string>(), new Map<number, string>(), new Set<number>()];
  for (let token = 0; token < tokenizer.vocabularySize; token++) {
    const raw = tokenizer.token(token);
    if (raw === undefined) continue;
    const text = tokenizer.decode([token]).trim();
    const marked = spaceMarker.test(raw);
    const standsAlone = spaceless && isSpaceless(text);
    if (!marked && !standsAlone && /^[\p{L}\p{N}\p{M}'’]/u.test(text)) continuing.add(token);
    if (!accepts(text)) continue;
    if ((marked || standsAlone) && text === text.toLowerCase()) inner.set(token, text);
    if (standsAlone || /^\p{Lu}\p{Ll}*$/u.test(text)) opening.set(token, text);
  }
  return { inner, opening, accepts, continues: (token) => continuing.has(token) };
}

function lettersLike(seed: string): RegExp {
  const present = scripts.filter((script) => new RegExp(`\\p{Script=${script}}`, 'u').test(seed));
  return present.length > 0
    ? new RegExp(`^[${present.map((script) => `\\p{Script=${script}}`).join('')}]+$`, 'u')
    : /^\p{L}+$/u;
}

/**
 * Tells the words of the labels, their verbalizer and their plurals: an instruction that gains or loses one tells the
 * answer rather than the task.
 */
export function labelWordsOf(task: Pick<Task, 'labels' | 'settings'>): (word: string) => boolean {
  const words = new Set(
    writtenLabels(task)
      .flatMap((text) => text.toLowerCase().split(/[^\p{L}\p{N}]+/u))
      .filter((word) => word !== ''),
  );
  const spaceless = [...words].filter(isSpaceless);
  return (word) => {
    const lower = word.toLowerCase();
    return (
      [lower, `${lower}s`, lower.replace(/e?s$/, ''), lower.replace(/s$/, '')].some((form) => words.has(form)) ||
      spaceless.some((label) => lower.includes(label))
    );
  };
}

/**
 * Where a text holds words of labels in a script without spaces, whose dictionary may cut them otherwise.
 * @returns pairs of first and last offset
 */
export function labelStretches(
  task: Pick<Task, 'labels' | 'settings'>,
  text: string,
): readonly (readonly [number, number])[] {
  return writtenLabels(task)
    .filter(isSpaceless)
    .flatMap((label) =>
      [...text.matchAll(new RegExp(label.replace(/[.*+?^${}()|[\]\\]/gu, '\\$&'), 'gu'))].map(
        ({ index }) => [index, index + label.length] as const,
      ),
    );
}

/** Label words as they may stand in a text: the labels themselves, and the words that answer for them. */
export const writtenLabels = ({ labels, settings }: Pick<Task, 'labels' | 'settings'>): readonly string[] =>
  [...labels, ...Object.values(settings.labels).flat()].map((text) => text.trim()).filter((text) => text !== '');
