import * as l10n from '@vscode/l10n';
import { stat } from 'node:fs/promises';
import { operatorsWithoutRule } from '../autodiff/path';
import { enumerated } from '../words/listed';
import { ElementType, type Graph, type Model } from '../onnx/graph';
import { elementCount, elementSize } from '../onnx/tensor';
import { toConfiguration, type ModelConfiguration } from './configuration';
import { readGgufHeader } from './gguf/header';
import { openGguf } from './gguf/openGguf';
import { prefixObstacle } from './graph/past';
import { findSignature } from './graph/signature';
import { licenceIn } from './open/listModels';
import { sketchModel } from './open/sketchModel';
import { summariseGguf } from './open/summariseGguf';
import { toTrainingModel, type TrainingGraph } from './graph/trainingGraph';
import type { FileGraph } from './open/modelDescription';
import type { ModelKind } from './open/modelFiles';
import type { TokenizerRecords } from './gguf/tokenizer';
import type { LanguageModel } from './openModel';

/** Whether a method works with a model, and if not, why. */
export interface MethodSupport {
  readonly method: 'hard' | 'soft' | 'v1' | 'v2';
  readonly works: boolean;
  /** One sentence; also where a method works only in part. */
  readonly note?: string;
  /** What was run to find out; absent where it was read off the graph. */
  readonly tried?: string;
}

export interface TokenizerFacts {
  /** `BPE`, `Unigram`, `WordPiece` … as tokenizer.json calls it. */
  readonly kind: string;
  /** Tokens in the tokenizer's own vocabulary, added ones included. */
  readonly tokens: number;
  /** Role → token: `bos`, `eos`, `pad`, `unk` … as far as the model has them. */
  readonly special: Readonly<Record<string, string>>;
}

/** Where the cache comes from through which a prefix enters the layers. */
export type CacheOrigin = 'exported' | 'added' | 'none';

/** What a model is, and what can be trained through it. */
export interface ModelInspection {
  readonly id: string;
  readonly folder: string;
  readonly file: string;
  /** An exported graph, or weights that the graph is built for. */
  readonly kind: ModelKind;
  /** Bytes of the model file and of the files its weights are in. */
  readonly bytes: number;
  readonly sha256: string;
  readonly licence: string | null;
  /** How the weights of a GGUF file are stored: `Q4_K_M`, `F16` …; null for others. */
  readonly quantisation: string | null;
  readonly parameters: number;
  /** Element type → share of the weights' numbers, the largest first. */
  readonly dtypes: Readonly<Record<string, number>>;
  readonly configuration: ModelConfiguration;
  readonly tokenizer: TokenizerFacts;
  readonly opset: number;
  /** Operator type → how often the file's graph holds it. */
  readonly operators: Readonly<Record<string, number>>;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Whether the file has a key/value cache; `added` where it has none and one could be written into its attention. */
  readonly keyValueCache: CacheOrigin;
  readonly methods: readonly MethodSupport[];
  readonly trainable: boolean;
  /** Operators between the embeddings and the logits that have no gradient rule. */
  readonly operatorsWithoutRule: readonly string[];
}

/** Reads everything off the files; nothing is run. */
export async function inspectModel(opened: LanguageModel): Promise<ModelInspection> {
  const { id, folder, file, kind, files, sha256, parameters, configuration, fileModel, trainingModel, signature } =
    opened;
  const { graph } = fileModel;
  const lacking = operatorsWithoutRule(trainingModel.graph, signature.logits, [signature.embedded]);
  const sizes = await Promise.all(files.map((path) => stat(path)));
  const keyValueCache = cacheOf(opened);
  const gguf = kind === 'gguf' ? await summariseGguf(file) : undefined;
  return {
    id,
    folder,
    file,
    kind,
    sha256,
    parameters,
    configuration,
    keyValueCache,
    bytes: sizes.reduce((sum, { size }) => sum + size, 0),
    licence: (await licenceIn(folder)) ?? gguf?.licence ?? null,
    quantisation: gguf?.quantisation ?? null,
    dtypes: dtypesOf(trainingModel.graph, graph),
    tokenizer: tokenizerFacts(opened.records.tokenizer),
    opset: fileModel.opsets.get('') ?? 0,
    operators: countOperators(fileModel),
    inputs: graph.inputs.map((input) => input.name),
    outputs: graph.outputs.map((output) => output.name),
    methods: methodsFor(lacking, methodNotes(opened)),
    trainable: lacking.length === 0,
    operatorsWithoutRule: lacking,
  };
}

/**
 * The methods that a GGUF file's model works with, read off the graph that is built for it. Its weights are not read,
 * hashed or converted.
 * @throws Failure as opening the model would, as far as it does not depend on numbers
 */
