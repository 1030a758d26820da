import * as l10n from '@vscode/l10n';
import type { Failure } from '../../failure';
import { utf8 } from './bytes';
import {
  isBoolean,
  isList,
  isNothing,
  isRecord,
  isString,
  orNothing,
  requireKeys,
  unsupported,
  type PartRecord,
} from './parts';
import { readVocabulary, unknownWord, type TokenModel } from './models';

/** Pieces whose tokens are remembered, and how long one may be. */
const rememberedPieces = 10_000;
const longestRemembered = 256;
/** Merges wait in one number each: the rank, then the position. */
const positions = 2 ** 24;

interface Merges {
  /** Rank of the merge of two tokens, or -1. */
  rank(left: number, right: number): number;
  /** The token that the merge of a rank makes. */
  readonly made: Int32Array;
}

/** Byte-pair encoding (Sennrich et al. 2016) as tokenizers, src/models/bpe. @throws Failure "tokenizer-unsupported" */
export function openBpe(record: PartRecord): TokenModel {
  requireKeys(l10n.t`the model`, record, {
    dropout: isNothing,
    unk_token: orNothing(isString),
    continuing_subword_prefix: orNothing(isString),
    end_of_word_suffix: orNothing(isString),
    fuse_unk: orNothing(isBoolean),
    byte_fallback: orNothing(isBoolean),
    ignore_merges: orNothing(isBoolean),
    vocab: isRecord,
    merges: isList,
  });
  const vocabulary = readVocabulary(record.vocab as PartRecord);
  const prefix = (record.continuing_subword_prefix as string | null | undefined) ?? '';
  const merges = readMerges(record.merges as readonly unknown[], vocabulary, prefix);
  const letters = openLetters(record, vocabulary, prefix);
  const remembered = new Map<string, readonly number[]>();
  return {
    vocabulary,
    encode(piece) {
      const whole = record.ignore_merges === true ? vocabulary.get(piece) : undefined;
      if (whole !== undefined) return [whole];
      const known = remembered.get(piece);
      if (known) return known;
      const ids = mergeAll(letters(piece), merges);
      if (remembered.size >= rememberedPieces) remembered.clear();
      if (piece.length <= longestRemembered) remembered.set(piece, ids);
      return ids;
    },
  };
}

/** Two tokens and what they make, of hundreds of thousands of merges. @throws Failure "tokenizer-unsupported" */
function readMerges(records: readonly unknown[], vocabulary: ReadonlyMap<string, number>, prefix: string): Merges {
  const pairs = new Int32Array(2 * records.length);
  const made = new Int32Array(records.length);
  const tokens: string[] = [];
  for (const [token, id] of vocabulary) tokens[id] = token;
  let last = -1;
  for (let rank = 0; rank < records.length; rank++) {
    const pair = pairOf(records[rank]);
    if (pair === undefined) throw unknownMerge(records[rank]);
    const [left, right] = pair;
    const [first, second] = [vocabulary.get(left), vocabulary.get(right)];
    // Most vocabularies have what merges make in their order, and a comparison takes less than a search.
    const rest = right.slice(prefix.length);
    const next = isJoined(tokens[last + 1], left, rest) ? last + 1 : vocabulary.get(left + rest);
    if (first === undefined || second === undefined || next === undefined) throw unknownMerge(records[rank]);
    pairs[2 * rank] = first;
    pairs[2 * rank + 1] = second;
    made[rank] = last = next;
  }
  return { rank: openRanks(pairs), made };
}

const isJoined = (token: string | undefined, left: string, right: string): boolean =>
  token !== undefined && token.length === left.length + right.length && token.startsWith(left) && token.endsWith(right);

const unknownMerge = (record: unknown): Failure =>
  unsupported(l10n.t`the merge ${JSON.stringify(record)}`, l10n.t`its tokens are not in the vocabulary`);

/** The two tokens of a merge, written with a space between them or as a list; undefined for anything else. */
function pairOf(record: unknown): readonly [string, string] | undefined {
  if (isString(record)) {
    const space = record.indexOf(' ');
    const isOne = space >= 0 && !record.includes(' ', space + 1);
    return isOne ? [record.slice(0, space), record.slice(space + 1)] : undefined;
  }
  if (!Array.isArray(record) || record.length !== 2 || !record.every(isString)) return undefined;
  return record as [string, string];
}

/**
 * A table of hundreds of thousands of pairs, open addressing: a map of numbers beyond 2^31 takes several times as long
 * to fill.
 */
