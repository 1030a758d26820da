import { extendGraph, type Builder } from '../../onnx/builder';
import { consumers, ElementType, intsAttribute, producers, type Graph, type Node, type Value } from '../../onnx/graph';
import { elementCount } from '../../onnx/tensor';
import { excludeUnless } from '../decompose/dotProduct';
import type { ModelConfiguration } from '../configuration';

/** An operator on the way from a product to what reads it, and which of its inputs comes from there. */
interface Step {
  readonly node: Node;
  readonly along: number;
}

/** One layer's attention as exporters write it: softmax(… q kᵀ …) v. */
interface AttentionCore {
  /** q kᵀ, `[batch, heads, sequence, sequence]`. */
  readonly product: Node;
  /** From the product to the softmax: scale, bound, masks. */
  readonly scoreSteps: readonly Step[];
  /** kᵀ before it is scaled, `[batch, heads, size, sequence]`. */
  readonly keys: string;
  /** From there to the product. */
  readonly keySteps: readonly Step[];
  readonly softmax: Node;
  /** The product of the softmax with v, `[batch, heads, sequence, size]`. */
  readonly weighted: Node;
}

type Sizes = Pick<ModelConfiguration, 'layers' | 'heads' | 'keyValueHeads' | 'headSize'>;

/**
 * Gives a graph that was exported without a key/value cache the inputs `past_key_values.i.{key,value}` and the outputs
 * `present.i.{key,value}`, so that a prefix can enter its layers (Liu et al. 2022) and an opening can be run once:
 * scores of the past's keys come in front of each row of scores, and its values in front of the values. What the graph
 * does with its own scores (masks, biases by distance) stays as it is; positions do not move. Its mask input then is
 * `[batch, past + sequence]`.
 * @returns the graph itself where the attention of some layer has a form that is not known
 */
export function withLayerCache(graph: Graph, sizes: Sizes): Graph {
  const cores = findAttention(graph);
  return cores.length === sizes.layers ? insertCache(graph, cores, sizes) : graph;
}

function insertCache(graph: Graph, cores: readonly AttentionCore[], sizes: Sizes): Graph {
  const b = extendGraph({ ...graph, nodes: [] }, 'past/');
  const mask = graph.inputs.find(({ name }) => name === 'attention_mask')?.name;
  const ownMask = mask && maskOfSequence(b, mask);
  const dims: Value['dims'] = ['batch', sizes.keyValueHeads, 'past', sizes.headSize];
  const value = (name: string): Value => ({ name, type: ElementType.float, dims });
  const presents: Value[] = [];
  const layers = cores.map((core, i) => ({
    core,
    key: b.input(value(`past_key_values.${i}.key`)),
    value: b.input(value(`past_key_values.${i}.value`)),
  }));
  for (const node of graph.nodes) {
    const inputs = ownMask ? node.inputs.map((input) => (input === mask ? ownMask : input)) : [...node.inputs];
    const scored = layers.find(({ core }) => core.softmax === node);
    if (scored) inputs[0] = b.op('Concat', [scoresOfPast(b, { ...scored, mask, sizes }), inputs[0]!], { axis: -1 });
    const weighted = layers.find(({ core }) => core.weighted === node);
    if (weighted) inputs[1] = b.op('Concat', [repeated(b, weighted.value, sizes), inputs[1]!], { axis: 2 });
    b.node({ ...node, inputs });
  }
  layers.forEach(({ core, ...past }, i) => {
    const present = (part: 'key' | 'value', own: string): void =>
      void presents.push(
        value(b.alias(b.op('Concat', [past[part], shared(b, own, sizes)], { axis: 2 }), `present.${i}.${part}`)),
      );
    present('key', b.op('Transpose', [core.keys], { perm: [0, 1, 3, 2] }));
    present('value', core.weighted.inputs[1]!);
  });
  return b.graph([...graph.outputs, ...presents]);
}

/** The mask of the sequence alone, as the graph was exported to read it. */
function maskOfSequence(b: Builder, mask: string): string {
  const length = b.op('Shape', ['input_ids'], { start: 1, end: 2 });
  return b.op('Slice', [mask, b.op('Neg', [length]), b.ints([2 ** 31]), b.ints([1])]);
}

interface Past {
  readonly core: AttentionCore;
  readonly key: string;
  readonly mask: string | undefined;
  readonly sizes: Sizes;
}

/** Scores of the past's keys, scaled and bounded as the graph's own, `[batch, heads, sequence, past]`. */
function scoresOfPast(b: Builder, { core, key, mask, sizes }: Past): string {
  const follow = (value: string, steps: readonly Step[]): string =>
    steps.reduce((reached, step) => (shapesScores(step.node) ? again(b, step, reached) : reached), value);
  const keys = follow(b.op('Transpose', [repeated(b, key, sizes)], { perm: [0, 1, 3, 2] }), core.keySteps);
  const scores = follow(b.op('MatMul', [core.product.inputs[0]!, keys]), core.scoreSteps);
  if (!mask) return scores;
  const past = b.op('Slice', [mask, b.ints([0]), b.op('Shape', [key], { start: 2, end: 3 }), b.ints([1])]);
  return b.op('Add', [
    scores,
    excludeUnless(b, b.op('Cast', [b.op('Unsqueeze', [past, b.ints([1, 2])])], { to: ElementType.bool })),
  ]);
}

const again = (b: Builder, { node, along }: Step, value: string): string =>
  b.op(
    node.op,
    node.inputs.map((input, i) => (i === along ? value : input)),
    node.attributes,
  );

/**
 * Query heads share key/value heads in groups that are side by side; graphs without a cache repeat them beforehand.
 */
