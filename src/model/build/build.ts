import type { Model, Tensor } from '../../onnx/graph';
import type { KnownKeys } from './knownKeys';
import type { Config } from './settings';

/** A graph built for a checkpoint. */
export interface Built {
  /** With the inputs and outputs that the hub's exports have. */
  readonly model: Model;
  /** Weights of the checkpoint that the graph does not use and that are not known to be superfluous. */
  readonly left: readonly string[];
}

/**
 * Builds the graph of an architecture family.
 * @throws Failure "model-configuration", "model-architecture", "checkpoint-tensor"
 */
export type Build = (config: Config, tensors: ReadonlyMap<string, Tensor>) => Built;

/** An architecture family: how its graph is built, and what its configuration may state. */
export interface Family {
  readonly build: Build;
  readonly keys: KnownKeys;
  /** What a configuration that leaves it out means, as transformers has it. */
  readonly defaults?: Config;
}
