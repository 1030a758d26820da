import type { Builder } from '../onnx/builder';
import type { Node } from '../onnx/graph';
import { readBehind } from './emptyShape';

/** A stretch of the forward pass that is run a second time, right before its gradient. */
export interface Segment {
  readonly nodes: readonly Node[];
  /** Whether a value is one that the gradient passes through. */
  readonly varies: (value: string) => boolean;
  /** Gradients that have reached the segment; the second run waits for them. */
  readonly after: readonly string[];
}

/**
 * Appends a second run of a segment (activation checkpointing: Chen et al. 2016, Training Deep Nets with Sublinear
 * Memory Cost). Of the first run then only the values at its edges are held.
 *
 * A runtime orders a graph by its data alone, and merges what is computed twice. So the second run reads its inputs
 * through a reshape to their own shape, and that shape is put together with the empty shapes of the gradients that have
 * reached the segment: no run before theirs is possible, the input is another value than in the first run, and no
 * number is copied.
 * @param firstRun receives, for each value of the second run, the one in the first
 * @returns what a node of the segment is in the second run, for its gradient rule to read
 */
export function runAgain(
  builder: Builder,
  { nodes, varies, after }: Segment,
  { mark, firstRun }: { readonly mark: string; readonly firstRun: Map<string, string> },
): (node: Node) => Node {
  const own = new Set(nodes.flatMap(({ outputs }) => outputs).filter(Boolean));
  const entered = new Map<string, string>();
  const enter = (value: string): string => {
    const known = entered.get(value);
    if (known !== undefined) return known;
    const late = readBehind(builder, value, after);
    entered.set(value, late);
    firstRun.set(late, value);
    return late;
  };
  const inside = (value: string): string => {
    const again = `${value}/${mark}`;
    firstRun.set(again, value);
    return again;
  };
  const rename = (value: string): string => (own.has(value) ? inside(value) : varies(value) ? enter(value) : value);
  const renamed = new Map(
    nodes.map((node) => [
      node,
      {
        ...node,
        name: `${node.name}/${mark}`,
        inputs: node.inputs.map(rename),
        outputs: node.outputs.map((output) => (output ? inside(output) : output)),
      },
    ]),
  );
  for (const node of renamed.values()) builder.node(node);
  return (node) => renamed.get(node) ?? node;
}
