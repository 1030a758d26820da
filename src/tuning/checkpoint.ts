import type { DevScore } from '../scoring/devScore';
import type { Parameters } from './encoder/encoder';
import type { Moments } from './optimizer/optimizer';
import type { Position } from './order';
import type { SoftPrompt } from '../objective/prompt';

/** The dev evaluation that chose the prompt to keep. */
export interface Best {
  readonly step: number;
  readonly loss: number;
  readonly accuracy: number;
  /** By the metric that decides, where that is not the accuracy of labels. */
  readonly score?: DevScore;
}

/** Everything besides arrays that training continues from. */
export interface TrainingState {
  readonly position: Position;
  readonly learningRate: number;
  readonly best?: Best;
  /** Evaluations since the best one. */
  readonly withoutGain: number;
}

/** A point that training can continue from, to the same numbers. */
export interface Checkpoint {
  /** Steps taken. */
  readonly step: number;
  /**
   * Trained arrays under `parameter.…`, the optimizer's averages under `moment.…`, prompts under `best.…` and
   * `initial.…`.
   */
  readonly arrays: Readonly<Record<string, Float32Array>>;
  /** JSON; a {@link TrainingState}. */
  readonly state: unknown;
}

type Arrays = Checkpoint['arrays'];

export function packParameters(parameters: Parameters): Arrays {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, { values }]) => [`parameter.${name}`, values.slice()]),
  );
}

/** The arrays of a checkpoint in the shapes of the learner's; undefined when they do not fit. */
export function unpackParameters(arrays: Arrays, shapes: Parameters): Parameters | undefined {
  const entries = Object.entries(shapes).map(([name, { dims, values }]) => {
    const stored = arrays[`parameter.${name}`];
    return stored?.length === values.length ? ([name, { dims, values: stored.slice() }] as const) : undefined;
  });
  return entries.every((entry) => entry !== undefined) ? Object.fromEntries(entries) : undefined;
}

export type AllMoments = Readonly<Record<string, Moments>>;

export function packMoments(moments: AllMoments): Arrays {
  return Object.fromEntries(
    Object.entries(moments).flatMap(([parameter, kept]) =>
      Object.entries(kept).map(([name, values]) => [`moment.${parameter}/${name}`, values.slice()]),
    ),
  );
}

export function unpackMoments(arrays: Arrays, shapes: Parameters): AllMoments {
  return Object.fromEntries(
    Object.keys(shapes).map((parameter) => {
      const begin = `moment.${parameter}/`;
      return [
        parameter,
        Object.fromEntries(
          Object.entries(arrays)
            .filter(([name]) => name.startsWith(begin))
            .map(([name, values]) => [name.slice(begin.length), values.slice()]),
        ),
      ];
    }),
  );
}

export function packPrompt(name: string, prompt: SoftPrompt | undefined): Arrays {
  if (!prompt) return {};
  return {
    [`${name}.tokens`]: prompt.values.slice(),
    ...(prompt.prefix && { [`${name}.prefix`]: prompt.prefix.values.slice() }),
  };
}

/** @param shape a prompt of the same sizes */
export function unpackPrompt(name: string, arrays: Arrays, shape: SoftPrompt): SoftPrompt | undefined {
  const values = arrays[`${name}.tokens`];
  if (!values) return undefined;
  const prefix = arrays[`${name}.prefix`];
  return {
    ...shape,
    values: values.slice(),
    ...(shape.prefix && prefix && { prefix: { ...shape.prefix, values: prefix.slice() } }),
  };
}
