import { valuesRead, type Node } from '../onnx/graph';
import { inReadingOrder } from '../onnx/readingOrder';
import type { Dim } from './probeShapes';

/** What a dimension that varies counts as where sizes are compared. */
const nominal = 64;
/** A segment may hold so many times the mean number of nodes, so that a cut finds its way between two layers. */
const slack = 1.25;

/** The path with each node as late as its first reader allows, so that what belongs to one layer is together. */
export function asLateAsPossible(path: readonly Node[], loss: string): readonly Node[] {
  const made = new Map(path.flatMap((node) => node.outputs.map((output) => [output, node] as const)));
  const last = made.get(loss);
  // The nodes of a graph never wait for one another.
  return last ? inReadingOrder([last], made)! : [];
}

/**
 * Cuts a path of nodes, in their order, into about `count` segments where the values that cross the cuts are smallest
 * altogether: between the layers of a model that is the stream of hidden states.
 * @param dims of each value that a node computes
 */
export function cutIntoSegments(
  path: readonly Node[],
  count: number,
  dims: (value: string) => readonly Dim[],
): readonly (readonly Node[])[] {
  const longest = Math.max(1, Math.ceil((slack * path.length) / count));
  const crossing = crossingSizes(path, dims);
  // cheapest[i]: what the best cuts of the first i nodes cost, the one behind them included; began[i]: where their last
  // segment begins
  const cheapest = [0];
  const began = [0];
  for (let end = 1; end <= path.length; end++) {
    let start = end - 1;
    for (let other = Math.max(0, end - longest); other < end; other++)
      if (cheapest[other]! < cheapest[start]!) start = other;
    cheapest.push(cheapest[start]! + crossing[end]!);
    began.push(start);
  }
  const segments: (readonly Node[])[] = [];
  for (let end = path.length; end > 0; end = began[end]!) segments.unshift(path.slice(began[end]!, end));
  return segments;
}

/** For each place in front of a node, and behind the last, how many numbers computed before it are read behind it. */
function crossingSizes(path: readonly Node[], dims: (value: string) => readonly Dim[]): readonly number[] {
  const lastRead = new Map(path.flatMap((node, i) => valuesRead(node).map((value) => [value, i] as const)));
  const change = new Array<number>(path.length + 1).fill(0);
  path.forEach(({ outputs }, i) => {
    for (const output of outputs) {
      const last = lastRead.get(output);
      if (last === undefined) continue;
      const size = dims(output).reduce<number>((product, dim) => product * (dim ?? nominal), 1);
      change[i + 1]! += size;
      change[last + 1]! -= size;
    }
  });
  let size = 0;
  return change.map((by) => (size += by));
}
