import { gapBetween, isSpaceless, segmentsOf } from './spacelessScripts';

/** A word of an instruction with what is written around it. */
export interface Word {
  /** White space in front. */
  readonly gap: string;
  /** Punctuation glued to its left, its letters, punctuation glued to its right. */
  readonly before: string;
  readonly core: string;
  readonly after: string;
  /** Whether it must stay as it is: tags, label words, marks without a letter. */
  readonly locked: boolean;
}

/** An instruction cut into words; `tail` is the white space behind the last. */
export interface Sentence {
  readonly words: readonly Word[];
  readonly tail: string;
}

const chunkPattern = /(\s*)((?:\\?\{\{[\s\S]*?\}\}+|\S)+)/gu;
const corePattern = /^([^\p{L}\p{N}]*)([\p{L}\p{N}](?:.*[\p{L}\p{N}\p{M}])?)([^\p{L}\p{N}]*)$/su;

type Cut = Omit<Word, 'gap'>;

function cutChunk(chunk: string): Cut {
  const parts = chunk.includes('{{') ? null : corePattern.exec(chunk);
  return parts
    ? { before: parts[1]!, core: parts[2]!, after: parts[3]!, locked: false }
    : { before: '', core: chunk, after: '', locked: true };
}

const opensBracket = /^[\p{Ps}\p{Pi}]+$/u;

/** Words of a script without spaces; what stands between them is of the word before, brackets that open of the next. */
function cutSpaceless(chunk: string): readonly Cut[] {
  const words: Cut[] = [];
  let before = '';
  for (const { text, isWord } of segmentsOf(chunk)) {
    const last = words.at(-1);
    if (isWord) {
      words.push({ before, core: text, after: '', locked: false });
      before = '';
    } else if (last && before === '' && !opensBracket.test(text))
      words[words.length - 1] = { ...last, after: last.after + text };
    else before += text;
  }
  const last = words.at(-1);
  if (!last) return [{ before: '', core: chunk, after: '', locked: true }];
  if (before !== '') words[words.length - 1] = { ...last, after: last.after + before };
  return words;
}

/**
 * Cuts the source of an instruction into words: by the spaces around them, and where a script has none by its
 * dictionary.
 * @param mayChange whether a word may be edited, by its letters and its offset in the source
 */
export function readWords(source: string, mayChange: (core: string, offset: number) => boolean): Sentence {
  const words: Word[] = [];
  let end = 0;
  for (const match of source.matchAll(chunkPattern)) {
    const [whole, gap, chunk] = match as unknown as readonly [string, string, string];
    end = match.index + whole.length;
    const offset = match.index + gap.length;
    const cut = isSpaceless(chunk) && !chunk.includes('{{') ? cutSpaceless(chunk) : [cutChunk(chunk)];
    let at = offset;
    cut.forEach((word, i) => {
      const { before, core, after } = word;
      const locked = word.locked || !mayChange(core, at + before.length);
      words.push({ gap: i === 0 ? gap : '', before, core, after, locked });
      at += before.length + core.length + after.length;
    });
  }
  return { words, tail: source.slice(end) };
}

export const writeWords = ({ words, tail }: Sentence): string =>
  words.map(({ gap, before, core, after }) => gap + before + core + after).join('') + tail;

