import type { Optimizer } from '../../template/settings/settings';

/** A trained array; `values` is changed in place by a step. */
export interface Parameter {
  readonly dims: readonly number[];
  readonly values: Float32Array;
}

/** The running averages an optimizer keeps for one parameter, by name; they are part of a checkpoint. */
export type Moments = Readonly<Record<string, Float32Array>>;

/** What one update is told besides the gradient. */
export interface Update {
  readonly learningRate: number;
  readonly weightDecay: number;
  /** Steps taken including this one, from 1. */
  readonly step: number;
}

/** One optimizer: the averages it starts with, and how it moves a parameter. Everything happens in place. */
export interface OptimizerRule {
  start(parameter: Parameter): Moments;
  update(parameter: Parameter, gradient: Float32Array, moments: Moments, update: Update): void;
}

/** Plain stochastic gradient descent without momentum: x ← x - η (g + λ x). */
const sgd: OptimizerRule = {
  start: () => ({}),
  update({ values }, gradient, _moments, { learningRate, weightDecay }) {
    for (let i = 0; i < values.length; i++) values[i]! -= learningRate * (gradient[i]! + weightDecay * values[i]!);
  },
};

/** AdamW with decoupled weight decay (Loshchilov and Hutter 2019); β = 0.9, 0.999 and ε = 1e-8 as in PyTorch. */
const adamw: OptimizerRule = {
  start: ({ values }) => ({ mean: new Float32Array(values.length), square: new Float32Array(values.length) }),
  update({ values }, gradient, { mean, square }, { learningRate, weightDecay, step }) {
    const [beta1, beta2, epsilon] = [0.9, 0.999, 1e-8];
    const correction = Math.sqrt(1 - beta2 ** step);
    const rate = learningRate / (1 - beta1 ** step);
    for (let i = 0; i < values.length; i++) {
      const g = gradient[i]!;
      const m = (mean![i] = beta1 * mean![i]! + (1 - beta1) * g);
      const v = (square![i] = beta2 * square![i]! + (1 - beta2) * g * g);
      values[i] = values[i]! * (1 - learningRate * weightDecay) - (rate * m) / (Math.sqrt(v) / correction + epsilon);
    }
  },
};

/**
 * Adafactor (Shazeer and Stern 2018) with factored second moments for matrices, β₂ = 1 - step^-0.8, updates clipped
 * at a root mean square of 1, no momentum, and a given learning rate, as Lester et al. used it.
 */
const adafactor: OptimizerRule = {
  start: ({ dims, values }): Moments => {
    const [rows, columns] = matrix(dims);
    return rows > 1 && columns > 1
      ? { rows: new Float32Array(rows), columns: new Float32Array(columns) }
      : { square: new Float32Array(values.length) };
  },
  update({ dims, values }, gradient, moments, { learningRate, weightDecay, step }) {
    const beta2 = 1 - step ** -0.8;
    const scaled = moments.rows
      ? factored(gradient, matrix(dims), { rows: moments.rows, columns: moments.columns! }, beta2)
      : unfactored(gradient, moments.square!, beta2);
    let sum = 0;
    for (const value of scaled) sum += value * value;
    const clip = Math.max(1, Math.sqrt(sum / scaled.length));
    for (let i = 0; i < values.length; i++)
      values[i] = values[i]! * (1 - learningRate * weightDecay) - (learningRate * scaled[i]!) / clip;
  },
};

/** Keeps squares away from zero, as in the paper. */
const smallestSquare = 1e-30;

const matrix = (dims: readonly number[]): readonly [number, number] =>
  dims.length < 2 ? [1, dims[0] ?? 1] : [dims.slice(0, -1).reduce((a, b) => a * b, 1), dims.at(-1)!];

function factored(
  gradient: Float32Array,
  [height, width]: readonly [number, number],
  { rows, columns }: { readonly rows: Float32Array; readonly columns: Float32Array },
  beta2: number,
): Float64Array {
  const [rowMeans, columnMeans] = [new Float64Array(height), new Float64Array(width)];
  for (let i = 0; i < gradient.length; i++) {
    const square = gradient[i]! * gradient[i]! + smallestSquare;
    rowMeans[Math.floor(i / width)]! += square / width;
    columnMeans[i % width]! += square / height;
  }
  rowMeans.forEach((mean, r) => (rows[r] = beta2 * rows[r]! + (1 - beta2) * mean));
  columnMeans.forEach((mean, c) => (columns[c] = beta2 * columns[c]! + (1 - beta2) * mean));
  const overall = rows.reduce((sum, value) => sum + value, 0) / height;
  return Float64Array.from(
    gradient,
    (g, i) => g / Math.sqrt((rows[Math.floor(i / width)]! * columns[i % width]!) / overall),
  );
}

function unfactored(gradient: Float32Array, square: Float32Array, beta2: number): Float64Array {
  return Float64Array.from(gradient, (g, i) => {
    square[i] = beta2 * square[i]! + (1 - beta2) * (g * g + smallestSquare);
    return g / Math.sqrt(square[i]!);
  });
}

export const optimizers: Readonly<Record<Optimizer, OptimizerRule>> = { adamw, adafactor, sgd };

/** Scales gradients down to a common norm of at most `limit` (0: no limit), in place. @returns the norm before */
export function clipGradients(gradients: readonly Float32Array[], limit: number): number {
  let sum = 0;
  for (const gradient of gradients) for (const value of gradient) sum += value * value;
  const norm = Math.sqrt(sum);
  if (limit > 0 && norm > limit)
    for (const gradient of gradients) for (let i = 0; i < gradient.length; i++) gradient[i]! *= limit / norm;
  return norm;
}
