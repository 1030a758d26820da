import * as l10n from '@vscode/l10n';
import { Failure } from '../../failure';
import type { Metadata } from './metadata';

/**
 * Refuses GGUF files that are no model of texts: what reads images or sound for another model, a LoRA adapter, a matrix
 * of importances, a model of embeddings.
 * @throws Failure "model-architecture"
 */
export function requireTextModel(metadata: Metadata, file: string): void {
  const [type, architecture] = [metadata.get('general.type'), metadata.get('general.architecture')];
  const refuse = (what: string, remedy: string): Failure =>
    new Failure('model-architecture', l10n.t`The GGUF file ${what}.`, { file }, remedy);
  if (type === 'adapter')
    throw refuse(l10n.t`holds a LoRA adapter, and no model`, l10n.t`Name the model that it belongs to.`);
  if (type === 'imatrix')
    throw refuse(l10n.t`holds statistics for quantising, and no model`, l10n.t`Name the model itself.`);
  if (type === 'mmproj' || architecture === 'clip')
    throw refuse(
      l10n.t`holds what reads images or sound for a model, and no model`,
      l10n.t`Name the model that it belongs to.`,
    );
  if (pools(metadata))
    throw refuse(
      l10n.t`holds a model of embeddings (${String(architecture)}): it gives a vector for a text, and writes none`,
      l10n.t`Use a causal language model.`,
    );
}

/** How the vectors of a text's tokens become one; 0 is not at all. */
const pools = (metadata: Metadata): boolean =>
  [...metadata].some(([key, value]) => /(?:^|\.)pooling_type$/.test(key) && typeof value === 'number' && value > 0);
