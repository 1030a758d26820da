import * as l10n from '@vscode/l10n';
import { join } from 'node:path';
import { Failure, withLocation } from '../failure';
import type { Model } from '../onnx/graph';
import type { ModelConfiguration } from './configuration';
import { countParameters, withGraphSizes } from './graph/graphSizes';
import { tableSizes } from './graph/embeddingTable';
import { findSignature, type Signature } from './graph/signature';
import { toTrainingModel, type TrainingGraph } from './graph/trainingGraph';
import { describeModel } from './open/describeModel';
import type { ModelDescription } from './open/modelDescription';
import { findModelFiles } from './open/modelFiles';
import { makeTokenizer, type Tokenizer } from './tokenizer/tokenizer';

/**
 * A frozen language model, causal or masked, ready to be composed into graphs: what its files say, and what is made of
 * it.
 */
export interface LanguageModel extends ModelDescription {
  /** What the template wrote: `builtin`, a hub id, a path. */
  readonly id: string;
  /** Numbers in all weights. */
  readonly parameters: number;
  readonly configuration: ModelConfiguration;
  readonly tokenizer: Tokenizer;
  /** What is run, and trained through. */
  readonly trainingModel: Model<TrainingGraph>;
  /** Where the training graph takes and gives what the engine works with. */
  readonly signature: Signature;
}

/**
 * Opens a model by `builtin`, by a path (relative to `from`) of its folder or of one file, or by a hub id found in the
 * hub's cache. `#q4` behind a folder or id chooses the file `model_q4.onnx`. A folder without a graph is opened from
 * its safetensors or GGUF weights.
 * @throws Failure "model-missing", "model-truncated", "model-signature", "model-configuration", "model-architecture",
 * "tokenizer-missing", …
 */
export async function openModel(reference: string, from: string): Promise<LanguageModel> {
  const found = await findModelFiles(reference, from);
  try {
    return await prepareModel(reference, await describeModel(found));
  } catch (error) {
    throw withLocation(error, { file: found.file });
  }
}

async function prepareModel(id: string, description: ModelDescription): Promise<LanguageModel> {
  const { folder, file, kind, records, fileModel } = description;
  const trainingModel = await toTrainingModel(description);
  const signature = findSignature(trainingModel.graph, records.configuration);
  const configuration = withGraphSizes(records, signature, trainingModel.graph);
  const table = trainingModel.graph.initializers.get(signature.embeddingTable)!;
  const { words } = tableSizes(signature.embedding, table);
  requireWords(trainingModel.graph, signature.logits, words);
  const tokenizer = makeTokenizer(records.tokenizer, {
    file: kind === 'gguf' ? file : join(folder, 'tokenizer.json'),
    vocabularySize: words,
    kind: configuration.kind,
  });
  return {
    ...description,
    id,
    parameters: countParameters(fileModel, signature, configuration),
    configuration,
    tokenizer,
    trainingModel,
    signature,
  };
}

/** @throws Failure "model-signature" for a head that chooses among other things than the model's words */
function requireWords({ outputs }: TrainingGraph, logits: string, words: number): void {
  const width = outputs.find(({ name }) => name === logits)?.dims?.[2];
  if (typeof width !== 'number' || width >= words / 2) return;
  throw new Failure(
    'model-signature',
    l10n.t`The model gives ${width} numbers for each token and knows ${words} words: it classifies tokens.`,
    {},
    l10n.t`Use a causal language model exported for text generation, or a masked one exported for filling masks.`,
  );
}