export async function methodsOfGguf(file: string): Promise<readonly MethodSupport[]> {
  const checkpoint = openGguf(file, readGgufHeader(file, { brief: true }));
  const { config, files } = checkpoint;
  const configuration = toConfiguration(config, file);
  const fileModel = sketchModel(checkpoint);
  const { graph } = await toTrainingModel({ fileModel, records: { config, configuration }, sha256: '', files });
  const signature = findSignature(graph, configuration);
  const lacking = operatorsWithoutRule(graph, signature.logits, [signature.embedded]);
  return methodsFor(lacking, methodNotes({ signature, configuration }));
}

/** What each method needs: a gradient from the answer to the input, and `v2` a way into every layer. */
function methodsFor(lacking: readonly string[], { v2 }: MethodNotes): readonly MethodSupport[] {
  const note =
    lacking.length > 0
      ? l10n.t`There is no gradient rule for ${enumerated(lacking)}; tune.blackBox tunes a prompt without gradients.`
      : undefined;
  const trained = (method: MethodSupport['method'], more?: string): MethodSupport => ({
    method,
    works: !note,
    ...((note ?? more) && { note: note ?? more }),
  });
  return [{ method: 'hard', works: true }, trained('soft'), trained('v1'), trained('v2', v2)];
}

/** In which part a method that works does not. */
export interface MethodNotes {
  readonly v2?: string;
}

export function methodNotes({
  signature,
  configuration: { kind },
}: Pick<LanguageModel, 'signature' | 'configuration'>): MethodNotes {
  const obstacle = prefixObstacle(signature);
  if (obstacle)
    return {
      v2:
        kind === 'masked'
          ? l10n.t`Only with tune.layers: input. ${obstacle}, and its attention has a form that takes none.`
          : l10n.t`Only with tune.layers: input. ${obstacle}.`,
    };
  return kind === 'masked' ? { v2: masksOnly() } : {};
}

function cacheOf({ fileModel, signature: { cache } }: LanguageModel): CacheOrigin {
  if (cache.length === 0) return 'none';
  return fileModel.graph.inputs.some(({ name }) => name === cache[0]!.pastKey) ? 'exported' : 'added';
}

const masksOnly = () =>
  l10n.t`Without a rewritten instruction, because a masked language model cannot say how fluent one is.`;

/** Operators of the graph and of the branches and bodies inside it; a constant is a number, not an operator. */
function countOperators({ graph }: Model<FileGraph>): Readonly<Record<string, number>> {
  const operators = new Map<string, number>();
  const count = ({ nodes }: Graph): void =>
    nodes.forEach(({ op, domain, attributes }) => {
      const name = domain ? `${domain}.${op}` : op;
      if (name !== 'Constant') operators.set(name, (operators.get(name) ?? 0) + 1);
      for (const attribute of Object.values(attributes)) if (attribute.kind === 'graph') count(attribute.value);
    });
  count(graph);
  return Object.fromEntries([...operators].sort(([, a], [, b]) => b - a));
}

const typeNames = new Map(
  Object.entries(ElementType).map(([name, type]) => [
    type as number,
    name === 'float' ? 'float32' : name === 'double' ? 'float64' : name,
  ]),
);

/** Shapes and positions are weights too, but small; only matrices count, in the types that the file has them in. */
function dtypesOf(
  { initializers }: TrainingGraph,
  { initializers: stored }: FileGraph,
): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const [weight, { type: used, dims }] of initializers) {
    if (dims.length < 2) continue;
    const type = stored.get(weight)?.type ?? used;
    const name = typeNames.get(type) ?? `type ${type}`;
    counts.set(name, (counts.get(name) ?? 0) + elementCount(dims) * (elementSize(type) ?? 1));
  }
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  return Object.fromEntries([...counts].sort(([, a], [, b]) => b - a).map(([name, count]) => [name, count / total]));
}

function tokenizerFacts({ definition, settings }: TokenizerRecords): TokenizerFacts {
  const model = definition.model as { type?: string; vocab?: object } | undefined;
  const vocabulary = model?.vocab ?? {};
  const words = new Set(
    Array.isArray(vocabulary)
      ? (vocabulary as readonly (readonly [string])[]).map(([word]) => word)
      : Object.keys(vocabulary),
  );
  for (const { content } of (definition.added_tokens as readonly { content: string }[] | undefined) ?? [])
    words.add(content);
  const special = Object.entries(settings).flatMap(([key, value]): readonly (readonly [string, string])[] => {
    const role = /^(\w+)_token$/.exec(key)?.[1];
    const token = typeof value === 'object' && value !== null && 'content' in value ? value.content : value;
    return role && typeof token === 'string' ? [[role, token]] : [];
  });
  return { kind: model?.type ?? 'unknown', tokens: words.size, special: Object.fromEntries(special) };
}