/** Whether a sentence begins with the word at `index`. */
export function beginsSentence(words: readonly Word[], index: number): boolean {
  const previous = words[index - 1];
  return (
    previous === undefined ||
    /[.!?:;。！？：；]["')\]”’」』）】]*$/.test(previous.after || previous.core) ||
    words[index]!.gap.includes('\n')
  );
}

/**
 * The words `[from, to)` exchanged for others; case, punctuation and white space around them are kept. Undefined where
 * that cannot be.
 */
export function exchange(
  { words, tail }: Sentence,
  from: number,
  to: number,
  cores: readonly string[],
): Sentence | undefined {
  const old = words.slice(from, to);
  if (
    old.some((word) => word.locked) ||
    old.slice(0, -1).some((word) => word.after !== '') ||
    old.slice(1).some((word) => word.before !== '')
  )
    return undefined;
  if (cores.length === 0) return remove({ words, tail }, from, to);
  const first = old[0] ?? { ...words[from]!, before: '', after: '' };
  const last = old.at(-1) ?? first;
  const capital = old.length > 0 && isCapital(first.core);
  const fresh = cores.map((core, i): Word => ({
    gap: i === 0 ? first.gap : gapBetween(cores[i - 1]!, core),
    before: i === 0 ? first.before : '',
    core: i === 0 && capital ? capitalised(core) : core,
    after: i === cores.length - 1 ? last.after : '',
    locked: false,
  }));
  const rest = words.slice(to);
  const followed =
    old.length === 0 && rest[0]
      ? [{ ...rest[0], gap: gapBetween(cores.at(-1)!, rest[0].core) }, ...rest.slice(1)]
      : rest;
  return { words: [...words.slice(0, from), ...fresh, ...followed], tail };
}

/** Without the words `[from, to)`: their closing punctuation moves to the word before, a capital to the word behind. */
function remove({ words, tail }: Sentence, from: number, to: number): Sentence | undefined {
  const [previous, next] = [words[from - 1], words[to]];
  const [first, last] = [words[from]!, words[to - 1]!];
  if (first.before !== '' || (last.after !== '' && (!previous || previous.after !== '' || previous.locked)))
    return undefined;
  if (beginsSentence(words, from) && (!next || next.locked || last.after !== '')) return undefined;
  const kept = words.slice(0, from);
  if (previous && last.after !== '') kept[from - 1] = { ...previous, after: last.after };
  const rest = words.slice(to);
  if (next)
    rest[0] = {
      ...next,
      gap: first.gap,
      core: isCapital(first.core) && beginsSentence(words, from) ? capitalised(next.core) : next.core,
    };
  return { words: [...kept, ...rest], tail };
}

/** The words at `index` and `index + 1` in the other order. */
export function swap(sentence: Sentence, index: number): Sentence | undefined {
  const pair = sentence.words.slice(index, index + 2);
  if (pair.length < 2 || pair.some((word) => word.locked) || isCapital(pair[0]!.core) || isCapital(pair[1]!.core))
    return undefined;
  return exchange(sentence, index, index + 2, [pair[1]!.core, pair[0]!.core]);
}

/**
 * One more sentence in front or at the end; undefined where it already stands or the text does not end as a sentence
 * does.
 */
export function addSentence(sentence: Sentence, text: string, side: 'front' | 'end'): Sentence | undefined {
  const { words, tail } = sentence;
  const [first, last] = [words[0], words.at(-1)];
  if (!first || !last || writeWords(sentence).includes(text)) return undefined;
  const added = readWords(text, () => true).words;
  if (side === 'front')
    return {
      words: [{ ...added[0]!, gap: first.gap }, ...added.slice(1), { ...first, gap: ' ' }, ...words.slice(1)],
      tail,
    };
  return /[.!?]["')\]]*$/.test(last.after)
    ? { words: [...words, { ...added[0]!, gap: ' ' }, ...added.slice(1)], tail }
    : undefined;
}

/** How often a word follows itself or two words follow each other that did so before: what dull text does. */
export function repetitions({ words }: Sentence): number {
  const cores = words.map((word) => word.core.toLowerCase());
  const pairs = cores.slice(1).map((core, i) => `${cores[i]} ${core}`);
  return cores.filter((core, i) => i > 0 && core === cores[i - 1]).length + pairs.length - new Set(pairs).size;
}

/** Words with the white space behind them, where there is any. */
const partsOf = (text: string): readonly string[] =>
  text
    .split(/(?<=\s)/u)
    .flatMap((part) => (isSpaceless(part) ? segmentsOf(part).map((segment) => segment.text) : part));

/** What differs between two texts, widened to whole words. */
export function changedWords(before: string, after: string): { readonly before: string; readonly after: string } {
  const [old, fresh] = [partsOf(before), partsOf(after)];
  let start = 0;
  while (start < Math.min(old.length, fresh.length) && old[start] === fresh[start]) start++;
  let end = 0;
  while (end < Math.min(old.length, fresh.length) - start && old.at(-1 - end) === fresh.at(-1 - end)) end++;
  const part = (words: readonly string[]): string =>
    words
      .slice(start, words.length - end)
      .join('')
      .trim();
  return { before: part(old), after: part(fresh) };
}

export const isCapital = (core: string): boolean => /^\p{Lu}/u.test(core);
export const capitalised = (core: string): string => core.replace(/^\p{L}/u, (letter) => letter.toUpperCase());
