import * as l10n from '@vscode/l10n';
import { Failure } from '../failure';
import type { Attribute, Graph, Model, Node, Tensor } from './graph';
import { graphToFloat32 } from './toFloat32';
import { takeBranches } from './inline';
import { withoutSequences } from './sequences';
import { floatTensor, int64Tensor } from './tensor';

/** Every graph is brought to this operator set or newer, so that one set of forms suffices downstream. */
export const baseOpset = 18;
const oldestOpset = 11;

/**
 * The same model with constants as initializers and operators in the forms of opset 18 or newer.
 * @throws Failure "model-opset" for operator sets before 11
 */
export function normalizeModel(model: Model): Model {
  const opset = model.opsets.get('') ?? 1;
  if (opset < oldestOpset) {
    throw new Failure(
      'model-opset',
      l10n.t`The model uses ONNX operator set ${opset}; ${oldestOpset} or newer is needed.`,
      {},
      l10n.t`Export the model again with a newer opset.`,
    );
  }
  const graph = nameNodes(graphToFloat32(withoutSequences(takeBranches(normalizeGraph(model.graph, opset)))));
  return {
    irVersion: Math.max(model.irVersion, 8),
    opsets: new Map([...model.opsets, ['', Math.max(opset, baseOpset)]]),
    graph,
  };
}

/**
 * Each node gets a name of its own, so that copies of the graph can be distinguished; exporters may leave names out or
 * repeat them.
 */
function nameNodes(graph: Graph): Graph {
  const taken = new Set<string>();
  const nodes = graph.nodes.map((node): Node => {
    const name = node.name && !taken.has(node.name) ? node.name : `node of ${node.outputs.find((output) => output)}`;
    taken.add(name);
    return name === node.name ? node : { ...node, name };
  });
  return { ...graph, nodes };
}

/** Branches and loop bodies are brought to the same forms as the graph around them. */
function normalizeGraph(graph: Graph, opset: number): Graph {
  const nodes = graph.nodes.map((node): Node => {
    const entries = Object.entries(node.attributes);
    if (!entries.some(([, attribute]) => attribute.kind === 'graph')) return node;
    const inner = (attribute: Attribute): Attribute =>
      attribute.kind === 'graph' ? { kind: 'graph', value: normalizeGraph(attribute.value, opset) } : attribute;
    return { ...node, attributes: Object.fromEntries(entries.map(([name, attribute]) => [name, inner(attribute)])) };
  });
  return upgradeGraph(liftConstants({ ...graph, nodes: nodes.map(withoutDropout) }), opset);
}

/** Dropout does nothing outside training; the dynamo exporter leaves it in. */
function withoutDropout(node: Node): Node {
  if (node.op !== 'Dropout' || node.domain !== '') return node;
  return {
    ...node,
    op: 'Identity',
    inputs: node.inputs.slice(0, 1),
    outputs: node.outputs.slice(0, 1),
    attributes: {},
  };
}

/**
 * Turns Constant nodes into initializers, but for those that are outputs: a graph's output must be computed by a node.
 */
function liftConstants(graph: Graph): Graph {
  const initializers = new Map(graph.initializers);
  const outputs = new Set(graph.outputs.map((output) => output.name));
  const nodes = graph.nodes.filter((node) => {
    const tensor =
      node.op === 'Constant' && node.domain === '' && !outputs.has(node.outputs[0]!) ? constantTensor(node) : undefined;
    if (tensor) initializers.set(node.outputs[0]!, tensor);
    return !tensor;
  });
  return { ...graph, nodes, initializers };
}

function constantTensor(node: Node): Tensor | undefined {
  const { value, value_int, value_ints, value_float, value_floats } = node.attributes;
  if (value?.kind === 'tensor') return value.value;
  if (value_int?.kind === 'int') return int64Tensor([], [value_int.value]);
  if (value_ints?.kind === 'ints') return int64Tensor([value_ints.value.length], value_ints.value);
  if (value_float?.kind === 'float') return floatTensor([], [value_float.value]);
  if (value_floats?.kind === 'floats') return floatTensor([value_floats.value.length], value_floats.value);
  return undefined;
}

const reductionsWithAxesAttribute = new Set([
  'ReduceMean',
  'ReduceMax',
  'ReduceMin',
  'ReduceProd',
  'ReduceL1',
  'ReduceL2',
  'ReduceLogSum',
  'ReduceLogSumExp',
  'ReduceSumSquare',
]);

/** Before opset 13 these flattened the axes from `axis` on; exporters name the last axis, where both meanings agree. */
const softmaxes = new Set(['Softmax', 'LogSoftmax']);

/** Operators whose integers opset 13 moved from an attribute to the second input. */
const movedByOpset13: Readonly<Record<string, string>> = {
  Squeeze: 'axes',
  Unsqueeze: 'axes',
  ReduceSum: 'axes',
  Split: 'split',
};

/** Opset 13 and 18 moved axes and sizes to an input; 18 made Split name its number of outputs. */
function upgradeGraph(graph: Graph, opset: number): Graph {
  if (opset >= baseOpset) return graph;
  const initializers = new Map(graph.initializers);
  const nodes = graph.nodes.map((node): Node => {
    if (node.domain !== '') return node;
    const moved = movedByOpset13[node.op];
    const integers = moved ? node.attributes[moved] : undefined;
    if (moved && integers?.kind === 'ints') {
      const attributes = Object.fromEntries(Object.entries(node.attributes).filter(([name]) => name !== moved));
      const name = `${node.outputs[0]}/${moved}`;
      initializers.set(name, int64Tensor([integers.value.length], integers.value));
      return { ...node, inputs: [node.inputs[0]!, name], attributes };
    }
    if (opset < 13 && softmaxes.has(node.op) && !node.attributes.axis)
      return { ...node, attributes: { axis: { kind: 'int', value: 1 } } };
    if (reductionsWithAxesAttribute.has(node.op) && node.attributes.axes?.kind === 'ints') {
      const { axes, ...attributes } = node.attributes;
      const name = `${node.outputs[0]}/axes`;
      initializers.set(name, int64Tensor([axes.value.length], axes.value));
      return { ...node, inputs: [node.inputs[0]!, name], attributes };
    }
    if (node.op === 'Split' && !node.inputs[1]) {
      const count: Attribute = { kind: 'int', value: node.outputs.length };
      return { ...node, attributes: { ...node.attributes, num_outputs: count } };
    }
    return node;
  });
  return { ...graph, nodes, initializers };
}
