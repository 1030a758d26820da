import type { Axis, Draw, Operand } from './gradientCheck';
import type { Random } from './random';

/** A differentiated input with numbers between low and high. */
export const trained = (dims: readonly Axis[], low = -1.5, high = 1.5): Operand => ({
  kind: 'trained',
  dims,
  draw: ({ random }) => random.between(low, high),
});

/** A differentiated input with numbers of either sign, at least `gap` away from 0. */
export const trainedAwayFromZero = (dims: readonly Axis[], gap: number): Operand => ({
  kind: 'trained',
  dims,
  draw: ({ random }) => (random.chance(0.5) ? 1 : -1) * random.between(gap, 2),
});

/** A float input that no gradient is asked for. */
export const frozen = (dims: readonly Axis[]): Operand => ({
  kind: 'frozen',
  dims,
  draw: ({ random }) => random.between(-1, 1),
});

export const integers = (dims: readonly Axis[], draw: (draw: Draw) => number): Operand => ({
  kind: 'integer',
  dims,
  draw,
});

/** An integer vector that enters at run time but is the same in every run. */
export const sameIntegers = (values: readonly number[]): Operand =>
  integers([values.length], ({ index }) => values[index]!);

const axes: readonly Axis[] = [1, 2, 3, 'n', 'm'];

export const randomAxis = (random: Random): Axis => random.pick(axes);

export function randomDims(random: Random, lowestRank = 0, highestRank = 4): readonly Axis[] {
  return Array.from({ length: random.int(lowestRank, highestRank) }, () => randomAxis(random));
}

/** Dimensions that broadcast to `dims`: leading axes may be missing, others may be 1. */
export function broadcastable(random: Random, dims: readonly Axis[]): readonly Axis[] {
  return dims.slice(random.chance(0.4) ? random.int(0, dims.length) : 0).map((axis) => (random.chance(0.3) ? 1 : axis));
}

/** The same axis counted from the front or from the back. */
export const eitherSign = (random: Random, axis: number, rank: number): number =>
  random.chance(0.5) ? axis : axis - rank;

/** Some of the axes 0 … rank-1 in any order, at least one, each counted from either end. */
export function someAxes(random: Random, rank: number): readonly number[] {
  const chosen = shuffled(random, rank).slice(0, random.int(1, rank));
  return chosen.map((axis) => eitherSign(random, axis, rank));
}

export function shuffled(random: Random, length: number): readonly number[] {
  return Array.from({ length }, (_, i) => ({ i, key: random.between(0, 1) }))
    .sort((a, b) => a.key - b.key)
    .map(({ i }) => i);
}
