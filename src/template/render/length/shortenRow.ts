import { namesRead, type KeyColumns } from '../../../data/rows/rowKey';

type Row = Readonly<Record<string, unknown>>;

/** Where a value that is too long loses text. */
export type Shortening = 'middle' | 'start' | 'end';

interface ShortenOptions {
  /** The columns that the template reads. */
  readonly columns: KeyColumns;
  readonly mode: Shortening;
  /** Tokens of the row's prompt with its answer. */
  readonly measure: (row: Row) => number;
  /** Tokens that fit. */
  readonly limit: number;
  /** Whether shortening what stands at a place leaves the instruction as it is. */
  readonly isShortenable: (without: Row) => boolean;
}

/** A text within a row, and the keys that lead to it. */
interface Leaf {
  readonly path: readonly string[];
  readonly text: string;
}

/**
 * The row with its longest text cut so far that its prompt fits; where that is not enough, the next longest too. No
 * text is emptied, so that conditions on it stay as they are. Cuts fall between words where some are near.
 * @returns undefined where the prompt does not fit even so
 */
export function shortenRow(row: Row, options: ShortenOptions): Row | undefined {
  const { measure, limit, isShortenable } = options;
  let current = row;
  for (const { path, text } of textsOf(row, options.columns)) {
    const letters = [...text];
    const kept = (count: number) => replaceAt(current, path, cut(letters, count, options.mode)) as Row;
    if (letters.length < 2 || !isShortenable(kept(1))) continue;
    const least = kept(1);
    if (measure(least) <= limit) return longestThatFits(letters.length, { kept, measure, limit });
    current = least;
  }
  return undefined;
}

/** Letters that a search is allowed to leave unused: the next word rarely begins within so few. */
const closeEnough = 4;

/** Searches between a length that fits and one that does not, where the lengths measured say the limit lies. */
function longestThatFits(
  letters: number,
  { kept, measure, limit }: { readonly kept: (count: number) => Row } & Pick<ShortenOptions, 'measure' | 'limit'>,
): Row {
  let [low, high] = [1, letters];
  let found = kept(low);
  let [lowTokens, highTokens] = [measure(found), measure(kept(high))];
  for (let step = 0; high - low > closeEnough; step++) {
    const share = (limit - lowTokens) / Math.max(1, highTokens - lowTokens);
    // Every third look halves what is left, so that a guess that is always a little short cannot go on for long.
    const guess = step % 3 === 2 ? (low + high) >> 1 : low + Math.floor((high - low) * share);
    const middle = Math.min(high - 1, Math.max(low + 1, guess));
    const tried = kept(middle);
    const tokens = measure(tried);
    if (tokens <= limit) [low, lowTokens, found] = [middle, tokens, tried];
    else [high, highTokens] = [middle, tokens];
  }
  return found;
}

/** The texts of a row that its prompt may show, longest first. */
function textsOf(row: Row, columns: KeyColumns): readonly Leaf[] {
  return namesRead(Object.keys(row), columns)
    .flatMap((name) => leavesOf(row[name], [name]))
    .sort((a, b) => b.text.length - a.text.length);
}

function leavesOf(value: unknown, path: readonly string[]): readonly Leaf[] {
  if (typeof value === 'string') return [{ path, text: value }];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => leavesOf(inner, [...path, key]));
}

function replaceAt(value: unknown, [key, ...rest]: readonly string[], text: string): unknown {
  if (key === undefined) return text;
  if (Array.isArray(value)) return value.map((inner, i) => (String(i) === key ? replaceAt(inner, rest, text) : inner));
  return { ...(value as Row), [key]: replaceAt((value as Row)[key], rest, text) };
}

function cut(letters: readonly string[], count: number, mode: Shortening): string {
  if (count >= letters.length) return letters.join('');
  switch (mode) {
    case 'end':
      return beginning(letters, count).join('');
    case 'start':
      return ending(letters, count).join('');
    case 'middle': {
      if (count < 3) return beginning(letters, count).join('');
      const front = beginning(letters, Math.ceil((count - 1) / 2))
        .join('')
        .trimEnd();
      return `${front} ${ending(letters, Math.floor((count - 1) / 2))
        .join('')
        .trimStart()}`;
    }
  }
}

/** Letters within which a cut looks for the end of a word. */
const nearby = 24;
const isSpace = (letter: string | undefined): boolean => letter !== undefined && /\s/.test(letter);

function beginning(letters: readonly string[], count: number): readonly string[] {
  for (let end = count; end > Math.max(0, count - nearby); end--)
    if (isSpace(letters[end]) && !isSpace(letters[end - 1])) return letters.slice(0, end);
  return letters.slice(0, count);
}

function ending(letters: readonly string[], count: number): readonly string[] {
  const first = letters.length - count;
  for (let start = first; start < Math.min(letters.length, first + nearby); start++)
    if (isSpace(letters[start - 1]) && !isSpace(letters[start])) return letters.slice(start);
  return letters.slice(first);
}
