import { hasPlaces, type PastValue } from '../model/graph/past';
import { floats, type Feeds, type Numbers, type Wanted } from '../onnx/runtime/session';
import { elementCount } from '../onnx/tensor';

/** Keys and values of some sequences, `[rows, heads, length, size]`, or a stretch of them, and states. */
export interface Cache {
  readonly rows: number;
  /** Places of each sequence, empty ones included. */
  readonly length: number;
  /** In the order of the signature's `past`. */
  readonly parts: readonly Float32Array[];
}

/** Places of one sequence, side by side in a cache, that hold tokens. */
export interface Span {
  readonly cache: Cache;
  readonly row: number;
  readonly from: number;
  readonly places: number;
}

/** The graph's input for keys and values that stand in front of every sequence, `[1, heads, length, size]`. */
export const openingName = ({ past }: PastValue): string => `opening_${past}`;
/** The graph's input for keys and values that came after those of its own input. */
export const recentName = ({ past }: PastValue): string => `recent_${past}`;
/** The graph's output for keys and values of `recent` and of the tokens that the pass has read, or for its state. */
export const addedName = ({ present }: PastValue): string => `added_${present}`;

const dimsOf = ({ empty }: PastValue, rows: number, length: number): readonly number[] =>
  empty.map((size, axis) => (axis === 0 ? rows : axis === 2 && size === 0 ? length : size));

/** A cache of no tokens, its states zero. */
export const emptyCache = (past: readonly PastValue[], rows: number): Cache => ({
  rows,
  length: 0,
  parts: past.map((part) => new Float32Array(elementCount(dimsOf(part, rows, 0)))),
});

/** Floats that one place of one sequence takes. */
export const floatsPerPlace = (past: readonly PastValue[]): number =>
  past.filter(hasPlaces).reduce((sum, { empty: [, heads, , size] }) => sum + heads! * size!, 0);

/** What a pass finds cached, one behind the other. */
export interface CachedStretches {
  /** Of one sequence, which stands in front of all; absent where it is a part of `old`. */
  readonly opening: Cache | undefined;
  readonly old: Cache;
  /** What has come since. */
  readonly recent: Cache;
}

/** Places in front of what a pass reads. */
export const lengthOf = ({ opening, old, recent }: CachedStretches): number =>
  (opening?.length ?? 0) + old.length + recent.length;

/** Hands a pass what is cached. States are those of the newest. */
export const cacheFeeds = (past: readonly PastValue[], { opening, old, recent }: CachedStretches): Feeds =>
  Object.fromEntries(
    past.flatMap((part, i) => {
      const feed = (name: string, cache: Cache): readonly [string, Numbers] => [
        name,
        floats(dimsOf(part, cache.rows, cache.length), cache.parts[i]!),
      ];
      if (!hasPlaces(part)) return [feed(part.past, recent.length === 0 ? old : recent)];
      return [
        ...(opening ? [feed(openingName(part), opening)] : []),
        feed(part.past, old),
        feed(recentName(part), recent),
      ];
    }),
  );

/** One sequence's cache for each of `rows`. */
export function repeatCache(past: readonly PastValue[], { length, parts }: Cache, rows: number): Cache {
  const repeated = past.map((_, i) => {
    const own = parts[i]!;
    const all = new Float32Array(own.length * rows);
    for (let row = 0; row < rows; row++) all.set(own, row * own.length);
    return all;
  });
  return { rows, length, parts: repeated };
}

/** Asks a pass for what has come since the long stretch of the cache. */
export const wantedOfPass = (past: readonly PastValue[]): Wanted =>
  Object.fromEntries(past.map((part) => [addedName(part), null]));

/** What has come since the long stretch of the cache. @param size of it */
export function addedBy(
  past: readonly PastValue[],
  results: Readonly<Record<string, Numbers>>,
  { rows, length }: Pick<Cache, 'rows' | 'length'>,
): Cache {
  return { rows, length, parts: past.map((part) => results[addedName(part)]!.data as Float32Array) };
}

