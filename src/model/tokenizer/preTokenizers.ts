import * as l10n from '@vscode/l10n';
import { byteLetters } from './bytes';
import { compilePattern, spansOf, type Span } from './pattern';
import {
  isBoolean,
  isList,
  isPattern,
  isRecord,
  isString,
  isWhole,
  orNothing,
  requireKeys,
  unsupported,
  type PartRecord,
} from './parts';

/** A piece of a text on its way to the model. */
export interface Piece {
  readonly text: string;
  /** Whether the piece opens the whole text. */
  readonly opens: boolean;
}

/** Cuts pieces into smaller ones, which the model reads one by one. */
export type PreTokenizer = (pieces: readonly Piece[]) => readonly Piece[];

type Behaviour = 'Removed' | 'Isolated' | 'MergedWithPrevious' | 'MergedWithNext' | 'Contiguous';
const behaviours: readonly string[] = ['Removed', 'Isolated', 'MergedWithPrevious', 'MergedWithNext', 'Contiguous'];
const isBehaviour = (value: unknown): boolean => behaviours.includes(value as string);

/** What Unicode calls white space; JavaScript's `\s` takes a byte order mark for one, and not the next line. */
const space = '\\p{White_Space}';
/** What Rust's `\w` matches. */
const word = '\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}\\p{Join_Control}';
/** Punctuation by Unicode, and the other signs of ASCII. */
const sign = '\\p{P}$+<=>^`|~';
/** How GPT-2 cuts texts; tokenizers, src/pre_tokenizers/byte_level.rs. */
const gpt2Cuts = [
  "'s|'t|'re|'ve|'m|'ll|'d",
  ` ?\\p{L}+| ?\\p{N}+| ?[^${space}\\p{L}\\p{N}]+`,
  `${space}+(?!\\P{White_Space})|${space}+`,
].join('|');

const unicode = (pattern: string): RegExp => new RegExp(pattern, 'gu');

/** @throws Failure "tokenizer-unsupported" for what is not understood */
export function openPreTokenizer(record: PartRecord): PreTokenizer {
  const open = preTokenizers[String(record.type)];
  if (!open) throw unsupported(l10n.t`the pre-tokenizer ${String(record.type)}`);
  return open(record);
}

const check = (record: PartRecord, keys: Parameters<typeof requireKeys>[2] = {}): void =>
  requireKeys(l10n.t`the pre-tokenizer`, record, keys);

const preTokenizers: Readonly<Record<string, (record: PartRecord) => PreTokenizer>> = {
  BertPreTokenizer(record) {
    check(record);
    return inOrder([cutting(unicode(space), 'Removed'), cutting(unicode(`[${sign}]`), 'Isolated')]);
  },
  Whitespace(record) {
    check(record);
    return cutting(unicode(`[${word}]+|[^${word}${space}]+`), 'Removed', true);
  },
  WhitespaceSplit(record) {
    check(record);
    return cutting(unicode(space), 'Removed');
  },
  ByteLevel(record) {
    check(record, { add_prefix_space: isBoolean, trim_offsets: isBoolean, use_regex: orNothing(isBoolean) });
    return inOrder([
      ...(record.add_prefix_space
        ? [onEach(({ text }) => (text === '' || text.startsWith(' ') ? text : ` ${text}`))]
        : []),
      ...(record.use_regex === false ? [] : [cutting(unicode(gpt2Cuts), 'Isolated')]),
      onEach(rememberedLetters()),
    ]);
  },
  CharDelimiterSplit(record) {
    check(record, { delimiter: isString });
    return cutting(compilePattern({ String: record.delimiter }), 'Removed');
  },
  Metaspace(record) {
    check(record, {
      replacement: isString,
      prepend_scheme: orNothing((value) => ['always', 'first', 'never'].includes(value as string)),
      split: orNothing(isBoolean),
      add_prefix_space: orNothing(isBoolean),
      str_rep: orNothing((value) => value === record.replacement),
    });
    return metaspace(record);
  },
  Punctuation(record) {
    check(record, { behavior: orNothing(isBehaviour) });
    return cutting(unicode(`[${sign}]`), (record.behavior as Behaviour | undefined) ?? 'Isolated');
  },
  Digits(record) {
    check(record, { individual_digits: isBoolean });
    return cutting(unicode('\\p{N}'), record.individual_digits ? 'Isolated' : 'Contiguous');
  },
  Split(record) {
    check(record, { pattern: isPattern, behavior: isBehaviour, invert: isBoolean });
    const pattern = record.pattern as PartRecord;
    // A text of no letters is found nowhere.
    if (pattern.String === '') return (pieces) => pieces;
    return cutting(compilePattern(pattern), record.behavior as Behaviour, record.invert as boolean);
  },
  FixedLength(record) {
    check(record, { length: (value) => isWhole(value) && value > 0 });
    return cutting(unicode(`[^]{1,${record.length as number}}`), 'Isolated');
  },
  Sequence(record) {
    check(record, { pretokenizers: (value) => isList(value) && value.every(isRecord) });
    return inOrder((record.pretokenizers as readonly PartRecord[]).map(openPreTokenizer));
  },
};

