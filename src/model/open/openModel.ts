import { join } from 'node:path';
import { Failure, withLocation } from '../../failure';
import { floatTypes, type Graph, type Model, type Tensor } from '../../onnx/graph';
import { normalizeModel } from '../../onnx/normalize';
import { readModel } from '../../onnx/readModel';
import { elementCount } from '../../onnx/tensor';
import type { ModelConfiguration } from '../configuration';
import { decomposeModel } from '../decompose/decomposeModel';
import { hashModel, weightFiles } from './hashModel';
import { withLayerCache } from '../graph/layerCache';
import { findModelFiles, type ModelFiles, type ModelKind } from './modelFiles';
import { readModelRecords, type ModelRecords } from './modelRecords';
import { openCheckpoint, type ReadModel } from './openCheckpoint';
import { shareHalves } from '../weights/shareFloat32';
import { findSignature, type Signature } from '../graph/signature';
import { makeTokenizer, type Tokenizer } from '../tokenizer/tokenizer';

/** A frozen language model, causal or masked, ready to be composed into graphs. */
export interface LanguageModel {
  /** What the template wrote: `builtin`, a hub id, a path. */
  readonly id: string;
  readonly folder: string;
  readonly file: string;
  readonly kind: ModelKind;
  /** All files that hold its graph and weights, `file` first. */
  readonly files: readonly string[];
  /** Its `config.json` and tokenizer files, or what a GGUF file holds in their place. */
  readonly records: ModelRecords;
  readonly sha256: string;
  /** Numbers in all weights. */
  readonly parameters: number;
  readonly configuration: ModelConfiguration;
  readonly tokenizer: Tokenizer;
  /** The graph as its file has it, or as it was built for a checkpoint. */
  readonly read: Model;
  /** The graph as it is trained through: of standard operators, with a key/value cache wherever one could be given to it. */
  readonly model: Model;
  readonly signature: Signature;
}

/**
 * Opens a model by `builtin`, by a path (relative to `from`) of its folder or of one file, or by a hub id found in the hub's
 * cache. `#q4` behind a folder or id chooses the file `model_q4.onnx`. A folder without a graph is opened from its safetensors or GGUF weights.
 * @throws Failure "model-missing", "model-truncated", "model-signature", "model-configuration", "model-architecture", "tokenizer-missing", …
 */
export async function openModel(reference: string, from: string): Promise<LanguageModel> {
  const place = await findModelFiles(reference, from);
  const { folder, file, kind } = place;
  try {
    const {
      records,
      graph: read,
      sha256,
      files,
    } = await (kind === 'onnx' ? openExported(place) : openCheckpoint(place));
    const model = withCache(decomposeModel(normalizeModel(await shareHalves(read, { sha256, files }))), records);
    const signature = findSignature(model.graph, records.configuration.architecture);
    const configuration = withGraphSizes(records, signature, model.graph);
    const rows = model.graph.initializers.get(signature.embeddingTable)!.dims[0]!;
    const tokenizer = makeTokenizer(records.tokenizer, {
      file: kind === 'gguf' ? file : join(folder, 'tokenizer.json'),
      vocabularySize: rows,
      kind: configuration.kind,
    });
    return {
      id: reference,
      folder,
      file,
      kind,
      files,
      records,
      sha256,
      parameters: countParameters(read, signature, configuration),
      configuration,
      tokenizer,
      read,
      model,
      signature,
    };
  } catch (error) {
    throw withLocation(error, { file });
  }
}

async function openExported(place: ModelFiles): Promise<ReadModel> {
  const [records, graph] = await Promise.all([readModelRecords(place), readModel(place.file)]);
  const files = [place.file, ...weightFiles(graph.graph, place.file)];
  return { records, graph, files, sha256: await hashModel(files) };
}

/** Families of decoders in which a token sees every earlier one alike: no bias by distance. */
const seesAlike = new Set([
  'gpt2',
  'gptj',
  'gpt_neox',
  'llama',
  'mistral',
  'qwen2',
  'qwen3',
  'phi',
  'phi3',
  'olmo',
  'olmo2',
  'smollm3',
  'stablelm',
  'granite',
]);

/**
 * A cache for a graph that was exported without. A decoder's past moves its positions on and must be seen from everywhere, or the
 * numbers would not be those of the model with a cache; the prefix of a masked model takes no position.
 */
function withCache(model: Model, { config, configuration }: ModelRecords): Model {
  const has = (name: string): boolean => model.graph.inputs.some((input) => input.name === name);
  const windowed = typeof config.sliding_window === 'number' && config.use_sliding_window !== false;
  // MobileBERT and ConvBERT have heads of sizes of their own.
  const usual = config.true_hidden_size === undefined && config.head_ratio === undefined;
  const fits =
    usual &&
    !has('past_key_values.0.key') &&
    (configuration.kind === 'masked' ||
      (has('position_ids') && seesAlike.has(configuration.architecture) && !windowed));
  return fits ? { ...model, graph: withLayerCache(model.graph, configuration) } : model;
}

/**
 * Heads of the key/value cache are named differently, or not at all, from configuration to configuration; the graph's own inputs say them.
 * @throws Failure "model-configuration" where the configuration belongs to another graph
 */
function withGraphSizes(
  { config, configuration }: ModelRecords,
  { cache, embeddingTable }: Signature,
  { inputs, initializers }: Graph,
): ModelConfiguration {
  const { type, dims: table } = initializers.get(embeddingTable)!;
  const columns = floatTypes.includes(type) ? table[1]! : configuration.hiddenSize;
  if (![configuration.hiddenSize, config.embedding_size, config.word_embed_proj_dim].includes(columns)) {
    throw new Failure(
      'model-configuration',
      `config.json says that vectors have ${configuration.hiddenSize} numbers, and those of the graph have ${columns}.`,
      {},
      'Use the config.json that belongs to the model.',
    );
  }
  const sizes = { ...configuration, layers: cache.length || configuration.layers, hiddenSize: columns };
  const [, heads, , headSize] = inputs.find(({ name }) => name === cache[0]?.pastKey)?.dims ?? [];
  return typeof heads === 'number' && typeof headSize === 'number'
    ? { ...sizes, keyValueHeads: heads, headSize }
    : sizes;
}

/** Numbers in matrices and vectors of floats. An output projection that repeats the tied embedding table counts once. */
function countParameters(
  { graph }: Model,
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