function openRanks(pairs: Int32Array): Merges['rank'] {
  const count = pairs.length / 2;
  const mask = 2 ** Math.ceil(Math.log2(2 * count + 2)) - 1;
  const slots = new Int32Array(mask + 1).fill(-1);
  const find = (left: number, right: number): number => {
    let slot = (Math.imul(left, 0x9e3779b1) ^ Math.imul(right, 0x85ebca6b)) & mask;
    while (slots[slot]! >= 0 && (pairs[2 * slots[slot]!] !== left || pairs[2 * slots[slot]! + 1] !== right))
      slot = (slot + 1) & mask;
    return slot;
  };
  // Of two merges of one pair the later holds, as in a map.
  for (let rank = 0; rank < count; rank++) slots[find(pairs[2 * rank]!, pairs[2 * rank + 1]!)] = rank;
  return (left, right) => slots[find(left, right)]!;
}

/** The letters of a piece as tokens; what has none becomes bytes or the token for the unknown. */
function openLetters(
  record: PartRecord,
  vocabulary: ReadonlyMap<string, number>,
  prefix: string,
): (piece: string) => number[] {
  const suffix = (record.end_of_word_suffix as string | null | undefined) ?? '';
  const unknown = isString(record.unk_token) ? vocabulary.get(record.unk_token) : undefined;
  const bytes = Array.from({ length: 256 }, (_, byte) =>
    vocabulary.get(`<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`),
  );
  return (piece) => {
    const ids: number[] = [];
    const letters = [...piece];
    let fusing = false;
    letters.forEach((letter, i) => {
      const token = (i === 0 ? '' : prefix) + letter + (i === letters.length - 1 ? suffix : '');
      const id = vocabulary.get(token);
      const fallback =
        id === undefined && record.byte_fallback === true ? [...utf8(token)].map((byte) => bytes[byte]) : [];
      if (id !== undefined) ids.push(id);
      else if (fallback.length > 0 && fallback.every((byte) => byte !== undefined)) {
        for (const byte of fallback) ids.push(byte);
        // Bytes do not end a stretch of unknown letters.
        return;
      } else if (unknown === undefined) throw unknownWord(letter);
      else if (!(fusing && record.fuse_unk === true)) ids.push(unknown);
      fusing = id === undefined;
    });
    return ids;
  };
}

/** Applies the merges, lowest rank first and from the left. */
function mergeAll(symbols: number[], { rank: rankOf, made }: Merges): readonly number[] {
  const next = Int32Array.from(symbols, (_, i) => (i + 1 < symbols.length ? i + 1 : -1));
  const previous = Int32Array.from(symbols, (_, i) => i - 1);
  const gone = new Uint8Array(symbols.length);
  const waiting = openHeap();
  const rankAt = (i: number): number => (i < 0 || next[i]! < 0 ? -1 : rankOf(symbols[i]!, symbols[next[i]!]!));
  const consider = (i: number): void => {
    const rank = rankAt(i);
    if (rank >= 0) waiting.push(rank * positions + i);
  };
  for (let i = 0; i + 1 < symbols.length; i++) consider(i);
  for (let top = waiting.pop(); top !== undefined; top = waiting.pop()) {
    const [rank, i] = [Math.floor(top / positions), top % positions];
    const current = gone[i] ? -1 : rankAt(i);
    if (current < 0 || made[current] !== made[rank]) continue;
    const right = next[i]!;
    symbols[i] = made[rank]!;
    gone[right] = 1;
    next[i] = next[right]!;
    if (next[i]! >= 0) previous[next[i]!] = i;
    consider(previous[i]!);
    consider(i);
  }
  return symbols.filter((_, i) => !gone[i]);
}

/** Numbers, the smallest first. */
function openHeap(): { push(value: number): void; pop(): number | undefined } {
  const heap: number[] = [];
  const swap = (a: number, b: number): void => {
    [heap[a], heap[b]] = [heap[b]!, heap[a]!];
  };
  return {
    push(value) {
      let i = heap.push(value) - 1;
      for (let parent = (i - 1) >> 1; i > 0 && heap[parent]! > heap[i]!; parent = (i - 1) >> 1) {
        swap(i, parent);
        i = parent;
      }
    },
    pop() {
      const top = heap[0];
      const last = heap.pop();
      if (heap.length === 0 || last === undefined) return top;
      heap[0] = last;
      for (let i = 0; ;) {
        const [left, right] = [2 * i + 1, 2 * i + 2];
        let least = i;
        if (left < heap.length && heap[left]! < heap[least]!) least = left;
        if (right < heap.length && heap[right]! < heap[least]!) least = right;
        if (least === i) return top;
        swap(i, least);
        i = least;
      }
    },
  };
}
