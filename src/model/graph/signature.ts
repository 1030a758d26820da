import * as l10n from '@vscode/l10n';
import { Failure } from '../../failure';
import { consumers, ElementType, keepOnly, producers, type Graph, type Node } from '../../onnx/graph';
import { elementCount, tensorNumbers } from '../../onnx/tensor';
import type { LanguageModelKind } from '../configuration';
import { batchingOf, type Batching } from './batching';
import { constantValues } from './constantValues';
import { looksUpColumns } from './embeddingTable';
import { cachePast, findCache, findStates, type HeadSizes, type LayerCache, type PastValue } from './past';
import type { TrainingGraph } from './trainingGraph';

/** Where a language model's graph takes and gives what the engine works with. */
export interface Signature {
  readonly inputIds: string;
  readonly attentionMask?: string;
  readonly positionIds?: string;
  /** Which of two texts a token belongs to (BERT); there is one here, so all are zero. */
  readonly tokenTypeIds?: string;
  /** One entry a layer with attention; empty for an export without a key/value cache. */
  readonly cache: readonly LayerCache[];
  /** All that one pass hands on to the next: each layer's keys, then its values; then states of layers without. */
  readonly past: readonly PastValue[];
  readonly logits: string;
  /** The Gather (or its quantised kin) that looks token ids up in the embedding table; its second input is the ids. */
  readonly embedding: Node;
  /**
   * The vectors of the tokens as they enter the first layer, which virtual tokens are among: transformers'
   * `inputs_embeds`.
   */
  readonly embedded: string;
  /** What the graph multiplies looked-up vectors by on the way there (Gemma); 1 elsewhere. */
  readonly embeddingScale: number;
  /** The embedding table's initializer, before any cast. `[vocabulary, hidden]` */
  readonly embeddingTable: string;
  /** Which texts may be run side by side. */
  readonly batching: Batching;
  /** What the output projection multiplies: final hidden states, `[batch, sequence, hidden]`. */
  readonly finalHidden: string;
}

/**
 * @param configuration of the model: its `model_type`, and head sizes where the graph leaves them open
 * @throws Failure "model-signature" naming what the graph lacks, or asks for besides
 */
export function findSignature(
  graph: TrainingGraph,
  { architecture, kind, ...sizes }: HeadSizes & { readonly architecture: string; readonly kind: LanguageModelKind },
): Signature {
  const has = (name: string): string | undefined => graph.inputs.find((input) => input.name === name)?.name;
  const inputIds = has('input_ids') ?? lacking(l10n.t`input named input_ids`);
  const logits = logitsOf(graph);
  const constant = constantValues(graph);
  const embedding = findEmbedding(graph, inputIds, constant);
  const embedded = findEmbedded(graph, embedding, { constant, scales: scalesEmbeddings(architecture) });
  const attentionMask = has('attention_mask');
  const cache = findCache(graph);
  const past = [...cachePast(graph, cache, sizes), ...findStates(graph)];
  requireKnownInputs(graph, { logits, past });
  return {
    inputIds,
    attentionMask,
    positionIds: has('position_ids'),
    tokenTypeIds: has('token_type_ids'),
    cache,
    past,
    logits,
    embedding,
    ...embedded,
    batching: batchingOf(graph, { ...embedded, attentionMask }, kind),
    embeddingTable: sourceOf(graph, embedding.inputs[0]!),
    finalHidden: findFinalHidden(graph, logits, constant),
  };
}

const texts = new Set(['input_ids', 'attention_mask', 'position_ids', 'token_type_ids']);

/** What is asked for besides must not reach the logits: there is nothing to give for it. */
function requireKnownInputs(graph: Graph, { logits, past }: Pick<Signature, 'logits' | 'past'>): void {
  const known = new Set([...texts, ...past.map((each) => each.past)]);
  const wanted = [logits, ...past.map(({ present }) => present)].map((name) => ({ name, type: ElementType.float }));
  const unknown = keepOnly(graph, wanted).inputs.find(({ name }) => !known.has(name));
  if (!unknown) return;
  const reads = unknown.name.startsWith('encoder_')
    ? l10n.t`reads an encoder, and is no causal language model`
    : undefined;
  throw new Failure(
    'model-signature',
    l10n.t`The model's graph ${reads ?? l10n.t`asks for an input that is not known`}: "${unknown.name}".`,
    {},
    kindOfModel(),
  );
}

/** A head that classifies whole sequences calls its output logits too, but has one row a sequence. */
function logitsOf({ outputs }: Graph): string {
  const logits = outputs.find(({ name }) => name === 'logits') ?? lacking(l10n.t`output named logits`);
  return logits.dims && logits.dims.length !== 3
    ? lacking(l10n.t`logits for each token, [batch, sequence, vocabulary]`)
    : logits.name;
}

