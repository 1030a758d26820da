import * as l10n from '@vscode/l10n';
import { Failure } from '../../failure';
import type { Builder } from '../../onnx/builder';
import type { Tensor } from '../../onnx/graph';

/** The weights of a checkpoint on their way into a graph. */
export interface ModelWeights {
  has(name: string): boolean;
  /**
   * Brings a weight into the graph.
   * @returns the name of its value.
   * @throws Failure "checkpoint-tensor" when it is missing or has another shape
   */
  take(name: string, dims: readonly number[]): string;
  /** Weights that nothing took. */
  left(): readonly string[];
}

/** @param tensors by the names that transformers gives them @param architecture for messages */
export function modelWeights(b: Builder, tensors: ReadonlyMap<string, Tensor>, architecture: string): ModelWeights {
  const taken = new Set<string>();
  return {
    has: (name) => tensors.has(name),
    take(name, dims) {
      const tensor = tensors.get(name);
      if (!tensor)
        throw new Failure(
          'checkpoint-tensor',
          l10n.t`The checkpoint lacks the weight "${name}" of the architecture ${architecture}.`,
          {},
          l10n.t`Download or copy all its files again, or export the model to ONNX.`,
        );
      if (tensor.dims.join() !== dims.join())
        throw new Failure(
          'checkpoint-tensor',
          l10n.t`The weight "${name}" has the shape [${tensor.dims.join(', ')}] where config.json makes it \
[${dims.join(', ')}].`,
          {},
          l10n.t`Use the config.json that belongs to the weights.`,
        );
      if (!taken.has(name)) b.weight(name, tensor);
      taken.add(name);
      return name;
    },
    left: () => [...tensors.keys()].filter((name) => !taken.has(name)),
  };
}
