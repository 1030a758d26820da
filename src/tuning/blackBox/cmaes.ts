import { createRandom, normal, restoreRandom } from '../../data/random';
import { symmetricEigen } from './eigen';

/**
 * Where a search with the Covariance Matrix Adaptation Evolution Strategy stands (Hansen, "The CMA Evolution Strategy:
 * A Tutorial", arXiv 1604.00772; names as there in brackets). Arrays are float32, so that a checkpoint holds them
 * exactly.
 */
export interface CmaState {
  /** [m] */
  readonly mean: Float32Array;
  /** [C], `[n, n]` */
  readonly covariance: Float32Array;
  /** [B], `[n, n]`: the covariance's axes in columns, as last decomposed. */
  readonly axes: Float32Array;
  /** [D]: standard deviation along each axis. */
  readonly scales: Float32Array;
  /** [p_c] */
  readonly covariancePath: Float32Array;
  /** [p_σ] */
  readonly stepPath: Float32Array;
  /** [σ] */
  readonly stepSize: number;
  /** [g] */
  readonly generation: number;
  /** Generation whose covariance `axes` and `scales` decompose. */
  readonly decomposed: number;
  readonly random: readonly number[];
}

/** Points to be measured in each generation [λ]; the tutorial's default. */
export const populationOf = (dimensions: number): number => 4 + Math.floor(3 * Math.log(dimensions));

/**
 * A search that begins around `mean`, equally far in all directions.
 * @param stepSize standard deviation of the first points
 */
export function startCma(
  mean: Float32Array,
  { stepSize, seed }: { readonly stepSize: number; readonly seed: number },
): CmaState {
  const n = mean.length;
  const identity = Float32Array.from({ length: n * n }, (_, i) => (i % (n + 1) === 0 ? 1 : 0));
  return {
    mean: mean.slice(),
    covariance: identity,
    axes: identity.slice(),
    scales: new Float32Array(n).fill(1),
    covariancePath: new Float32Array(n),
    stepPath: new Float32Array(n),
    stepSize,
    generation: 0,
    decomposed: 0,
    random: createRandom(seed).state(),
  };
}

/**
 * Draws a generation's points from N(m, σ² C).
 * @returns the points, and the state that {@link updateCma} goes on from
 */
export function sampleCma(state: CmaState): { readonly points: readonly Float32Array[]; readonly state: CmaState } {
  const { mean, axes, scales, stepSize } = state;
  const n = mean.length;
  const random = restoreRandom(state.random);
  const points = Array.from({ length: populationOf(n) }, () => {
    const stretched = Float64Array.from(scales, (scale) => scale * normal(random));
    return Float32Array.from(
      mean,
      (centre, i) => centre + stepSize * dot(axes.subarray(i * n, (i + 1) * n), stretched),
    );
  });
  return { points, state: { ...state, random: random.state() } };
}

const dot = (a: ArrayLike<number>, b: Float64Array): number => b.reduce((sum, value, i) => sum + value * a[i]!, 0);
const length = (values: Float64Array): number => Math.sqrt(dot(values, values));

/**
 * Moves mean, step size and covariance towards the points of lower loss. Only their order counts; what is no number
 * comes last.
 */
