import type { Moments } from './optimizer';
import type { Position } from './order';

/** The dev evaluation that chose the prompt to keep. */
export interface Best {
  readonly step: number;
  readonly loss: number;
  readonly accuracy: number;
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
  /** `prompt`, `best`, `initial` and the optimizer's moments under `moment.…`. */
  readonly arrays: Readonly<Record<string, Float32Array>>;
  /** JSON; a {@link TrainingState}. */
  readonly state: unknown;
}

export function packMoments(moments: Moments): Record<string, Float32Array> {
  return Object.fromEntries(Object.entries(moments).map(([name, values]) => [`moment.${name}`, values.slice()]));
}

export function unpackMoments(arrays: Checkpoint['arrays']): Moments {
  return Object.fromEntries(Object.entries(arrays).filter(([name]) => name.startsWith('moment.')).map(([name, values]) => [name.slice('moment.'.length), values.slice()]));
}
