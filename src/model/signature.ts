import { Failure } from '../failure';
import { consumers, producers, type Graph, type Node } from '../onnx/graph';

/** Keys and values of one layer, as they enter (`past`) and leave (`present`) the graph. */
export interface LayerCache {
  readonly pastKey: string;
  readonly pastValue: string;
  readonly presentKey: string;
  readonly presentValue: string;
}

/** Where a language model's graph takes and gives what the engine works with. */
export interface Signature {
  readonly inputIds: string;
  readonly attentionMask?: string;
  readonly positionIds?: string;
  /** One entry a layer; empty for an export without a key/value cache. */
  readonly cache: readonly LayerCache[];
  readonly logits: string;
  /** The Gather that looks token ids up in the embedding table. */
  readonly embedding: Node;
  /** The embedding table's initializer, before any cast. `[vocabulary, hidden]` */
  readonly embeddingTable: string;
  /** What the output projection multiplies: final hidden states, `[batch, sequence, hidden]`. */
  readonly finalHidden: string;
}

/** @throws Failure "model-signature" naming what the graph lacks */
export function findSignature(graph: Graph): Signature {
  const has = (name: string): string | undefined => graph.inputs.find((input) => input.name === name)?.name;
  const inputIds = has('input_ids') ?? lacking('an input named input_ids');
  const logits = graph.outputs.find((output) => output.name === 'logits')?.name ?? lacking('an output named logits');
  const constant = constantValues(graph);
  const embedding = findEmbedding(graph, inputIds, constant);
  return {
    inputIds,
    attentionMask: has('attention_mask'),
    positionIds: has('position_ids'),
    cache: findCache(graph),
    logits,
    embedding,
    embeddingTable: sourceOf(graph, embedding.inputs[0]!),
    finalHidden: findFinalHidden(graph, logits, constant),
  };
}

function lacking(what: string): never {
  throw new Failure('model-signature', `The model's graph has no ${what.replace(/^an? /, '')}.`, {}, 'Use a causal language model exported for text generation, as on the hub.');
}

/** Values that no graph input influences. */
export function constantValues(graph: Graph): ReadonlySet<string> {
  const constant = new Set<string>(['', ...graph.initializers.keys()]);
  for (const node of graph.nodes) if (node.inputs.every((input) => constant.has(input))) for (const output of node.outputs) constant.add(output);
  return constant;
}

const movesIds = new Set(['Reshape', 'Cast', 'Squeeze', 'Unsqueeze', 'Flatten', 'Identity']);

function findEmbedding(graph: Graph, inputIds: string, constant: ReadonlySet<string>): Node {
  const readers = consumers(graph);
  const seen = [inputIds];
  for (const value of seen) {
    for (const node of readers.get(value) ?? []) {
      if (node.op === 'Gather' && node.inputs[1] === value && constant.has(node.inputs[0]!)) return node;
      if (movesIds.has(node.op) && node.inputs[0] === value) seen.push(node.outputs[0]!);
    }
  }
  return lacking('an embedding lookup of input_ids');
}

/** The initializer behind casts and transposes. */
function sourceOf(graph: Graph, value: string): string {
  const made = producers(graph);
  let name = value;
  while (!graph.initializers.has(name)) name = made.get(name)?.inputs[0] ?? lacking('a constant embedding table');
  return name;
}

function findFinalHidden(graph: Graph, logits: string, constant: ReadonlySet<string>): string {
  const made = producers(graph);
  let value = logits;
  for (;;) {
    const node = made.get(value);
    if (!node) return lacking('an output projection before the logits');
    if ((node.op === 'MatMul' || node.op === 'Gemm') && constant.has(node.inputs[1]!)) return node.inputs[0]!;
    value = node.inputs.find((input) => !constant.has(input)) ?? lacking('an output projection before the logits');
  }
}

function findCache(graph: Graph): readonly LayerCache[] {
  const layers: LayerCache[] = [];
  const has = (name: string): boolean => graph.inputs.some((input) => input.name === name);
  for (let i = 0; has(`past_key_values.${i}.key`); i++) {
    layers.push({ pastKey: `past_key_values.${i}.key`, pastValue: `past_key_values.${i}.value`, presentKey: `present.${i}.key`, presentValue: `present.${i}.value` });
  }
  return layers;
}
