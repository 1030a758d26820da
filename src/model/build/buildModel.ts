import * as l10n from '@vscode/l10n';
import { Failure } from '../../failure';
import { enumerated } from '../../words/listed';
import type { Model, Tensor } from '../../onnx/graph';
import type { Family } from './build';
import { bertFamilies } from './encoders/bert';
import { debertaFamilies } from './encoders/debertaV2';
import { modernBertFamilies } from './encoders/modernBert';
import { gatedFamilies } from './gatedFamilies';
import { gemmaFamilies } from './gemma';
import { gpt2 } from './gpt2';
import { gptNeox } from './gptNeox';
import { requireKnownKeys } from './knownKeys';
import { exportFirst, word, type Config } from './settings';

/** Families whose graph is built from the configuration, by transformers' `model_type`. */
const families: Readonly<Record<string, Family>> = {
  ...gatedFamilies,
  ...gemmaFamilies,
  ...bertFamilies,
  ...modernBertFamilies,
  ...debertaFamilies,
  gpt2,
  gpt_neox: gptNeox,
};

/**
 * The graph of a checkpoint, with the inputs and outputs that the hub's exports have.
 * @param tensors by the names that transformers gives them
 * @throws Failure "model-architecture" for a family that is not built here, "model-configuration", "checkpoint-tensor"
 */
export function buildModel(config: Config, tensors: ReadonlyMap<string, Tensor>): Model {
  const { architecture, family } = requireFamily(config);
  const { model, left } = family.build({ ...family.defaults, ...config }, tensors);
  const others = left.length > 1 ? l10n.t`, and ${left.length - 1} more such` : '';
  if (left.length > 0)
    throw new Failure(
      'checkpoint-tensor',
      l10n.t`The checkpoint holds the weight "${String(left[0])}", which ${architecture} does not have${others}.`,
      {},
      l10n.t`It may belong to another architecture, or be an adapter. ${exportFirst()}`,
    );
  return model;
}

/**
 * The family that a configuration names.
 * @throws Failure "model-architecture" for another family, and for what is stated and the family does not know
 */
export function requireFamily(config: Config): { readonly architecture: string; readonly family: Family } {
  const architecture = word(config, 'model_type', 'unknown');
  const family = Object.hasOwn(families, architecture) ? families[architecture] : undefined;
  if (!family)
    throw new Failure(
      'model-architecture',
      l10n.t`The architecture "${architecture}" cannot be opened from its weights alone; \
${enumerated(Object.keys(families))} can.`,
      {},
      exportFirst(),
    );
  requireKnownKeys(config, family.keys, { of: architecture });
  return { architecture, family };
}
