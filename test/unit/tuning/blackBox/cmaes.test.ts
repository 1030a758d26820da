import { describe, expect, it } from 'vitest';
import { createRandom, normal } from '../../../../src/data/random';
import { populationOf, sampleCma, startCma, updateCma, type CmaState } from '../../../../src/tuning/blackBox/cmaes';
import { symmetricEigen } from '../../../../src/tuning/blackBox/eigen';

type Loss = (point: Float32Array) => number;

const sphere: Loss = (x) => x.reduce((sum, value) => sum + value * value, 0);
const rosenbrock: Loss = (x) =>
  x.slice(1).reduce((sum, value, i) => sum + 100 * (value - x[i]! ** 2) ** 2 + (1 - x[i]!) ** 2, 0);
/** Axis lengths from 1 to 100, turned by 45° in each pair of coordinates. */
const ellipsoid: Loss = (x) =>
  x.reduce((sum, _, i) => {
    const other = x[i ^ 1] ?? 0;
    const turned = (i % 2 ? x[i]! - other : x[i]! + other) / Math.SQRT2;
    return sum + 10 ** ((4 * i) / (x.length - 1)) * turned * turned;
  }, 0);

function advance(state: CmaState, loss: Loss, generations: number): CmaState {
  let current = state;
  for (let i = 0; i < generations; i++) {
    const { points, state: sampled } = sampleCma(current);
    current = updateCma(sampled, points, points.map(loss));
  }
  return current;
}

const from = (n: number, value: number, seed = 1): CmaState =>
  startCma(new Float32Array(n).fill(value), { stepSize: 0.5, seed });

describe('CMA-ES', () => {
  it.each([
    ['the sphere', sphere, 10, 200],
    ['a turned ellipsoid of condition 10,000', ellipsoid, 8, 350],
  ] as const)('minimises %s', (_, loss, n, generations) => {
    const start = from(n, 2);
    expect(loss(advance(start, loss, generations).mean)).toBeLessThan(1e-8 * loss(start.mean));
  });

  it("follows the bent valley of Rosenbrock's function to its end", () => {
    const { mean } = advance(from(6, -1), rosenbrock, 700);
    mean.forEach((value) => expect(value).toBeCloseTo(1, 3));
  });

  it('sees only the order of the losses', () => {
    const warped = advance(from(5, 2), (x) => Math.exp(sphere(x) / 10) - 3, 20);
    expect(warped).toEqual(advance(from(5, 2), sphere, 20));
  });

  it('repeats itself with the same seed and differs with another', () => {
    expect(advance(from(5, 2, 4), sphere, 10)).toEqual(advance(from(5, 2, 4), sphere, 10));
    expect(advance(from(5, 2, 5), sphere, 10).mean).not.toEqual(advance(from(5, 2, 4), sphere, 10).mean);
  });

  it('goes on from a stored state to the same numbers', () => {
    const halfway = advance(from(5, 2), ellipsoid, 15);
    const arrays = Object.fromEntries(
      Object.entries(halfway).map(([name, value]) => [
        name,
        value instanceof Float32Array ? value.slice() : (JSON.parse(JSON.stringify(value)) as unknown),
      ]),
    );
    expect(advance(arrays as unknown as CmaState, ellipsoid, 15)).toEqual(advance(from(5, 2), ellipsoid, 30));
  });

  it('ranks points without a loss behind all others', () => {
    const { points, state } = sampleCma(from(4, 1));
    const losses = points.map((point, i) => (i < 3 ? NaN : sphere(point)));
    const worst = points.map((point, i) => (i < 3 ? 1e9 : sphere(point)));
    expect(points).toHaveLength(populationOf(4));
    expect(updateCma(state, points, losses)).toEqual(updateCma(state, points, worst));
  });
});

describe('the eigendecomposition', () => {
  it('puts a symmetric matrix together again from orthonormal axes', () => {
    const n = 12;
    const random = createRandom(3);
    const half = Array.from({ length: n * n }, () => normal(random));
    const matrix = half.map((_, at) => half[at]! + half[(at % n) * n + Math.floor(at / n)]!);
    const { values, vectors } = symmetricEigen(matrix, n);
    const column = (k: number): readonly number[] => Array.from({ length: n }, (_, i) => vectors[i * n + k]!);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        expect(
          values.reduce((sum, value, k) => sum + value * vectors[i * n + k]! * vectors[j * n + k]!, 0),
        ).toBeCloseTo(matrix[i * n + j]!, 10);
        expect(column(i).reduce((sum, value, d) => sum + value * column(j)[d]!, 0)).toBeCloseTo(i === j ? 1 : 0, 10);
      }
    }
  });
});
