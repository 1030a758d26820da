import { Failure } from '../failure';
import { extendGraph } from '../onnx/builder';
import { ElementType, floatTypes, valuesRead, type Graph, type Model, type Node } from '../onnx/graph';
import type { Feeds } from '../onnx/session';
import { runAgain } from './recomputation';
import { notDifferentiable, type Rules } from './rule';
import { rules } from './rules';
import { asLateAsPossible, cutIntoSegments } from './segments';
import { probeShapes } from './probeShapes';
import { createTape } from './tape';

/** Name under which the gradient of a value leaves the graph. */
export const gradientOf = (value: string): string => `gradient of ${value}`;

/** What to differentiate: a scalar loss of the graph with respect to float inputs of it. */
export interface Differentiation {
  readonly loss: string;
  readonly withRespectTo: readonly string[];
  /** Two sets of inputs that differ in every variable size, for finding shapes. */
  readonly probes: readonly [Feeds, Feeds];
  /**
   * Into how many segments the forward pass is cut whose activations are computed again where the gradient needs them, instead of
   * being held until then; 1 holds all. A model's number of layers holds least.
   */
  readonly segments?: number;
}

/**
 * Reverse-mode differentiation of an ONNX graph into an ONNX graph: the same outputs, and beside them the gradient of the
 * loss with respect to each wanted input under {@link gradientOf}. Only nodes between those inputs and the loss are
 * differentiated; no gradient of a weight is ever built.
 * @throws Failure "no-rule" naming the operator that has no gradient rule
 */
export async function differentiate(
  model: Model,
  { loss, withRespectTo, probes, segments: count = 1 }: Differentiation,
): Promise<Model> {
  const { graph } = model;
  const path = asLateAsPossible(differentiablePath(graph, loss, withRespectTo), loss);
  const shapes = await probeShapes(
    model,
    path.flatMap((node) => [...floatInputs(node), ...node.outputs]).filter(Boolean),
    path.flatMap(integerOperands),
    probes,
  );
  const builder = extendGraph(graph, 'gradient/');
  const origins = new Map<string, string>();
  const tape = createTape(builder, shapes, { graph, whole: wholeNumbers(graph), origins });
  const onPath = new Set([...withRespectTo, ...path.flatMap((node) => node.outputs)]);
  const gradients = new Map<string, string>([[loss, tape.scalar(1)]]);
  const backward = (node: Node, again: Node): void => {
    const upstream = node.outputs.map((output) => gradients.get(output));
    if (upstream.every((gradient) => gradient === undefined)) return;
    ruleOf(node)(again, upstream, tape).forEach((gradient, i) => {
      const input = node.inputs[i]!;
      if (!gradient || !onPath.has(input)) return;
      const flowing = appended(gradient, node);
      const sofar = gradients.get(input);
      gradients.set(input, sofar ? tape.add(sofar, flowing) : flowing);
    });
  };

  const segments = count > 1 ? cutIntoSegments(path, count, shapes.dims) : [path];
  for (const [i, nodes] of [...segments.entries()].reverse()) {
    const after = nodes.flatMap(({ outputs }) => outputs.flatMap((output) => gradients.get(output) ?? []));
    // The last segment has only just been run.
    const again =
      i === segments.length - 1
        ? (node: Node): Node => node
        : runAgain(builder, { nodes, after, varies: (value) => onPath.has(value) }, { mark: `again ${i}`, origins });
    for (const node of [...nodes].reverse()) backward(node, again(node));
  }

  const outputs = withRespectTo.map((name) => ({
    name: builder.alias(gradients.get(name) ?? tape.zerosLike(name), gradientOf(name)),
    type: ElementType.float,
  }));
  return withFourBits({ ...model, graph: builder.graph([...graph.outputs, ...outputs]) });
}

/** The operators on the way of a gradient that have no rule; empty when the loss can be differentiated. */
export function operatorsWithoutRule(
  graph: Graph,
  loss: string,
  withRespectTo: readonly string[],
  known: Rules = rules,
): readonly string[] {
  const lacking = differentiablePath(graph, loss, withRespectTo, known)
    .filter((node) => !known[ruleName(node)])
    .map(ruleName);
  return [...new Set(lacking)];
}

const ruleName = (node: Node): string => (node.domain ? `${node.domain}.${node.op}` : node.op);

