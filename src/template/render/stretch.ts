import type { AddedToken, ChatTokenizer } from '../../chat/chatTokenizer';
import { openMarkedEncoder, type EncodedPiece, type MarkedEncoder } from '../../chat/encodePieces';
import type { TokenEncoder } from '../text/tokenEncoder';
import type { Encode } from '../text/tokensInPlace';
import type { PromptEncoder } from './promptEncoder';
import type { Segment } from './renderedPrompt';

type TextSegment = Extract<Segment, { readonly kind: 'text' }>;
type Span = readonly [start: number, end: number];

/** The text between two virtual tokens, which is tokenised as one. */
export interface Stretch {
  readonly text: string;
  /** UTF-16 units of the instruction, without white space at its ends. */
  readonly instruction: readonly Span[];
  /** UTF-16 units that are data, and spell no control token. */
  readonly data: readonly Span[];
}

export interface StretchBuilder {
  add(segment: TextSegment): void;
  /** The text so far, after which the next begins. */
  take(): Stretch;
}

/** Whether a text may spell control tokens: in a chat what the chat template wrote, else all but values of the row. */
export const spellsControls = ({ own, value }: TextSegment, isChat: boolean): boolean =>
  isChat ? own === true : !value;

/** @param isChat whether the prompt is one */
export function openStretch(isChat: boolean): StretchBuilder {
  let [text, instruction, data]: [string, Span[], Span[]] = ['', [], []];
  return {
    add(segment) {
      const start = text.length;
      text += segment.text;
      // White space at its ends may merge with the neighbouring text, so it is not counted as instruction.
      if (segment.instruction && segment.text.trim() !== '')
        instruction.push([start + segment.text.search(/\S/), start + segment.text.trimEnd().length]);
      if (!spellsControls(segment, isChat)) data.push([start, text.length]);
    },
    take() {
      const stretch = { text, instruction, data };
      [text, instruction, data] = ['', [], []];
      return stretch;
    },
  };
}

/** A piece of a stretch between control tokens. */
type TextPiece = Required<EncodedPiece>;

export interface EncodedStretch {
  readonly ids: readonly number[];
  /** Spans of `ids` that contain at least one character of the instruction. */
  readonly instruction: readonly Span[];
  /** The text behind the last control token. */
  readonly last: { readonly text: string; readonly tokens: readonly number[]; readonly encode: Encode };
}

/**
 * Tokenises a stretch: of data no character becomes part of a control token.
 * @throws Failure "tokenizer-unknown"
 */
export function encodeStretch(stretch: Stretch, encoder: PromptEncoder): EncodedStretch {
  const pieces = piecesOf(stretch, encoder);
  const ids = pieces.flatMap((piece) => piece.ids);
  const last = pieces.at(-1) as TextPiece;
  return {
    ids,
    instruction: stretch.instruction.flatMap((span) => tokensOfSpan(span, stretch.text, pieces)),
    last: { text: stretch.text.slice(last.from, last.to), tokens: last.ids, encode: last.encode },
  };
}

function piecesOf({ text, data }: Stretch, encoder: PromptEncoder): readonly EncodedPiece[] {
  const isOwn = (from: number, to: number): boolean => !data.some(([start, end]) => from < end && start < to);
  if (encoder.chat) return encoder.chat.pieces({ text, isOwn });
  const special = specialEncoder(encoder);
  if (special && data.length > 0) return special.pieces({ text, isOwn });
  const encode = (other: string): readonly number[] => {
    if (!special || !special.spells(other.slice(text.length))) return encoder.encode(other, false);
    const pieces = special.pieces({ text: other, isOwn: (_, to) => to <= text.length });
    return pieces.flatMap(({ ids }) => ids);
  };
  return [{ from: 0, to: text.length, ids: encoder.encode(text, false), encode }];
}

/** Tells the special tokens of a text that is no chat from values that spell them. */
interface SpecialEncoder extends MarkedEncoder {
  spells(text: string): boolean;
}

const specialEncoders = new WeakMap<readonly AddedToken[], SpecialEncoder>();

function specialEncoder({ added, encoderWithout }: Partial<TokenEncoder>): SpecialEncoder | undefined {
  if (!added || !encoderWithout) return undefined;
  const known = specialEncoders.get(added) ?? openSpecialEncoder({ added, encoderWithout });
  specialEncoders.set(added, known);
  return known;
}

function openSpecialEncoder(tokenizer: ChatTokenizer): SpecialEncoder {
  const special = tokenizer.added.filter((token) => token.special && token.content !== '');
  return { ...openMarkedEncoder(special, tokenizer), spells: textFinder(special) };
}

function textFinder(tokens: readonly AddedToken[]): (text: string) => boolean {
  const openings = [...new Set(tokens.map(({ content }) => content.charAt(0)))];
  return (text) =>
    openings.some((opening) => text.includes(opening)) && tokens.some(({ content }) => text.includes(content));
}

/** Whether a value spells a token that the tokenizer does not take for text. */
export const spellsSpecial = (encoder: Partial<TokenEncoder>, value: string): boolean =>
  specialEncoder(encoder)?.spells(value) ?? false;

/** The tokens of a stretch that contain a character of a span. */
function tokensOfSpan([from, to]: Span, text: string, pieces: readonly EncodedPiece[]): readonly Span[] {
  const spans: [number, number][] = [];
  let at = 0;
  for (const piece of pieces) {
    const [start, end] = [Math.max(from, piece.from), Math.min(to, piece.to)];
    if (start < end) {
      const inside = piece.encode
        ? tokenSpan(text.slice(piece.from, piece.to), [start - piece.from, end - piece.from], piece as TextPiece)
        : ([0, piece.ids.length] as const);
      const last = spans.at(-1);
      const next: [number, number] = [at + inside[0], at + inside[1]];
      if (last && last[1] === next[0]) last[1] = next[1];
      else if (next[1] > next[0]) spans.push(next);
    }
    at += piece.ids.length;
  }
  return spans;
}

/** The tokens of a text that contain a character of `[from, to)`, as a span of `ids`. */
function tokenSpan(text: string, [from, to]: Span, { ids, encode }: TextPiece): Span {
  const [start] = tokensUpTo(text, from, ids, encode);
  const [end, boundary] = to === text.length ? [ids.length, to] : tokensUpTo(text, to, ids, encode);
  return [start, Math.min(boundary < to ? end + 1 : end, ids.length)];
}

/**
 * Counts the tokens that end at or before a character, and finds where the last of them ends. Byte-pair merges never
 * cross the boundary of a final token, so a prefix that ends at one is tokenised into exactly the leading tokens; the
 * first such prefix found walking back from the character is the answer.
 */
function tokensUpTo(
  text: string,
  character: number,
  tokens: readonly number[],
  encode: Encode,
): [count: number, boundary: number] {
  for (let boundary = character; boundary > 0; boundary--) {
    if (splitsSurrogatePair(text, boundary)) continue;
    const prefix = encode(text.slice(0, boundary));
    if (prefix.every((token, index) => token === tokens[index])) return [prefix.length, boundary];
  }
  return [0, 0];
}

function splitsSurrogatePair(text: string, offset: number): boolean {
  const before = text.charCodeAt(offset - 1);
  const after = text.charCodeAt(offset);
  return before >= 0xd800 && before < 0xdc00 && after >= 0xdc00 && after < 0xe000;
}
