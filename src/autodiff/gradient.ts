import * as l10n from '@vscode/l10n';
import { Failure } from '../failure';
import { extendGraph } from '../onnx/builder';
import { ElementType, type Graph, type Model, type Node } from '../onnx/graph';
import { unreadPart } from '../onnx/operatorReading';
import { withNeededOpset } from '../onnx/neededOpset';
import type { Feeds } from '../onnx/runtime/session';
import { sumTo } from './broadcasting';
import { findComposites } from './composites';
import { differentiablePath, ruleFor } from './path';
import { probeShapes, type Shapes } from './probeShapes';
import { runAgain } from './recomputation';
import { cheapToRecompute, openRecomputation, type Recomputed } from './rematerialization';
import type { Gradient, Rule } from './rules/rule';
import { ruleName } from './rules/table';
import { asLateAsPossible, cutIntoSegments } from './segments';
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
   * Into how many segments the forward pass is cut whose activations are computed again where the gradient needs them,
   * instead of being held until then; 1 holds all. A model's number of layers holds least.
   */
  readonly segments?: number;
  /**
   * Indices → indices that put back what those take, where no gradient comes to what is taken twice or not at all;
   * spares the sums over places.
   */
  readonly inverses?: ReadonlyMap<string, string>;
}

/**
 * Reverse-mode differentiation of an ONNX graph into an ONNX graph: the same outputs, and beside them the gradient of
 * the loss with respect to each wanted input under {@link gradientOf}. Only nodes between those inputs and the loss are
 * differentiated; no gradient of a weight is ever built.
 * @throws Failure "no-rule" naming the operator that has no gradient rule
 */
export async function differentiate(model: Model, differentiation: Differentiation): Promise<Model> {
  const { graph } = model;
  const { loss, withRespectTo, probes, segments = 1 } = differentiation;
  const path = asLateAsPossible(differentiablePath(graph, loss, withRespectTo), loss);
  const shapes = await probeShapes(
    model,
    path.flatMap((node) => [...shapedInputs(node), ...node.outputs]).filter(Boolean),
    path.flatMap(knownInputs),
    probes,
  );
  const known: Known = { graph, path, shapes };
  const gradient = withGradient(known, differentiation, new Map());
  // What a segment runs again, it holds for no longer than its own gradient takes.
  const recomputed = segments > 1 ? undefined : cheapToRecompute({ graph, path, dims: shapes.dims }, gradient.nodes);
  const differentiated = recomputed?.size ? withGradient(known, differentiation, recomputed) : gradient;
  return withNeededOpset({ ...model, graph: differentiated });
}

/** What there is to know of a graph before its gradient is appended. */
interface Known {
  readonly graph: Graph;
  /** Nodes that the gradient passes through. */
  readonly path: readonly Node[];
  readonly shapes: Shapes;
}

/** @param recomputed what is computed again for the gradient, of a graph that is not cut into segments */
function withGradient(
  { graph, path, shapes }: Known,
  { loss, withRespectTo, segments: count = 1, inverses = new Map() }: Differentiation,
  recomputed: Recomputed,
): Graph {
  const builder = extendGraph(graph, 'gradient/');
  const firstRun = new Map<string, string>();
  const tape = createTape(builder, shapes, { graph, whole: wholeNumbers(graph), inverses, firstRun });
  const onPath = new Set([...withRespectTo, ...path.flatMap((node) => node.outputs)]);
  const composites = findComposites(graph, path, shapes.dims);
  const recompute = openRecomputation(builder, recomputed, firstRun);
  const gradients = new Map<string, string>([[loss, tape.scalar(1)]]);
  const backward = (node: Node, again: Node): void => {
    const upstream = node.outputs.map((output) => gradients.get(output));
    const reached = upstream.find((gradient) => gradient !== undefined);
    if (reached === undefined) return;
    const rule = requireRule(node);
    const product = composites.get(node) ?? rule.vjp;
    product(recompute(again, reached), upstream, tape).forEach((gradient, i) => {
      const input = node.inputs[i]!;
      if (!gradient || !onPath.has(input)) return;
      const returned = appended(gradient, node);
      const from = rule.gradientDims?.(i, node, tape);
      const flowing = from ? sumTo(builder, returned, { from, to: shapes.dims(input) }) : returned;
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
        : runAgain(builder, { nodes, after, varies: (value) => onPath.has(value) }, { mark: `again ${i}`, firstRun });
    for (const node of [...nodes].reverse()) backward(node, again(node));
  }

  const outputs = withRespectTo.map((name) => ({
    name: builder.alias(gradients.get(name) ?? tape.zerosLike(name), gradientOf(name)),
    type: ElementType.float,
  }));
  return builder.graph([...graph.outputs, ...outputs]);
}

/** @throws Failure "no-rule" where an operator has none, or states what its rule does not read */
export function requireRule(node: Node): Rule {
  const rule = ruleFor(node);
  if (!rule)
    throw new Failure(
      'no-rule',
      l10n.t`The model uses the operator ${ruleName(node)} (node "${node.name}"), which has no gradient rule.`,
      {},
      otherModel(),
    );
  const unread = rule.reads && unreadPart(node, rule.reads);
  if (unread)
    throw new Failure(
      'no-rule',
      l10n.t`The operator ${ruleName(node)} (node "${node.name}") has the ${unread}, which its gradient rule does \
not read.`,
      {},
      otherModel(),
    );
  return rule;
}

/** A rule says by a RangeError which form of its operator it does not cover. */
function appended(gradient: Gradient, node: Node): string {
  try {
    return gradient();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new Failure(
      'no-rule',
      l10n.t`The operator ${ruleName(node)} (node "${node.name}") has no gradient rule for ${error.message}.`,
      {},
      otherModel(),
    );
  }
}

const otherModel = () => l10n.t`Choose another export of the model, or compare hard prompts only.`;

/** Values that hold whole numbers but carry gradients. */
const wholeNumbers = (graph: Graph): ReadonlySet<string> =>
  new Set(graph.nodes.flatMap((node) => (ruleFor(node)?.wholeNumbers ? node.outputs.slice(0, 1) : [])));

/** Inputs whose shape a rule may ask for. */
function shapedInputs(node: Node): readonly string[] {
  const integers = ruleFor(node)?.integerInputs;
  return node.inputs.filter((_, i) => !integers?.includes(i));
}

/** Integer inputs whose very numbers a rule may ask for. */
function knownInputs(node: Node): readonly string[] {
  const { integerInputs, needsValues } = ruleFor(node) ?? {};
  return needsValues ? node.inputs.filter((input, i) => input && integerInputs?.includes(i)) : [];
}
