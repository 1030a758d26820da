import type { Tokenizer } from '../../../model/tokenizer/tokenizer';
import type { Task } from '../../../objective/task';

/** What an edit may write: tokens that are words of the seed's script, by the case they are written in. */
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
  const accepts = (word: string): boolean =>
    letters.test(word) && (word.length > 1 || singles.has(word.toLowerCase())) && !refuses(word);
  const [inner, opening, continuing] = [new Map<number, string>(), new Map<number, string>(), new Set<number>()];
  for (let token = 0; token < tokenizer.vocabularySize; token++) {
    const raw = tokenizer.token(token);
    if (raw === undefined) continue;
    const text = tokenizer.decode([token]).trim();
    const marked = spaceMarker.test(raw);
    if (!marked && /^[\p{L}\p{N}\p{M}'’]/u.test(text)) continuing.add(token);
    if (!accepts(text)) continue;
    if (marked && text === text.toLowerCase()) inner.set(token, text);
    if (/^\p{Lu}\p{Ll}*$/u.test(text)) opening.set(token, text);
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
  const written = [...task.labels, ...Object.values(task.settings.labels).flat()];
  const words = new Set(
    written.flatMap((text) => text.toLowerCase().split(/[^\p{L}\p{N}]+/u)).filter((word) => word !== ''),
  );
  return (word) => {
    const lower = word.toLowerCase();
    return [lower, `${lower}s`, lower.replace(/e?s$/, ''), lower.replace(/s$/, '')].some((form) => words.has(form));
  };
}
