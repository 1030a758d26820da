import { producers, valuesRead, type Graph, type Node } from '../../onnx/graph';
import { tensorNumbers } from '../../onnx/tensor';
import type { LanguageModelKind } from '../configuration';
import { constantValues } from './constantValues';

/** Which texts may be run side by side, so that none's numbers depend on the others. */
export interface Batching {
  /**
   * `together`: all, the shorter ones padded. `alike`: those of one length, since padding reaches the tokens beside it.
   * `apart`: each alone, since one scale is found for all numbers of a batch.
   */
  readonly kind: 'together' | 'alike' | 'apart';
  /** Texts of this length or more are run each alone: from there on the graph may compute otherwise. */
  readonly aloneFrom: number;
}

/** Operators in which a position reads its neighbours, padded or not. */
const readsNeighbours = new Set(['Conv', 'ConvTranspose', 'Pad', 'MaxPool', 'AveragePool', 'CumSum', 'LSTM', 'GRU']);
const branches = new Set(['If', 'Loop', 'Scan']);
/** What remains of fused attention takes its rows' lengths in ways of its own. */
const fusedAttention = /Attention$/;

/**
 * How a graph's texts may be batched, by the operators that hidden states pass through.
 * @param embedded vectors of the words
 */
export function batchingOf(
  graph: Graph,
  { embedded, attentionMask }: { readonly embedded: string; readonly attentionMask?: string },
  kind: LanguageModelKind,
): Batching {
  const passed = nodesBehind(graph, embedded);
  const aloneFrom = lengthOfBranches(graph);
  if (passed.some(({ op }) => op === 'DynamicQuantizeLinear' || fusedAttention.test(op)))
    return { kind: 'apart', aloneFrom };
  const masked = kind === 'masked';
  const neighbours = masked && (!attentionMask || passed.some((node) => readsNeighbours.has(node.op)));
  return { kind: neighbours || (masked && shiftsPositions(graph, passed)) ? 'alike' : 'together', aloneFrom };
}

/** Nodes that a value reaches, but for what only its size decides. */
function nodesBehind(graph: Graph, value: string): readonly Node[] {
  const reached = new Set([value]);
  return graph.nodes.filter((node) => {
    if (node.op === 'Shape' || node.op === 'Size' || !valuesRead(node).some((input) => reached.has(input)))
      return false;
    node.outputs.forEach((output) => reached.add(output));
    return true;
  });
}

/** Whether hidden states are moved along the text, by a join with zeros on the axis of positions. */
function shiftsPositions({ initializers }: Graph, passed: readonly Node[]): boolean {
  const varying = new Set(passed.flatMap(({ outputs }) => outputs));
  return passed.some(
    ({ op, inputs, attributes: { axis } }) =>
      op === 'Concat' &&
      axis?.kind === 'int' &&
      (axis.value === 1 || axis.value === -2) &&
      inputs.some((input) => !varying.has(input) && !initializers.has(input)),
  );
}

const comparisons = new Set(['Equal', 'Greater', 'GreaterOrEqual', 'Less', 'LessOrEqual']);
const passesOn = new Set(['Cast', 'Not', 'Identity', 'Squeeze', 'Reshape']);

function comparisonBehind(value: string, made: ReadonlyMap<string, Node>): Node | undefined {
  const node = made.get(value);
  if (node && passesOn.has(node.op)) return comparisonBehind(node.inputs[0]!, made);
  return node && comparisons.has(node.op) ? node : undefined;
}

/** The least number that a branch is chosen by; any length where another condition chooses. */
function lengthOfBranches(graph: Graph): number {
  const made = producers(graph);
  const constant = constantValues(graph);
  const lengths = graph.nodes
    .filter((node) => branches.has(node.op) && !node.outputs.every((output) => constant.has(output)))
    .map(({ op, inputs: [condition] }) => {
      const comparison = op === 'If' ? comparisonBehind(condition!, made) : undefined;
      if (!comparison) return 0;
      const bound = comparison.inputs.map((input) => graph.initializers.get(input)).find((tensor) => tensor);
      // Two lengths of one run are compared with each other (DeBERTa), which no run changes.
      if (comparison.op === 'Equal') return bound ? 0 : Infinity;
      return bound ? (tensorNumbers(bound)[0] ?? 0) : 0;
    });
  return lengths.reduce((least, length) => Math.min(least, length), Infinity);
}