const inOrder =
  (steps: readonly PreTokenizer[]): PreTokenizer =>
  (pieces) =>
    steps.reduce((made, step) => step(made), pieces);

const onEach =
  (change: (piece: Piece) => string): PreTokenizer =>
  (pieces) =>
    pieces.map((piece) => ({ ...piece, text: change(piece) }));

/** Longest pieces whose letters are remembered, and how many. */
const [longestRemembered, rememberedPieces] = [64, 20_000];

/** {@link byteLetters} of a piece, made once for pieces that come again: most are words. */
function rememberedLetters(): (piece: Piece) => string {
  const remembered = new Map<string, string>();
  return ({ text }) => {
    const known = remembered.get(text);
    if (known !== undefined) return known;
    const letters = byteLetters(text);
    if (remembered.size >= rememberedPieces) remembered.clear();
    if (text.length <= longestRemembered) remembered.set(text, letters);
    return letters;
  };
}

/** Cuts each piece at what a pattern matches; with `invert`, at what it does not. */
function cutting(pattern: RegExp, behaviour: Behaviour, invert = false): PreTokenizer {
  return (pieces) =>
    pieces.flatMap(({ text, opens }) =>
      joinSpans(spansOf(text, pattern), behaviour, invert).map(({ start, end }): Piece => ({
        text: text.slice(start, end),
        opens: opens && start === 0,
      })),
    );
}

/** tokenizers, src/tokenizer/normalizer.rs, `split`. */
function joinSpans(found: readonly Span[], behaviour: Behaviour, invert: boolean): readonly Span[] {
  const spans = invert ? found.map((span) => ({ ...span, matches: !span.matches })) : found;
  switch (behaviour) {
    case 'Isolated':
      return nonEmpty(spans);
    case 'Removed':
      return nonEmpty(spans.filter(({ matches }) => !matches));
    case 'Contiguous':
      return nonEmpty(merge(spans, (before, span) => span.matches === before.matches));
    case 'MergedWithPrevious':
      return nonEmpty(merge(spans, (before, span) => span.matches && !before.matches));
    case 'MergedWithNext':
      return nonEmpty(mergeBackwards(spans));
  }
}

const nonEmpty = (spans: readonly Span[]): readonly Span[] => spans.filter(({ start, end }) => end > start);

/** Adds a span to the one before it where that is wanted, by what each was found as. */
function merge(spans: readonly Span[], joins: (before: Span, span: Span) => boolean): readonly Span[] {
  const merged: Span[] = [];
  spans.forEach((span, i) => {
    // What stands before the first counts as no match.
    const before = spans[i - 1] ?? { start: 0, end: 0, matches: false };
    const last = merged.at(-1);
    if (last && joins(before, span)) merged[merged.length - 1] = { ...last, end: span.end };
    else merged.push(span);
  });
  return merged;
}

function mergeBackwards(spans: readonly Span[]): readonly Span[] {
  const merged: Span[] = [];
  for (let i = spans.length - 1; i >= 0; i--) {
    const span = spans[i]!;
    const next = merged.at(-1);
    if (next && span.matches && !(spans[i + 1]?.matches ?? false))
      merged[merged.length - 1] = { ...next, start: span.start };
    else merged.push(span);
  }
  return merged.reverse();
}

/** SentencePiece's white space; tokenizers, src/pre_tokenizers/metaspace.rs. */
function metaspace({ replacement, prepend_scheme, split, add_prefix_space }: PartRecord): PreTokenizer {
  const mark = replacement as string;
  // Older files say whether to prepend by a switch.
  const scheme = prepend_scheme ?? (add_prefix_space === false ? 'never' : 'always');
  const marked = onEach(({ text, opens }) => {
    const replaced = text.replaceAll(' ', mark);
    const prepends = scheme === 'always' || (scheme === 'first' && opens);
    return prepends && text !== '' && !replaced.startsWith(mark) ? mark + replaced : replaced;
  });
  return split === false ? marked : inOrder([marked, cutting(compilePattern({ String: mark }), 'MergedWithNext')]);
}