/** Two stretches of the same sequences as one; states are those of the second. */
export function joined(past: readonly PastValue[], first: Cache, second: Cache): Cache {
  const length = first.length + second.length;
  const parts = past.map((part, i) => {
    if (!hasPlaces(part)) return second.parts[i]!;
    const [, heads, , size] = part.empty as readonly [number, number, number, number];
    const all = new Float32Array(first.rows * heads * length * size);
    const [a, b] = [first.length * size, second.length * size];
    for (let block = 0; block < first.rows * heads; block++) {
      all.set(first.parts[i]!.subarray(block * a, (block + 1) * a), block * (a + b));
      all.set(second.parts[i]!.subarray(block * b, (block + 1) * b), block * (a + b) + a);
    }
    return all;
  });
  return { rows: first.rows, length, parts };
}

/** Memory that caches are gathered into, used again as they move. */
export interface CacheMemory {
  /**
   * Puts sequences side by side, each at the end of its places: no gap stands between a sequence and what follows it,
   * since attention windows count places. What was gathered before is overwritten.
   * @param sequences the stretches of each, in their order
   * @param length places of each sequence
   */
  gather(sequences: readonly (readonly Span[])[], length: number): Cache;
}

/** Places by which memory is larger than it must be, so that it lasts for some turns. */
const sparePlaces = 64;
/** Parts for which memory is kept that holds none at the moment. */
const mostFree = 2;

/**
 * Once a part has moved, the memory in which it stood takes the next: a second cache beside the first would be as large
 * again, and the first touch of new memory takes longer than the gathering.
 */
export function openCacheMemory(past: readonly PastValue[]): CacheMemory {
  const held: (Float32Array | undefined)[] = past.map(() => undefined);
  let free: readonly Float32Array[] = [];
  const take = (needed: number, rather: number): Float32Array => {
    const fitting = free.find((memory) => memory.length >= needed);
    free = free.filter((memory) => memory !== fitting);
    return fitting ?? new Float32Array(rather);
  };
  return {
    gather(sequences, length) {
      const rows = sequences.length;
      const parts = past.map((part, i) => {
        const sizeOf = (places: number): number => elementCount(dimsOf(part, rows, places));
        const memory = take(sizeOf(length), sizeOf(length + sparePlaces));
        const to = memory.subarray(0, sizeOf(length));
        gatherPart(part, sequences, { to, part: i, length });
        const before = held[i];
        held[i] = memory;
        if (before) free = [...free, before].sort((a, b) => a.length - b.length).slice(-mostFree);
        return to;
      });
      return { rows, length, parts };
    },
  };
}

interface Target {
  readonly to: Float32Array;
  /** In the order of the signature's `past`. */
  readonly part: number;
  readonly length: number;
}

/** States are those of the newest stretch. */
function gatherPart(part: PastValue, sequences: readonly (readonly Span[])[], target: Target): void {
  if (hasPlaces(part)) {
    sequences.forEach((spans, row) => gatherPlaces(part, spans, { ...target, row }));
    return;
  }
  const whole = target.to.length / sequences.length;
  sequences.forEach((spans, b) => {
    const { cache, row } = spans.at(-1)!;
    target.to.set(cache.parts[target.part]!.subarray(row * whole, (row + 1) * whole), b * whole);
  });
}

function gatherPlaces({ empty }: PastValue, spans: readonly Span[], target: Target & { readonly row: number }): void {
  const [, heads, , size] = empty as readonly [number, number, number, number];
  const places = spans.reduce((sum, span) => sum + span.places, 0);
  for (let head = 0; head < heads; head++) {
    const start = (target.row * heads + head) * target.length * size;
    let at = start + (target.length - places) * size;
    // Numbers of another use may be no numbers, which a mask does not hide.
    target.to.fill(0, start, at);
    for (const { cache, row, from, places: own } of spans) {
      const source = ((row * heads + head) * cache.length + from) * size;
      target.to.set(cache.parts[target.part]!.subarray(source, source + own * size), at);
      at += own * size;
    }
  }
}
