import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { distributionWords, scoreDistributions } from '../../../../src/comparison/analysis/distributions';
import { labelAccuracy, type MetricFace } from '../../../../src/scoring/metricFace';

const face = (name: string, scale: MetricFace['scale'], binary = false): MetricFace => ({
  ...labelAccuracy,
  name,
  scale,
  binary,
});
const study = (metric: MetricFace, ...seeds: readonly (readonly number[])[]) => ({
  metrics: [{ metric, scores: seeds.map((seed) => Float64Array.from(seed)) }],
});
const f1 = face('f1', 'share');
const length = face('length', 'count');

describe('the distribution of scores', () => {
  it('counts the answers of all seeds in ten parts of the metric’s own scale, both ends included', () => {
    const [[shares], [hundreds]] = [
      scoreDistributions([study(f1, [0, 0.1, 0.3], [0.99, 1, 0.3])])[0]!,
      scoreDistributions([study(face('chrf', 'hundred'), [0, 9.99, 10, 100])])[0]!,
    ] as const;
    expect(shares).toStrictEqual({
      metric: 'f1',
      edges: [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1],
      counts: [1, 1, 0, 2, 0, 0, 0, 0, 0, 2],
      unjudged: 0,
    });
    expect(hundreds!.edges.at(-1)).toBe(100);
    expect(hundreds!.counts).toStrictEqual([2, 1, 0, 0, 0, 0, 0, 0, 0, 1]);
  });

  it('puts a count of all studies on one scale that reaches over all of them, in whole steps', () => {
    const [short, long] = scoreDistributions([study(length, [1, 2]), study(length, [3, 47])]).flat();
    expect(short).toMatchObject({ edges: [0, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50] });
    expect(long).toMatchObject({ counts: [1, 0, 0, 0, 0, 0, 0, 0, 0, 1] });
    expect(short).toMatchObject({ counts: [2, 0, 0, 0, 0, 0, 0, 0, 0, 0] });
    expect(scoreDistributions([study(length, [0, 0])])[0]![0]).toMatchObject({ edges: [0, 1], counts: [2] });
  });

  it('goes beyond a scale where a score does', () => {
    const [distribution] = scoreDistributions([study(face('own', 'share'), [-0.5, 0.5, 1.5])])[0]!;
    expect(distribution!.edges[0]).toBe(-0.6);
    expect(distribution!.edges.at(-1)).toBe(1.6);
  });

  it('leaves out what is right or wrong alone, and says what could not be judged', () => {
    expect(scoreDistributions([study(face('exact', 'share', true), [0, 1]), undefined])).toStrictEqual([[], []]);
    const [distribution] = scoreDistributions([study(f1, [0.25, Number.NaN, 0.25, 1])])[0]!;
    expect(distributionWords(distribution!)).toBe('3 answers: 67 % from 0.2 to 0.3, 33 % from 0.9 to 1; 1 not judged');
    const [none] = scoreDistributions([study(length, [Number.NaN])])[0]!;
    expect(distributionWords(none!)).toBe('0 answers: none judged; 1 not judged');
  });

  it('counts every judged answer once, between the edges of its bin, whatever the scores', () => {
    const numbers = fc.array(
      fc.oneof(fc.double({ noNaN: true, min: -1e6, max: 1e6 }), fc.integer({ min: 0, max: 40 })),
      {
        minLength: 1,
      },
    );
    fc.assert(
      fc.property(numbers, fc.constantFrom<MetricFace['scale']>('share', 'hundred', 'count'), (scores, scale) => {
        const { edges, counts } = scoreDistributions([study(face('any', scale), scores)])[0]![0]!;
        expect(edges.every((edge, i) => i === 0 || edge > edges[i - 1]!)).toBe(true);
        expect(counts.length).toBe(edges.length - 1);
        expect(counts.length).toBeLessThanOrEqual(13);
        const inBin = (bin: number) =>
          scores.filter(
            (score) => (score >= edges[bin]! || bin === 0) && (score < edges[bin + 1]! || bin === counts.length - 1),
          ).length;
        expect(counts).toStrictEqual(counts.map((_, bin) => inBin(bin)));
        expect(Math.min(...scores)).toBeGreaterThanOrEqual(edges[0]! - 1e-6);
        expect(Math.max(...scores)).toBeLessThanOrEqual(edges.at(-1)! + 1e-6);
      }),
    );
  });
});
