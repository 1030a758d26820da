import { describe, expect, it } from 'vitest';
import { candidates, draw, rowStream } from '../../../src/decoding/sampling';
import cases from '../../support/decoding/distributions.json';

const distribution = (logits: readonly number[], options: Parameters<typeof candidates>[1]): Float64Array => {
  const all = new Float64Array(logits.length);
  const { tokens, probabilities } = candidates(Float32Array.from(logits), options);
  tokens.forEach((token, i) => (all[token] = probabilities[i]!));
  return all;
};

describe('the distribution that a token is drawn from', () => {
  it.each(cases.map((recorded, i) => [i, recorded] as const))(
    'is that of the logits processors of transformers: case %i',
    (_, { logits, temperature, topK, topP, probabilities }) => {
      const found = distribution(logits, { temperature, topK: topK ?? Infinity, topP: topP ?? 1 });
      // What single precision rounds to nothing is no token that was left out.
      const isKept = (p: number): boolean => p > 1e-30;
      expect([...found].map(isKept)).toEqual(probabilities.map(isKept));
      found.forEach((p, token) => expect(Math.abs(p - probabilities[token]!)).toBeLessThan(1e-6));
    },
  );

  it('keeps one token, however small topP is', () => {
    expect(candidates(Float32Array.of(0, 3, 1), { temperature: 1, topK: Infinity, topP: 1e-12 }).tokens).toEqual(
      Int32Array.of(1),
    );
  });

  it('never draws a token that is shut out by minus infinity', () => {
    const { tokens } = candidates(Float32Array.of(1, -Infinity, 1), { temperature: 9, topK: 3, topP: 1 });
    expect([...tokens]).toEqual([0, 2]);
  });
});

describe('a drawn token', () => {
  it('is drawn as often as it is probable', () => {
    const from = candidates(Float32Array.of(0, 1, 2, -1), { temperature: 1, topK: Infinity, topP: 1 });
    const random = rowStream(3, 0);
    const draws = 20_000;
    const counts = new Float64Array(4);
    for (let i = 0; i < draws; i++) counts[draw(from, random.next())]! += 1;
    // Four standard deviations of a share.
    from.probabilities.forEach((p, i) =>
      expect(Math.abs(counts[i]! / draws - p)).toBeLessThan(4 * Math.sqrt((p * (1 - p)) / draws)),
    );
  });

  it('follows from seed and row, and from nothing else', () => {
    const first = (seed: number, row: number): number => rowStream(seed, row).next();
    expect(first(1, 2)).toBe(first(1, 2));
    expect(new Set([first(1, 2), first(2, 2), first(1, 3), first(2, 1)]).size).toBe(4);
  });
});