function repeated(b: Builder, past: string, { heads, keyValueHeads }: Sizes): string {
  if (heads === keyValueHeads) return past;
  const stretched = b.op('Expand', [
    b.op('Unsqueeze', [past, b.ints([2])]),
    b.ints([1, 1, heads / keyValueHeads, 1, 1]),
  ]);
  const size = (from: number, to?: number): string =>
    b.op('Shape', [past], to === undefined ? { start: from } : { start: from, end: to });
  // A past may hold nothing; its 0 is then meant literally.
  return b.op('Reshape', [stretched, b.op('Concat', [size(0, 1), b.ints([heads]), size(2)], { axis: 0 })], {
    allowzero: 1,
  });
}

/** One of each group of repeated heads. */
const shared = (b: Builder, own: string, { heads, keyValueHeads }: Sizes): string =>
  heads === keyValueHeads
    ? own
    : b.op('Slice', [own, b.ints([0]), b.ints([heads]), b.ints([1]), b.ints([heads / keyValueHeads])]);

/** Each attention of a graph in the order of its layers, as far as its form is known. */
function findAttention(graph: Graph): readonly AttentionCore[] {
  const made = producers(graph);
  const readers = consumers(graph);
  return graph.nodes.flatMap((softmax): readonly AttentionCore[] => {
    if (softmax.op !== 'Softmax') return [];
    const weighted = weightedBy(softmax, readers);
    const scores = backToProduct(softmax.inputs[0]!, graph, made);
    const keys = scores && backToKeys(scores.product.inputs[1]!, made);
    const known = (steps: readonly Step[]): boolean =>
      steps.every((step) => (shapesScores(step.node) ? repeatable(step, graph, made) : hides.has(step.node.op)));
    if (!weighted || !scores || !keys || !known(scores.steps) || !known(keys.steps)) return [];
    return [
      { softmax, weighted, product: scores.product, scoreSteps: scores.steps, keys: keys.keys, keySteps: keys.steps },
    ];
  });
}

/** Steps that leave attention weights what they are, but for rows of which nothing is left. */
const keepsWeights = new Set(['Cast', 'Identity', 'Dropout', 'Where', 'IsNaN']);

function weightedBy(softmax: Node, readers: ReadonlyMap<string, readonly Node[]>): Node | undefined {
  const reached = [softmax.outputs[0]!];
  for (const value of reached) {
    for (const node of readers.get(value) ?? []) {
      if (node.op === 'MatMul' && node.inputs[0] === value) return node;
      if (keepsWeights.has(node.op)) reached.push(node.outputs[0]!);
    }
  }
  return undefined;
}

/** Steps that every score takes, whosever key it belongs to. */
const shapesScores = ({ op }: Node): boolean =>
  op === 'Mul' || op === 'Div' || op === 'Tanh' || op === 'Cast' || op === 'Identity';

/** Masks and biases of the graph's own positions. */
const hides = new Set(['Add', 'Sub', 'Where', 'Max']);

function backToProduct(
  value: string,
  graph: Graph,
  made: ReadonlyMap<string, Node>,
): { readonly product: Node; readonly steps: readonly Step[] } | undefined {
  const node = made.get(value);
  if (!node) return undefined;
  if (node.op === 'MatMul')
    return node.inputs.some((input) => graph.initializers.has(input)) ? undefined : { product: node, steps: [] };
  if (!shapesScores(node) && !hides.has(node.op)) return undefined;
  const ways = node.inputs.flatMap((input, along) => {
    const way = backToProduct(input, graph, made);
    return way ? [{ product: way.product, steps: [...way.steps, { node, along }] }] : [];
  });
  return ways.length === 1 ? ways[0] : undefined;
}

function backToKeys(
  value: string,
  made: ReadonlyMap<string, Node>,
): { readonly keys: string; readonly steps: readonly Step[] } | undefined {
  const node = made.get(value);
  if (!node) return undefined;
  if (isTransposedKeys(node, made)) return { keys: value, steps: [] };
  if (!shapesScores(node)) return undefined;
  const before = backToKeys(node.inputs[0]!, made);
  return before && { keys: before.keys, steps: [...before.steps, { node, along: 0 }] };
}

/** `[batch, heads, size, sequence]` by one transpose of four axes, or by one of three between two reshapes. */
function isTransposedKeys(node: Node, made: ReadonlyMap<string, Node>): boolean {
  if (node.op === 'Transpose') return ['0,1,3,2', '0,2,3,1'].includes(String(intsAttribute(node, 'perm')));
  const inner = node.op === 'Reshape' ? made.get(node.inputs[0]!) : undefined;
  return (
    inner?.op === 'Transpose' &&
    String(intsAttribute(inner, 'perm')) === '0,2,1' &&
    made.get(inner.inputs[0]!)?.op === 'Reshape'
  );
}

/** A step can be taken for other keys too when its other operand is one number. */
const repeatable = ({ node, along }: Step, graph: Graph, made: ReadonlyMap<string, Node>): boolean =>
  node.inputs.every((input, i) => i === along || isNumber(input, graph, made)) && (node.op !== 'Div' || along === 0);

const computesNumber = new Set([
  'Cast',
  'CastLike',
  'Sqrt',
  'Reciprocal',
  'Div',
  'Mul',
  'Pow',
  'Gather',
  'Slice',
  'Squeeze',
  'Unsqueeze',
  'Identity',
  'Concat',
  'Reshape',
]);

/** One constant, or what follows from sizes alone, such as 1/√size. */
function isNumber(value: string, graph: Graph, made: ReadonlyMap<string, Node>): boolean {
  const tensor = graph.initializers.get(value);
  if (tensor) return elementCount(tensor.dims) === 1;
  const node = made.get(value);
  return (
    node !== undefined &&
    (node.op === 'Shape' || (computesNumber.has(node.op) && node.inputs.every((input) => isNumber(input, graph, made))))
  );
}
