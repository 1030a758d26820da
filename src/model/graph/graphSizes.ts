import * as l10n from '@vscode/l10n';
import { Failure } from '../../failure';
import { floatTypes, type Model, type Tensor } from '../../onnx/graph';
import { elementCount } from '../../onnx/tensor';
import type { ModelConfiguration } from '../configuration';
import type { FileGraph } from '../open/modelDescription';
import type { ModelRecords } from '../open/modelRecords';
import { tableSizes } from './embeddingTable';
import type { Signature } from './signature';
import type { TrainingGraph } from './trainingGraph';

/**
 * Heads of the key/value cache are named differently, or not at all, from configuration to configuration; the graph's
 * own inputs say them.
 * @throws Failure "model-configuration" where the configuration belongs to another graph
 */
export function withGraphSizes(
  { config, configuration }: ModelRecords,
  { past, cache, embedding, embeddingTable }: Signature,
  { initializers }: TrainingGraph,
): ModelConfiguration {
  const columns = tableSizes(embedding, initializers.get(embeddingTable)!).width;
  const stated = [config.embedding_size, config.word_embed_proj_dim, config.input_embedding_size];
  if (![configuration.hiddenSize, ...stated].includes(columns)) {
    throw new Failure(
      'model-configuration',
      l10n.t`config.json says that vectors have ${configuration.hiddenSize} numbers, and those of the graph have \
${columns}.`,
      {},
      l10n.t`Use the config.json that belongs to the model.`,
    );
  }
  // Where all that is handed on is keys and values, each layer has some.
  const layers = past.length === 2 * cache.length ? cache.length : 0;
  const sizes = { ...configuration, layers: layers || configuration.layers, hiddenSize: columns };
  const [, keyValueHeads, , headSize] = past[0]?.empty ?? [];
  return cache.length > 0 ? { ...sizes, keyValueHeads: keyValueHeads!, headSize: headSize! } : sizes;
}

/**
 * Numbers in matrices and vectors of floats. An output projection that repeats the tied embedding table counts once.
 */
export function countParameters(
  { graph }: Model<FileGraph>,
  { embeddingTable }: Signature,
  { tiedEmbeddings }: ModelConfiguration,
): number {
  const table = graph.initializers.get(embeddingTable)!.dims;
  const repeatsTable = (name: string, { dims }: Tensor): boolean =>
    tiedEmbeddings && name !== embeddingTable && dims.length === 2 && dims[0] === table[1] && dims[1] === table[0];
  const weights = [...graph.initializers].filter(
    ([name, tensor]) =>
      !isBuilt(name) && floatTypes.includes(tensor.type) && tensor.dims.length > 0 && !repeatsTable(name, tensor),
  );
  return weights.reduce((sum, [, tensor]) => sum + elementCount(tensor.dims), 0);
}

/** Constants that came with a graph built here, such as rotary frequencies. */
const isBuilt = (name: string): boolean => /^constant_\d+$/.test(name);
