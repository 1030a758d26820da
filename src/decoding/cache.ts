import type { PastValue } from '../model/graph/past';
import { floats, type Feeds, type Numbers, type Wanted } from '../onnx/runtime/session';
import { elementCount } from '../onnx/tensor';

/** What a pass over some sequences leaves for the next: keys and values `[rows, heads, length, size]`, and states. */
export interface Cache {
  readonly rows: number;
  /** Places of each sequence, empty ones included. */
  readonly length: number;
  /** In the order of the signature's `past`. */
  readonly parts: readonly Float32Array[];
}

/** The places of one sequence in a cache that hold tokens. */
export interface CachedRow {
  readonly cache: Cache;
  readonly row: number;
  /** First place that holds a token. */
  readonly from: number;
  /** Places that do, side by side. */
  readonly places: number;
}

/** Keys and values have a place for each token, states have none. */
const hasPlaces = ({ empty }: PastValue): boolean => empty.length === 4 && empty[2] === 0;

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

export const cacheFeeds = (past: readonly PastValue[], { rows, length, parts }: Cache): Feeds =>
  Object.fromEntries(past.map((part, i) => [part.past, floats(dimsOf(part, rows, length), parts[i]!)]));

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

/** The cache that a pass has left. */
export function cacheOf(
  past: readonly PastValue[],
  results: Readonly<Record<string, Numbers>>,
  { rows, length }: Pick<Cache, 'rows' | 'length'>,
): Cache {
  return { rows, length, parts: past.map(({ present }) => results[present]!.data as Float32Array) };
}

/**
 * Memory that caches are written into by turns: one is read while the other is written. A cache grows with every token,
 * and new memory of that size for each would cost more than the pass itself.
 */
export interface CacheMemory {
  /** Where a cache of these sizes is to be written: the memory that holds no current cache. */
  next(rows: number, length: number): Cache;
}

/** Places by which memory is larger than it must be, so that it lasts for some passes. */
const sparePlaces = 64;

export function openCacheMemory(past: readonly PastValue[]): CacheMemory {
  const sides: [Float32Array[], Float32Array[]] = [[], []];
  let turn = 0;
  return {
    next(rows, length) {
      turn = 1 - turn;
      const side = sides[turn]!;
      const parts = past.map((part, i) => {
        const needed = elementCount(dimsOf(part, rows, length));
        if ((side[i]?.length ?? -1) < needed)
          side[i] = new Float32Array(elementCount(dimsOf(part, rows, length + sparePlaces)));
        return side[i]!.subarray(0, needed);
      });
      return { rows, length, parts };
    },
  };
}

/** Lets a pass write what it leaves into a cache. */
export const wantedCache = (past: readonly PastValue[], { rows, length, parts }: Cache): Wanted =>
  Object.fromEntries(past.map((part, i) => [part.present, floats(dimsOf(part, rows, length), parts[i]!)]));

/**
 * Puts sequences of several caches side by side, each at the end of its places: no gap stands between a sequence and
 * what follows it, since attention windows count places.
 * @param into sizes and memory of the new cache, apart from that of the rows
 */
export function gatherRows(past: readonly PastValue[], rows: readonly CachedRow[], into: Cache): Cache {
  past.forEach((part, i) => {
    const to = into.parts[i]!;
    const whole = to.length / rows.length;
    if (!hasPlaces(part)) {
      rows.forEach(({ cache, row }, b) => to.set(cache.parts[i]!.subarray(row * whole, (row + 1) * whole), b * whole));
      return;
    }
    const [, heads, , size] = part.empty as readonly [number, number, number, number];
    rows.forEach(({ cache, row, from, places }, b) => {
      const own = cache.parts[i]!;
      for (let head = 0; head < heads; head++) {
        const start = ((row * heads + head) * cache.length + from) * size;
        const end = ((b * heads + head) * into.length + into.length) * size;
        // Numbers of another use may be no numbers, which a mask does not hide.
        to.fill(0, end - into.length * size, end - places * size);
        to.set(own.subarray(start, start + places * size), end - places * size);
      }
    });
  });
  return into;
}
