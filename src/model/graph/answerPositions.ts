import { append } from '../../lists';
import type { Dim } from '../../autodiff/probeShapes';
import { extendGraph, type Builder } from '../../onnx/builder';
import { consumers, intAttribute, intsAttribute, producers, type Graph, type Node } from '../../onnx/graph';
import { tensorNumbers } from '../../onnx/tensor';
import { constantValues } from './constantValues';

/** Operators that work position by position when their other operands hold no position of their own. */
const elementwise = new Set([
  'Add',
  'Sub',
  'Mul',
  'Div',
  'Pow',
  'Cast',
  'Sqrt',
  'Neg',
  'Sigmoid',
  'Tanh',
  'Erf',
  'Exp',
  'Reciprocal',
  'Relu',
  'Identity',
]);

/**
 * The stretch of a graph that runs position by position right before `target`: reading few positions there, it is
 * enough to gather them in front of the stretch, and its feed-forward work is done for those positions only.
 */
interface PositionwiseTail {
  readonly nodes: ReadonlySet<Node>;
  /** Values `[batch, sequence, …]` that enter the stretch and must be gathered. */
  readonly entries: ReadonlySet<string>;
}

/** The values whose dimensions {@link readAnswersOnly} needs to know. */
export function tailCandidates(graph: Graph, target: string): readonly string[] {
  return [
    ...new Set(
      grow(graph, target, () => true)
        .flatMap((node) => [...node.inputs, ...node.outputs])
        .concat(target),
    ),
  ].filter(Boolean);
}

/**
 * Rewrites a graph so that from `target` on only the wanted positions are computed.
 * @param target final hidden states, `[batch, sequence, hidden]`; afterwards `[1, answers, hidden]`
 * @param positions int64 value `[answers, 2]`: sequence, and position in it
 * @param dims dimensions of the values that {@link tailCandidates} named
 */
export function readAnswersOnly(
  graph: Graph,
  target: string,
  positions: string,
  dims: (value: string) => readonly Dim[],
): Graph {
  const tail = tailFor(graph, target, dims);
  const users = tail.nodes.size ? tail.nodes : new Set(consumers(graph).get(target));
  const builder = extendGraph({ ...graph, nodes: [] }, 'answers/');
  for (const node of graph.nodes) {
    const inputs = users.has(node)
      ? node.inputs.map((input) => (tail.entries.has(input) ? gatherPositions(builder, input, positions) : input))
      : node.inputs;
    builder.node({ ...node, inputs });
  }
  return builder.graph(graph.outputs);
}

function tailFor(graph: Graph, target: string, dims: (value: string) => readonly Dim[]): PositionwiseTail {
  const constant = constantValues(graph);
  const positional = (value: string): boolean =>
    !constant.has(value) && dims(value).length === 3 && dims(value)[1] === undefined;
  const free = (value: string): boolean =>
    constant.has(value) &&
    dims(value)
      .slice(0, -1)
      .every((size) => size === 1);
  const works = (node: Node): boolean => {
    if (!positional(node.outputs[0]!)) return false;
    if (elementwise.has(node.op)) return node.inputs.every((input) => positional(input) || free(input));
    if (node.op === 'MatMul')
      return positional(node.inputs[0]!) && constant.has(node.inputs[1]!) && dims(node.inputs[1]!).length === 2;
    return node.op === 'ReduceMean' && positional(node.inputs[0]!) && reducesLastAxis(graph, node);
  };
  const nodes = new Set(grow(graph, target, works));
  const inside = new Set([...nodes].flatMap((node) => node.outputs));
  const entering = [...nodes]
    .flatMap((node) => node.inputs)
    .filter((input) => input && !inside.has(input) && positional(input));
  return { nodes, entries: nodes.size ? new Set(entering) : new Set([target]) };
}

function reducesLastAxis(graph: Graph, node: Node): boolean {
  const input = node.inputs[1] ? graph.initializers.get(node.inputs[1]) : undefined;
  const axes = input ? tensorNumbers(input) : intsAttribute(node, 'axes');
  return intAttribute(node, 'keepdims', 1) === 1 && axes?.length === 1 && (axes[0] === -1 || axes[0] === 2);
}

/**
 * Walks back from `target` over accepted nodes all of whose readers were accepted, so that nothing is computed twice.
 */
function grow(graph: Graph, target: string, accept: (node: Node) => boolean): readonly Node[] {
  const readers = consumers(graph);
  const made = producers(graph);
  const accepted = new Set<Node>();
  const queue = [target];
  for (const value of queue) {
    const node = made.get(value);
    if (!node || accepted.has(node) || !(elementwise.has(node.op) || node.op === 'MatMul' || node.op === 'ReduceMean'))
      continue;
    const safe = value === target || (readers.get(value) ?? []).every((reader) => accepted.has(reader));
    if (!safe || !accept(node)) continue;
    accepted.add(node);
    append(queue, node.inputs.filter(Boolean));
  }
  return [...accepted];
}

/**
 * Takes the wanted positions out of hidden states.
 * @param hidden `[batch, sequence, width]`
 * @param positions `[answers, 2]`: sequence and position in it
 * @returns `[1, answers, width]`
 */
function gatherPositions(builder: Builder, hidden: string, positions: string): string {
  return builder.op('Unsqueeze', [builder.op('GatherND', [hidden, positions]), builder.ints([0])]);
}
