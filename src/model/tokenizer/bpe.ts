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

/** Pieces whose tokens are remembered. */
const rememberedPieces = 10_000;
/** Merges wait in one number each: the rank, then the position. */
const positions = 2 ** 24;

interface Merges {
  /** Rank of the pair `left * size + right`. */
  readonly ranks: ReadonlyMap<number, number>;
  /** The token that the merge of a rank makes. */
  readonly made: readonly number[];
  readonly size: number;
}

/** Byte-pair encoding (Sennrich et al. 2016) as tokenizers, src/models/bpe. @throws Failure "tokenizer-unsupported" */
export function openBpe(record: PartRecord): TokenModel {
  requireKeys('the model', record, {
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
      remembered.set(piece, ids);
      return ids;
    },
  };
}

function readMerges(records: readonly unknown[], vocabulary: ReadonlyMap<string, number>, prefix: string): Merges {
  const size = [...vocabulary.values()].reduce((most, id) => Math.max(most, id), 0) + 1;
  const ranks = new Map<number, number>();
  const made = records.map((record, rank) => {
    const [left, right, ...more] = isString(record) ? record.split(' ') : (record as readonly string[]);
    const ids = [left, right, `${left}${right?.slice(prefix.length)}`].map((token) => vocabulary.get(token ?? ''));
    if (more.length > 0 || ids.some((id) => id === undefined))
      throw unsupported(`the merge ${JSON.stringify(record)}`, 'its tokens are not in the vocabulary');
    ranks.set(ids[0]! * size + ids[1]!, rank);
    return ids[2]!;
  });
  return { ranks, made, size };
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
function mergeAll(symbols: number[], { ranks, made, size }: Merges): readonly number[] {
  const next = Int32Array.from(symbols, (_, i) => (i + 1 < symbols.length ? i + 1 : -1));
  const previous = Int32Array.from(symbols, (_, i) => i - 1);
  const gone = new Uint8Array(symbols.length);
  const waiting = openHeap();
  const rankAt = (i: number): number | undefined =>
    i < 0 || next[i]! < 0 ? undefined : ranks.get(symbols[i]! * size + symbols[next[i]!]!);
  const consider = (i: number): void => {
    const rank = rankAt(i);
    if (rank !== undefined) waiting.push(rank * positions + i);
  };
  for (let i = 0; i + 1 < symbols.length; i++) consider(i);
  for (let top = waiting.pop(); top !== undefined; top = waiting.pop()) {
    const [rank, i] = [Math.floor(top / positions), top % positions];
    const current = gone[i] ? undefined : rankAt(i);
    if (current === undefined || made[current] !== made[rank]) continue;
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
