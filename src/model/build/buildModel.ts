import { Failure } from '../../failure';
import type { Model, Tensor } from '../../onnx/graph';
import type { Build } from './build';
import { buildGpt2 } from './gpt2';
import { buildGptNeox } from './gptNeox';
import { buildLlama } from './llama';
import { buildQwen2, buildQwen3 } from './qwen';
import { exportFirst, word, type Config } from './settings';

/** Families whose graph is built from the configuration, by transformers' `model_type`. */
const families: Readonly<Record<string, Build>> = {
  llama: buildLlama,
  mistral: buildLlama,
  qwen2: buildQwen2,
  qwen3: buildQwen3,
  gpt2: buildGpt2,
  gpt_neox: buildGptNeox,
};

/**
 * The graph of a checkpoint, with the inputs and outputs that the hub's exports have.
 * @param tensors by the names that transformers gives them
 * @throws Failure "model-architecture" for a family that is not built here, "model-configuration", "checkpoint-tensor"
 */
export function buildModel(config: Config, tensors: ReadonlyMap<string, Tensor>): Model {
  const architecture = requireFamily(config);
  const { model, left } = families[architecture]!(config, tensors);
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

/** @throws Failure "model-architecture" */
export function requireFamily(config: Config): string {
  const architecture = word(config, 'model_type', 'unknown');
  if (Object.hasOwn(families, architecture)) return architecture;
  throw new Failure(
    'model-architecture',
    `The architecture "${architecture}" cannot be opened from its weights alone; ` +
      `${Object.keys(families).join(', ')} can.`,
    {},
    exportFirst,
  );
}