export function updateCma(state: CmaState, points: readonly Float32Array[], losses: readonly number[]): CmaState {
  const n = state.mean.length;
  const { weights, effective, stepRate, stepDamping, pathRate, rankOne, rankMu, expectedLength } = constantsOf(n);
  const chosen = order(losses)
    .slice(0, weights.length)
    .map((i) => Float64Array.from(points[i]!, (value, d) => (value - state.mean[d]!) / state.stepSize));
  const mean = Float64Array.from({ length: n }, (_, d) =>
    chosen.reduce((sum, step, i) => sum + weights[i]! * step[d]!, 0),
  );
  const generation = state.generation + 1;
  const whitened = whiten(state, mean);
  const stepPath = Float64Array.from(
    state.stepPath,
    (value, d) => (1 - stepRate) * value + Math.sqrt(stepRate * (2 - stepRate) * effective) * whitened[d]!,
  );
  const stepLength = length(stepPath);
  const settled = stepLength / Math.sqrt(1 - (1 - stepRate) ** (2 * generation)) < (1.4 + 2 / (n + 1)) * expectedLength;
  const covariancePath = Float64Array.from(
    state.covariancePath,
    (value, d) => (1 - pathRate) * value + (settled ? Math.sqrt(pathRate * (2 - pathRate) * effective) * mean[d]! : 0),
  );
  const kept = 1 - rankOne - rankMu + (settled ? 0 : rankOne * pathRate * (2 - pathRate));
  const covariance = state.covariance.slice();
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      const spread = chosen.reduce((sum, step, k) => sum + weights[k]! * step[i]! * step[j]!, 0);
      const value =
        kept * state.covariance[i * n + j]! + rankOne * covariancePath[i]! * covariancePath[j]! + rankMu * spread;
      covariance[i * n + j] = value;
      covariance[j * n + i] = value;
    }
  }
  const moved: CmaState = {
    ...state,
    covariance,
    generation,
    mean: Float32Array.from(state.mean, (value, d) => value + state.stepSize * mean[d]!),
    stepPath: Float32Array.from(stepPath),
    covariancePath: Float32Array.from(covariancePath),
    stepSize: state.stepSize * Math.exp((stepRate / stepDamping) * (stepLength / expectedLength - 1)),
  };
  // A decomposition costs n³; between two of them the covariance hardly changes (tutorial, B.2).
  return generation - state.decomposed >= 1 / (10 * n * (rankOne + rankMu)) ? decompose(moved) : moved;
}

function order(losses: readonly number[]): readonly number[] {
  const rank = (loss: number): number => (Number.isNaN(loss) ? Infinity : loss);
  return losses
    .map((_, i) => i)
    .sort((a, b) => (rank(losses[a]!) === rank(losses[b]!) ? a - b : rank(losses[a]!) - rank(losses[b]!)));
}

/** C^(-1/2) y */
function whiten({ axes, scales }: CmaState, step: Float64Array): Float64Array {
  const n = step.length;
  const along = Float64Array.from(
    scales,
    (scale, k) => step.reduce((sum, value, d) => sum + axes[d * n + k]! * value, 0) / scale,
  );
  return Float64Array.from({ length: n }, (_, d) => dot(axes.subarray(d * n, (d + 1) * n), along));
}

/** Smallest variance along an axis, relative to the largest, that float32 can still tell from none. */
const leastVariance = 1e-7;

function decompose(state: CmaState): CmaState {
  const { values, vectors } = symmetricEigen(state.covariance, state.mean.length);
  const least = leastVariance * values.reduce((most, value) => Math.max(most, value), 0);
  return {
    ...state,
    axes: Float32Array.from(vectors),
    scales: Float32Array.from(values, (value) => Math.sqrt(Math.max(value, least))),
    decomposed: state.generation,
  };
}

interface Constants {
  /** [w], of the better half; they sum to 1. */
  readonly weights: readonly number[];
  /** [μ_eff] */
  readonly effective: number;
  /** [c_σ] and [d_σ] */
  readonly stepRate: number;
  readonly stepDamping: number;
  /** [c_c] */
  readonly pathRate: number;
  /** [c_1] and [c_μ] */
  readonly rankOne: number;
  readonly rankMu: number;
  /** E‖N(0, I)‖ */
  readonly expectedLength: number;
}

/** The tutorial's defaults (Table 1), with the weights of the worse half set to zero. */
function constantsOf(n: number): Constants {
  const population = populationOf(n);
  const raw = Array.from(
    { length: Math.floor(population / 2) },
    (_, i) => Math.log((population + 1) / 2) - Math.log(i + 1),
  );
  const total = raw.reduce((sum, weight) => sum + weight, 0);
  const weights = raw.map((weight) => weight / total);
  const effective = 1 / weights.reduce((sum, weight) => sum + weight * weight, 0);
  const stepRate = (effective + 2) / (n + effective + 5);
  const rankOne = 2 / ((n + 1.3) ** 2 + effective);
  return {
    weights,
    effective,
    stepRate,
    rankOne,
    stepDamping: 1 + 2 * Math.max(0, Math.sqrt((effective - 1) / (n + 1)) - 1) + stepRate,
    pathRate: (4 + effective / n) / (n + 4 + (2 * effective) / n),
    rankMu: Math.min(1 - rankOne, (2 * (0.25 + effective + 1 / effective - 2)) / ((n + 2) ** 2 + effective)),
    expectedLength: Math.sqrt(n) * (1 - 1 / (4 * n) + 1 / (21 * n * n)),
  };
}