function lacking(what: string): never {
  throw new Failure('model-signature', l10n.t`The model's graph has no ${what}.`, {}, kindOfModel());
}

const kindOfModel = () =>
  l10n.t`Use a causal language model exported for text generation, or a masked one exported for filling masks, as on \
the hub.`;

const movesIds = new Set(['Reshape', 'Cast', 'Squeeze', 'Unsqueeze', 'Flatten', 'Identity']);

const lookups = new Set(['Gather', 'GatherBlockQuantized']);

/**
 * Gemma's embedding layer itself multiplies by √hidden, so transformers' `inputs_embeds` are scaled already;
 * Granite's are not.
 */
const scalesEmbeddings = (architecture: string): boolean => architecture.startsWith('gemma');

interface Embedded {
  readonly embedded: string;
  readonly embeddingScale: number;
}

/** Follows looked-up vectors through what still belongs to the lookup: dequantisation of the rows, and a scale. */
function findEmbedded(
  graph: Graph,
  lookup: Node,
  { constant, scales }: { readonly constant: ReadonlySet<string>; readonly scales: boolean },
): Embedded {
  const readers = consumers(graph);
  const made = producers(graph);
  const looked = looksUpColumns(lookup) ? turned(lookup, readers) : lookup.outputs[0]!;
  let value = looked;
  for (;;) {
    const next: Node | undefined = readers
      .get(value)
      ?.find((node) => node.op === 'DequantizeLinear' || (scales && (node.op === 'Cast' || node.op === 'Mul')));
    if (!next) return { embedded: value, embeddingScale: 1 };
    value = next.outputs[0]!;
    if (next.op !== 'Mul') continue;
    const factor = next.inputs.find((input) => constant.has(input));
    const tensor = factor === undefined ? undefined : graph.initializers.get(throughCasts(factor, made));
    return tensor && elementCount(tensor.dims) === 1
      ? { embedded: value, embeddingScale: tensorNumbers(tensor)[0]! }
      : { embedded: looked, embeddingScale: 1 };
  }
}

/** Looked-up columns are turned into vectors by the node behind. */
const turned = ({ outputs: [columns] }: Node, readers: ReadonlyMap<string, readonly Node[]>): string =>
  readers.get(columns!)!.find(({ op }) => op === 'Transpose')!.outputs[0]!;

function throughCasts(value: string, made: ReadonlyMap<string, Node>): string {
  const node = made.get(value);
  return node && (node.op === 'Cast' || node.op === 'Identity') ? throughCasts(node.inputs[0]!, made) : value;
}

function findEmbedding(graph: Graph, inputIds: string, constant: ReadonlySet<string>): Node {
  const readers = consumers(graph);
  const seen = [inputIds];
  for (const value of seen) {
    for (const node of readers.get(value) ?? []) {
      if (lookups.has(node.op) && node.inputs[1] === value && constant.has(node.inputs[0]!)) return node;
      if (movesIds.has(node.op) && node.inputs[0] === value) seen.push(node.outputs[0]!);
    }
  }
  return lacking(l10n.t`embedding lookup of input_ids`);
}

/** The initializer behind casts, reshapes and dequantisation. */
function sourceOf(graph: Graph, value: string): string {
  const made = producers(graph);
  let name = value;
  while (!graph.initializers.has(name)) {
    const node = made.get(name);
    if (node?.op === 'Transpose') return lacking(l10n.t`embedding table that is looked up row by row`);
    name = node?.inputs[0] ?? lacking(l10n.t`constant embedding table`);
  }
  return name;
}

const projections = new Set(['MatMul', 'Gemm', 'MatMulNBits', 'MatMulBnb4', 'MatMulInteger']);

/** A product of whole numbers reads hidden states that were quantised for it. */
function beforeQuantization({ inputs: [left] }: Node, made: ReadonlyMap<string, Node>): string {
  const node = made.get(left!);
  return node && (node.op === 'DynamicQuantizeLinear' || node.op === 'QuantizeLinear') ? node.inputs[0]! : left!;
}

function findFinalHidden(graph: Graph, logits: string, constant: ReadonlySet<string>): string {
  const made = producers(graph);
  let value = logits;
  for (;;) {
    const node = made.get(value);
    if (!node) return lacking(l10n.t`output projection before the logits`);
    if (projections.has(node.op) && constant.has(node.inputs[1]!)) return beforeQuantization(node, made);
    value = node.inputs.find((input) => !constant.has(input)) ?? lacking(l10n.t`output projection before the logits`);
  }
}
