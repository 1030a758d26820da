import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openCacheMemory, type Cache, type Span } from '../../../src/decoding/cache';
import type { PastValue } from '../../../src/model/graph/past';

const part = (name: string, ...empty: readonly number[]): PastValue => ({ past: name, present: `new ${name}`, empty });

/** Keys of one size, values of another, and a state, as models with several kinds of layers have them. */
const past = [part('key', 1, 2, 0, 3), part('value', 1, 2, 0, 5), part('state', 1, 4), part('later key', 1, 1, 0, 3)];

/** A cache in which each number tells where it stands. */
function numbered(rows: number, length: number, seed: number): Cache {
  const sizeOf = ({ empty }: PastValue) =>
    empty.length === 4 ? rows * empty[1]! * length * empty[3]! : rows * empty[1]!;
  return {
    rows,
    length,
    parts: past.map((value, p) => Float32Array.from({ length: sizeOf(value) }, (_, i) => seed * 1e4 + p * 1e3 + i + 1)),
  };
}

/** What a cache holds of a row at a place counted from its end: one list for each part with places. */
const placeFromEnd = ({ parts, length }: Cache, row: number, back: number): readonly (readonly number[])[] =>
  past.flatMap(({ empty }, p) => {
    const [, heads, , size] = empty as readonly [number, number, number, number];
    if (empty.length !== 4) return [];
    return Array.from({ length: heads }, (_, head) => {
      const at = ((row * heads + head) * length + length - 1 - back) * size;
      return [...parts[p]!.subarray(at, at + size)];
    });
  });

const statesOf = ({ parts }: Cache, row: number): readonly number[] => [...parts[2]!.subarray(row * 4, row * 4 + 4)];

describe('memory of caches', () => {
  it('holds what was gathered, however often it has moved, grown and lost rows', () => {
    const move = fc.record({ added: fc.integer({ min: 1, max: 40 }), stay: fc.array(fc.boolean()) });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), fc.array(move, { minLength: 1, maxLength: 8 }), (count, moves) => {
        const memory = openCacheMemory(past);
        const first = numbered(count, 3, 0);
        let current = first;
        /** For each row that is left, what stands at each of its places, the last first. */
        let known = Array.from({ length: count }, (_, row) =>
          Array.from({ length: 3 }, (__, back) => placeFromEnd(first, row, back)),
        );
        moves.forEach(({ added, stay }, turn) => {
          const rows = current.rows;
          const recent = numbered(rows, added, turn + 1);
          const chosen = Array.from({ length: rows }, (_, row) => row).filter(
            (row) => row === 0 || stay[row] !== false,
          );
          const sequences = chosen.map((row): readonly Span[] => [
            { cache: current, row, from: current.length - known[row]!.length, places: known[row]!.length },
            { cache: recent, row, from: 0, places: added },
          ]);
          known = chosen.map((row) => [
            ...Array.from({ length: added }, (_, back) => placeFromEnd(recent, row, back)),
            ...known[row]!,
          ]);
          const states = chosen.map((row) => statesOf(recent, row));
          current = memory.gather(sequences, known[0]!.length);
          expect(current.rows).toBe(chosen.length);
          expect(chosen.map((_, row) => statesOf(current, row))).toEqual(states);
          expect(known.map((places, row) => places.map((__, back) => placeFromEnd(current, row, back)))).toEqual(known);
        });
      }),
    );
  });

  it('is used again: a cache that has moved stands where another part of it stood, not in new memory', () => {
    const memory = openCacheMemory(past);
    const spans = (cache: Cache): readonly (readonly Span[])[] => [[{ cache, row: 0, from: 0, places: cache.length }]];
    const first = memory.gather(spans(numbered(1, 4, 1)), 4);
    const held = new Set(first.parts.map(({ buffer }) => buffer));
    memory.gather(spans(first), 4);
    const third = memory.gather(spans(numbered(1, 4, 2)), 4);
    const isNew = third.parts.filter(({ buffer }) => !held.has(buffer));
    expect(isNew.length).toBeLessThan(first.parts.length);
  });
});
