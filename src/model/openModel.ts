import { existsSync } from 'node:fs';
import { access, readdir, stat } from 'node:fs/promises';
import { basename, dirname, extname, isAbsolute, join, resolve } from 'node:path';
import { Failure, withPlace } from '../failure';
import { floatTypes, type Graph, type Model, type Tensor } from '../onnx/graph';
import { normalizeModel } from '../onnx/normalize';
import { readModel } from '../onnx/readModel';
import { elementCount } from '../onnx/tensor';
import { requireWithinReach } from '../reach';
import { hashModel, weightFiles } from './hashModel';
import { findInHubCache, hubReference } from './hub/cache';
import { readConfiguration, type ModelConfiguration } from './configuration';
import { decomposeModel } from './decompose/decomposeModel';
import { findSignature, type Signature } from './signature';
import { readTokenizer, type Tokenizer } from './tokenizer';

/** A frozen language model, causal or masked, ready to be composed into graphs. */
export interface LanguageModel {
  /** What the template wrote: `builtin`, a hub id, a path. */
  readonly id: string;
  readonly folder: string;
  readonly file: string;
  readonly sha256: string;
  /** Numbers in all weights. */
  readonly parameters: number;
  readonly configuration: ModelConfiguration;
  readonly tokenizer: Tokenizer;
  readonly model: Model;
  readonly signature: Signature;
}

/**
 * Opens a model by `builtin`, by a path (relative to `from`) of its folder or of one graph file, or by a hub id found in the hub's
 * cache. `#q4` behind a folder or id chooses the file `model_q4.onnx`.
 * @throws Failure "model-missing", "model-truncated", "model-signature", "model-configuration", "tokenizer-missing", …
 */
export async function openModel(reference: string, from: string): Promise<LanguageModel> {
  const { folder, file } = await findModelFiles(reference, from);
  try {
    const [stated, exported] = await Promise.all([readConfiguration(folder), readModel(file)]);
    const sha256 = await hashModel([file, ...weightFiles(exported.graph, file)]);
    const model = decomposeModel(normalizeModel(exported));
    const signature = findSignature(model.graph, stated.architecture);
    const configuration = withGraphSizes(stated, signature, model.graph);
    const rows = model.graph.initializers.get(signature.embeddingTable)!.dims[0]!;
    const tokenizer = await readTokenizer(folder, rows, configuration.kind);
    return { id: reference, folder, file, sha256, parameters: countParameters(exported, signature, configuration), configuration, tokenizer, model, signature };
  } catch (error) {
    throw withPlace(error, { file });
  }
}

/** Heads of the key/value cache are named differently, or not at all, from configuration to configuration; the graph's own inputs say them. */
function withGraphSizes(configuration: ModelConfiguration, { cache: [layer] }: Signature, { inputs }: Graph): ModelConfiguration {
  const [, heads, , headSize] = inputs.find(({ name }) => name === layer?.pastKey)?.dims ?? [];
  return typeof heads === 'number' && typeof headSize === 'number' ? { ...configuration, keyValueHeads: heads, headSize } : configuration;
}

/** Numbers in matrices and vectors of floats. An output projection that repeats the tied embedding table counts once. */
function countParameters({ graph }: Model, { embeddingTable }: Signature, { tiedEmbeddings }: ModelConfiguration): number {
  const table = graph.initializers.get(embeddingTable)!.dims;
  const repeatsTable = (name: string, { dims }: Tensor): boolean => tiedEmbeddings && name !== embeddingTable && dims.length === 2 && dims[0] === table[1] && dims[1] === table[0];
  const weights = [...graph.initializers].filter(([name, tensor]) => floatTypes.includes(tensor.type) && tensor.dims.length > 0 && !repeatsTable(name, tensor));
  return weights.reduce((sum, [, tensor]) => sum + elementCount(tensor.dims), 0);
}

/** Where models that belong to the product lie: `media/models`, one folder up from the bundle or two from this source. */
export const embeddedModels = [join(__dirname, '..', 'media', 'models'), join(__dirname, '..', '..', 'media', 'models')].find((folder) => existsSync(folder)) ?? join(__dirname, '..', 'media', 'models');
export const embeddedDefault = 'prompt-tuner-base';

/** The folder of a model: `builtin`, a path relative to `from`, or a hub id in the hub's cache. @throws Failure "model-missing", "outside-workspace" */
export async function findFolder(whole: string, from: string): Promise<string> {
  const reference = whole.split('#')[0]!;
  if (reference === 'builtin') return join(embeddedModels, embeddedDefault);
  const path = isAbsolute(reference) ? reference : resolve(from, reference);
  if (await exists(path)) {
    requireWithinReach(path, 'The model folder');
    return (await stat(path)).isDirectory() ? path : folderOfFile(path);
  }
  const onHub = hubReference(reference);
  const cached = onHub && await findInHubCache(onHub);
  if (cached) return cached;
  const remedy = onHub ? `Add it (prompt-tuner models add ${reference}), or write \`model: builtin\`.` : 'Write `model: builtin`, or the path of a folder with config.json, tokenizer.json and model.onnx.';
  throw new Failure('model-missing', `The model "${reference}" is not on this machine.`, { file: path }, remedy);
}

/** The folder with the configuration, and the graph file in it or in its `onnx` folder. @throws Failure "model-missing" */
async function findModelFiles(reference: string, from: string): Promise<{ readonly folder: string; readonly file: string }> {
  const [named, written] = reference.split('#') as [string, string | undefined];
  // A variant is a word, never a way out of the folder.
  const variant = written?.replace(/[^\w.-]/g, '');
  const path = isAbsolute(named) ? named : resolve(from, named);
  const folder = await findFolder(reference, from);
  if (extname(path) === '.onnx' && (await exists(path))) return { folder, file: path };
  return { folder, file: await findGraphFile(folder, { reference: named, variant }) };
}

/** A graph file lies in the model's folder, or in a folder `onnx` there. */
async function folderOfFile(file: string): Promise<string> {
  const beside = dirname(file);
  return basename(beside) === 'onnx' && !(await exists(join(beside, 'config.json'))) ? dirname(beside) : beside;
}

/** Names of graph files in the order they are looked for. */
const graphNames = (variant: string | undefined): readonly string[] =>
  (variant ? [`model_${variant}.onnx`, `decoder_model_merged_${variant}.onnx`] : ['model.onnx', 'decoder_model_merged.onnx', 'decoder_with_past_model.onnx']);

async function findGraphFile(folder: string, { reference, variant }: { readonly reference: string; readonly variant: string | undefined }): Promise<string> {
  for (const name of graphNames(variant)) for (const place of [join(folder, 'onnx', name), join(folder, name)]) if (await exists(place)) return place;
  const held = (await Promise.all([join(folder, 'onnx'), folder].map((place) => readdir(place).catch(() => [])))).flat();
  const others = [...new Set(held.flatMap((name) => /^model_(\w+)\.onnx$/.exec(name)?.[1] ?? []))].sort();
  const remedy = others.length ? `Choose one of the files it holds: ${others.map((other) => `\`model: ${reference}#${other}\``).join(', ')}.` : 'Point `model` at a folder that holds onnx/model.onnx or model.onnx.';
  throw new Failure('model-missing', `The model folder has no ${graphNames(variant)[0]}.`, { file: folder }, remedy);
}

const exists = (path: string): Promise<boolean> => access(path).then(() => true, () => false);
