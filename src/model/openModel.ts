import { join } from 'node:path';
import { withPlace } from '../failure';
import { floatTypes, type Graph, type Model, type Tensor } from '../onnx/graph';
import { normalizeModel } from '../onnx/normalize';
import { readModel } from '../onnx/readModel';
import { elementCount } from '../onnx/tensor';
import type { ModelConfiguration } from './configuration';
import { decomposeModel } from './decompose/decomposeModel';
import { hashModel, weightFiles } from './hashModel';
import { findModelFiles, type ModelFiles, type ModelKind } from './modelFiles';
import { readModelRecords, type ModelRecords } from './modelRecords';
import { openCheckpoint, type ReadModel } from './openCheckpoint';
import { shareHalves } from './shareHalves';
import { findSignature, type Signature } from './signature';
import { makeTokenizer, type Tokenizer } from './tokenizer';
import { weightTypes } from './weightTypes';

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
  /** Element type → share of the weights' bytes, the largest first. */
  readonly dtypes: Readonly<Record<string, number>>;
  readonly configuration: ModelConfiguration;
  readonly tokenizer: Tokenizer;
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
    const { records, graph: read, sha256, files, dtypes } = await (kind === 'onnx' ? openExported(place) : openCheckpoint(place));
    const model = decomposeModel(normalizeModel(read));
    const signature = findSignature(model.graph, records.configuration.architecture);
    const configuration = withGraphSizes(records.configuration, signature, model.graph);
    const rows = model.graph.initializers.get(signature.embeddingTable)!.dims[0]!;
    const tokenizer = makeTokenizer(records.tokenizer, { file: kind === 'gguf' ? file : join(folder, 'tokenizer.json'), vocabularySize: rows, kind: configuration.kind });
    return { id: reference, folder, file, kind, files, records, sha256, parameters: countParameters(read, signature, configuration), dtypes, configuration, tokenizer, model, signature };
  } catch (error) {
    throw withPlace(error, { file });
  }
}

async function openExported(place: ModelFiles): Promise<ReadModel> {
  const [records, graph] = await Promise.all([readModelRecords(place), readModel(place.file)]);
  const files = [place.file, ...weightFiles(graph.graph, place.file)];
  const sha256 = await hashModel(files);
  return { records, files, sha256, dtypes: weightTypes(graph.graph), graph: await shareHalves(graph, sha256) };
}

/**
 * Heads of the key/value cache are named differently, or not at all, from configuration to configuration, and vectors of tokens may be
 * narrower than the hidden states that they are turned into (ALBERT, the smallest OPT); the graph itself says them.
 */
function withGraphSizes(configuration: ModelConfiguration, { cache: [layer], embeddingTable }: Signature, { inputs, initializers }: Graph): ModelConfiguration {
  const [, heads, , headSize] = inputs.find(({ name }) => name === layer?.pastKey)?.dims ?? [];
  const { type, dims: [, width] } = initializers.get(embeddingTable)!;
  return {
    ...configuration,
    ...(floatTypes.includes(type) && width !== undefined && { hiddenSize: width }),
    ...(typeof heads === 'number' && typeof headSize === 'number' && { keyValueHeads: heads, headSize }),
  };
}

/** Numbers in matrices and vectors of floats. An output projection that repeats the tied embedding table counts once. */
function countParameters({ graph }: Model, { embeddingTable }: Signature, { tiedEmbeddings }: ModelConfiguration): number {
  const table = graph.initializers.get(embeddingTable)!.dims;
  const repeatsTable = (name: string, { dims }: Tensor): boolean => tiedEmbeddings && name !== embeddingTable && dims.length === 2 && dims[0] === table[1] && dims[1] === table[0];
  const weights = [...graph.initializers].filter(([name, tensor]) => !isBuilt(name) && floatTypes.includes(tensor.type) && tensor.dims.length > 0 && !repeatsTable(name, tensor));
  return weights.reduce((sum, [, tensor]) => sum + elementCount(tensor.dims), 0);
}

/** Constants that came with a graph built here, such as rotary frequencies. */
const isBuilt = (name: string): boolean => /^constant_\d+$/.test(name);
