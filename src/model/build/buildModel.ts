import { Failure } from '../../failure';
import type { Model, Tensor } from '../../onnx/graph';
import type { Family } from './build';
import { gpt2 } from './gpt2';
import { gptNeox } from './gptNeox';
import { requireKnownKeys } from './knownKeys';
import { llama, mistral } from './llama';
import { qwen2, qwen3 } from './qwen';
import { exportFirst, word, type Config } from './settings';

/** Families whose graph is built from the configuration, by transformers' `model_type`. */
const families: Readonly<Record<string, Family>> = {
  llama,
  mistral,
  qwen2,
  qwen3,
  gpt2,
  gpt_neox: gptNeox,
};

/**
 * The graph of a checkpoint, with the inputs and outputs that the hub's exports have.
 * @param tensors by the names that transformers gives them
 * @throws Failure "model-architecture" for a family that is not built here, "model-configuration", "checkpoint-tensor"
 */
export function buildModel(config: Config, tensors: ReadonlyMap<string, Tensor>): Model {
  const architecture = requireFamily(config);
  const { model, left } = families[architecture]!.build(config, tensors);
  const others = left.length > 1 ? `, and ${left.length - 1} more such` : '';
  if (left.length > 0)
    throw new Failure(
      'checkpoint-tensor',
      `The checkpoint holds the weight "${left[0]}", which ${architecture} does not have${others}.`,
      {},
      `It may belong to another architecture, or be an adapter. ${exportFirst}`,
    );
  return model;
}

/**
 * The family of a configuration, all of which is known.
 * @throws Failure "model-architecture" for another one, or for a key that may change what it computes
 */
export function requireFamily(config: Config): string {
  const architecture = word(config, 'model_type', 'unknown');
  if (Object.hasOwn(families, architecture)) {
    requireKnownKeys(config, families[architecture]!.keys, { of: architecture });
    return architecture;
  }
  throw new Failure(
    'model-architecture',
    `The architecture "${architecture}" cannot be opened from its weights alone; ` +
      `${Object.keys(families).join(', ')} can.`,
    {},
    exportFirst,
  );
}
