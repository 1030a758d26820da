import { append } from '../../lists';
import type { Dim } from '../../autodiff/probeShapes';
import { extendGraph, type Builder } from '../../onnx/builder';
import { consumers, producers, type Graph, type Node } from '../../onnx/graph';
import { constantValues } from './constantValues';
import { mayWorkByPosition, positionwise } from './positionwise';

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
  const builder = extendGraph({ ...graph, nodes: [] }, `${positions}/`);
  for (const node of graph.nodes) {
    const inputs = users.has(node)
      ? node.inputs.map((input) => (tail.entries.has(input) ? gatherPositions(builder, input, positions) : input))
      : node.inputs;
    builder.node({ ...node, inputs });
  }
  return builder.graph(graph.outputs);
}

function tailFor(graph: Graph, target: string, dims: (value: string) => readonly Dim[]): PositionwiseTail {
  const positional = (value: string): boolean => dims(value).length === 3 && dims(value)[1] === undefined;
  const nodes = new Set(grow(graph, target, positionwise(graph, { positional, dims })));
  const inside = new Set([...nodes].flatMap((node) => node.outputs));
  const constant = constantValues(graph);
  const entering = [...nodes]
    .flatMap((node) => node.inputs)
    .filter((input) => !constant.has(input) && !inside.has(input) && positional(input));
  return { nodes, entries: nodes.size ? new Set(entering) : new Set([target]) };
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
    if (!node || accepted.has(node) || !mayWorkByPosition(node)) continue;
    const isRead = (output: string): boolean =>
      output === target || (readers.get(output) ?? []).every((reader) => accepted.has(reader));
    const safe = node.outputs.every(isRead);
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