function ruleOf(node: Node): Rules[string] {
  const rule = rules[ruleName(node)];
  if (!rule) throw noRule(node);
  return rule;
}

const noRule = (node: Node): Failure =>
  new Failure(
    'no-rule',
    `The model uses the operator ${ruleName(node)} (node "${node.name}"), which has no gradient rule.`,
    {},
    'Choose another export of the model, or compare hard prompts only.',
  );

function appended(gradient: () => string, node: Node): string {
  try {
    return gradient();
  } catch (error) {
    if (error instanceof RangeError)
      throw new Failure(
        'no-rule',
        `The operator ${ruleName(node)} (node "${node.name}") has no gradient rule for ${error.message}.`,
        {},
        'Choose another export of the model, or compare hard prompts only.',
      );
    throw error;
  }
}

/** Nodes that lie between the wanted inputs and the loss, in the graph's order. */
function differentiablePath(
  graph: Graph,
  loss: string,
  withRespectTo: readonly string[],
  known: Rules = rules,
): readonly Node[] {
  const varying = new Set(withRespectTo);
  for (const node of graph.nodes) {
    if (known[ruleName(node)] === notDifferentiable || castsToInteger(node)) continue;
    if (valuesRead(node).some((input) => varying.has(input))) for (const output of node.outputs) varying.add(output);
  }
  const needed = new Set([loss]);
  const path: Node[] = [];
  for (const node of [...graph.nodes].reverse()) {
    if (!node.outputs.some((output) => needed.has(output) && varying.has(output))) continue;
    path.push(node);
    for (const input of valuesRead(node)) if (varying.has(input)) needed.add(input);
  }
  return path.reverse();
}

/** Outputs of quantised operators, which hold whole numbers but carry gradients. */
const wholeNumbers = (graph: Graph): ReadonlySet<string> =>
  new Set(graph.nodes.flatMap((node) => (quantizing.has(node.op) ? node.outputs.slice(0, 1) : [])));

const quantizing = new Set(['DynamicQuantizeLinear', 'QuantizeLinear', 'MatMulInteger']);

/** Operator set 21 brought four-bit types and scales for blocks; nothing else in language models changed its meaning since 18. */
function withFourBits(model: Model): Model {
  const { nodes, initializers } = model.graph;
  const needs =
    nodes.some((node) => node.op === 'DequantizeLinear' && node.attributes.block_size) ||
    [...initializers.values()].some(({ type }) => type === ElementType.uint4);
  return needs
    ? {
        ...model,
        irVersion: Math.max(model.irVersion, 10),
        opsets: new Map([...model.opsets, ['', Math.max(model.opsets.get('') ?? 0, 21)]]),
      }
    : model;
}

const castsToInteger = (node: Node): boolean =>
  node.op === 'Cast' && node.attributes.to?.kind === 'int' && !floatTypes.includes(node.attributes.to.value);

/** Inputs that hold positions, sizes or axes rather than numbers to differentiate, and whose shape no rule asks for. */
const integerInputs: Readonly<Record<string, readonly number[]>> = {
  Slice: [1, 2, 3, 4],
  Split: [1],
  Squeeze: [1],
  Unsqueeze: [1],
  Reshape: [1],
  Expand: [1],
  Gather: [1],
  ReduceSum: [1],
  ReduceMean: [1],
  ReduceLogSumExp: [1],
  ReduceSumSquare: [1],
  ReduceL2: [1],
  ReduceMax: [1],
  ReduceMin: [1],
  Pad: [1, 3],
  Tile: [1],
  Trilu: [1],
  CumSum: [1],
  TopK: [1],
  GatherElements: [1],
  ScatterElements: [1],
  ScatterND: [1],
};

/** Integer inputs whose very numbers a rule may use. */
const operandsToKnow = new Set([
  'Slice',
  'Split',
  'Squeeze',
  'Unsqueeze',
  'ReduceSum',
  'ReduceMean',
  'ReduceLogSumExp',
  'ReduceSumSquare',
  'ReduceL2',
  'ReduceMax',
  'ReduceMin',
]);

const floatInputs = (node: Node): readonly string[] =>
  node.inputs.filter((_, i) => !integerInputs[node.op]?.includes(i) && !(node.op === 'Where' && i === 0));

const integerOperands = (node: Node): readonly string[] =>
  operandsToKnow.has(node.op) ? node.inputs.filter((input, i) => input && integerInputs[node.op]?.includes(i)) : [];
