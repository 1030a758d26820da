import { extendGraph, type Builder } from '../../onnx/builder';
import {
  intAttribute,
  intsAttribute,
  isStandard,
  keepOnly,
  producers,
  type Graph,
  type Model,
  type Node,
} from '../../onnx/graph';
import { elementCount, tensorNumbers } from '../../onnx/tensor';

/**
 * The same model with rotary positions (Su et al. 2021) as one operator of the runtime, where an exporter of
 * transformers' code wrote them as x cos + (-x₂, x₁) sin, with x₁ and x₂ the halves of a head: a dozen operators and
 * six passes over queries and keys, and as many for their gradient. Whatever is written in any other way stays.
 */
export function fuseRotary<M extends Model>(model: M): M {
  const { graph } = model;
  const made = producers(graph);
  const b = extendGraph({ ...graph, nodes: [] }, 'rotary/');
  let fused = false;
  for (const node of graph.nodes) {
    const rotation = rotationOf(node, { graph, made });
    if (rotation) b.alias(writeRotation(b, rotation), node.outputs[0]!);
    else b.node(node);
    fused ||= rotation !== undefined;
  }
  if (!fused) return model;
  const opsets = new Map([['com.microsoft', 1], ...model.opsets]);
  return { ...model, opsets, graph: keepOnly(b.graph(graph.outputs), graph.outputs) };
}

interface Known {
  readonly graph: Graph;
  readonly made: ReadonlyMap<string, Node>;
}

/** What is rotated, `[batch, heads, sequence, head size]`, and by which tables, `[batch, sequence, head size]`. */
interface Rotated {
  readonly x: string;
  readonly headSize: number;
  readonly cos: string;
  readonly sin: string;
}

function writeRotation(b: Builder, { x, headSize, cos, sin }: Rotated): string {
  // Both halves of a row of the tables are the same.
  const half = (table: string): string => {
    const [first] = b.ops('Split', [table], 2, { axis: -1, num_outputs: 2 });
    return b.op('Reshape', [first!, b.ints([-1, headSize / 2])]);
  };
  const rows = b.op('Shape', [cos], { start: 0, end: 2 });
  const [zero, one] = [0, 1].map((number) => b.op('Squeeze', [b.ints([number])]));
  const places = b.op('Range', [zero!, b.op('ReduceProd', [rows], { keepdims: 0 }), one!]);
  return b.op('com.microsoft.RotaryEmbedding', [x, b.op('Reshape', [places, rows]), half(cos), half(sin)]);
}

function rotationOf(node: Node, known: Known): Rotated | undefined {
  if (!isStandard(node, 'Add')) return undefined;
  const { made } = known;
  for (const [first, second] of [node.inputs, [...node.inputs].reverse()]) {
    const [straight, across] = [made.get(first!), made.get(second!)];
    if (!isStandard(straight, 'Mul') || !isStandard(across, 'Mul')) continue;
    const [x, cosines] = straight.inputs as [string, string];
    const [turned, sines] = across.inputs as [string, string];
    const headSize = headSizeOf(x, known);
    if (headSize === undefined || !isTurned(turned, { x, headSize }, known)) continue;
    const [cos, sin] = [tableBehind(cosines, 'Cos', known), tableBehind(sines, 'Sin', known)];
    if (cos !== undefined && sin !== undefined) return { x, headSize, cos, sin };
  }
  return undefined;
}

/** Of queries or keys that have just been parted into heads and turned to `[batch, heads, sequence, head size]`. */
function headSizeOf(x: string, { graph, made }: Known): number | undefined {
  const turned = made.get(x);
  if (!isStandard(turned, 'Transpose') || intsAttribute(turned, 'perm')?.join() !== '0,2,1,3') return undefined;
  const parted = made.get(turned.inputs[0]!);
  if (!isStandard(parted, 'Reshape')) return undefined;
  const shape = made.get(parted.inputs[1]!);
  const last = isStandard(shape, 'Concat') ? shape.inputs.at(-1)! : parted.inputs[1]!;
  const size = constantNumbers(last, graph)?.at(-1);
  return size !== undefined && size > 0 && size % 2 === 0 ? size : undefined;
}

const constantNumbers = (value: string, graph: Graph): readonly number[] | undefined => {
  const tensor = graph.initializers.get(value);
  return tensor && elementCount(tensor.dims) <= 8 ? tensorNumbers(tensor) : undefined;
};

/** Whether a value is (-x₂, x₁). */
function isTurned(turned: string, of: Pick<Rotated, 'x' | 'headSize'>, { graph, made }: Known): boolean {
  const joined = made.get(turned);
  if (!isStandard(joined, 'Concat') || joined.inputs.length !== 2 || !isLast(intAttribute(joined, 'axis', 0)))
    return false;
  const negated = made.get(joined.inputs[0]!);
  if (!isStandard(negated, 'Neg')) return false;
  const half = (value: string, which: 0 | 1): boolean => isHalf(value, which, of, { graph, made });
  return half(negated.inputs[0]!, 1) && half(joined.inputs[1]!, 0);
}

const isLast = (axis: number): boolean => axis === -1 || axis === 3;

function isHalf(value: string, which: 0 | 1, { x, headSize }: Pick<Rotated, 'x' | 'headSize'>, known: Known): boolean {
  const node = known.made.get(value);
  if (node?.inputs[0] !== x) return false;
  if (isStandard(node, 'Split')) {
    const sizes = node.inputs[1] ? constantNumbers(node.inputs[1], known.graph) : undefined;
    const even = sizes
      ? sizes.join() === `${headSize / 2},${headSize / 2}`
      : intAttribute(node, 'num_outputs', 0) === 2;
    return even && node.outputs.length === 2 && isLast(intAttribute(node, 'axis', 0)) && node.outputs[which] === value;
  }
  if (!isStandard(node, 'Slice')) return false;
  const [start, end, axis, step] = node.inputs.slice(1).map((bound) => numberOf(bound, { x, headSize }, known)) as (
    number | undefined
  )[];
  if (start === undefined || end === undefined || axis === undefined || !isLast(axis)) return false;
  if (node.inputs[4] && step !== 1) return false;
  return which === 0 ? start === 0 && end === headSize / 2 : start === headSize / 2 && end >= headSize;
}

/** A bound of a slice: a constant, or what an exporter computes of the last size of what is sliced. */
function numberOf(value: string, of: Pick<Rotated, 'x' | 'headSize'>, known: Known): number | undefined {
  const constant = constantNumbers(value, known.graph);
  if (constant) return constant.length === 1 ? constant[0] : undefined;
  const node = known.made.get(value);
  if (node?.domain !== '') return undefined;
  const input = (i: number): number | undefined => numberOf(node.inputs[i]!, of, known);
  switch (node.op) {
    case 'Cast':
    case 'Identity':
    case 'Unsqueeze':
    case 'Squeeze':
      return input(0);
    case 'Div': {
      const [a, b] = [input(0), input(1)];
      return a !== undefined && b ? Math.floor(a / b) : undefined;
    }
    case 'Gather': {
      const shape = known.made.get(node.inputs[0]!);
      const whole =
        isStandard(shape, 'Shape') && shape.inputs[0] === of.x && Object.keys(shape.attributes).length === 0;
      const index = constantNumbers(node.inputs[1]!, known.graph);
      return whole && index?.length === 1 && isLast(index[0]!) ? of.headSize : undefined;
    }
    default:
      return undefined;
  }
}

/**
 * The cosines or sines `[batch, sequence, head size]` of the positions that enter the graph, twice the same half, in
 * front of an axis that was put in for the heads.
 */
function tableBehind(value: string, op: 'Cos' | 'Sin', { graph, made }: Known): string | undefined {
  const spread = made.get(value);
  if (!isStandard(spread, 'Unsqueeze') || constantNumbers(spread.inputs[1]!, graph)?.join() !== '1') return undefined;
  let node = made.get(spread.inputs[0]!);
  while (isStandard(node, 'Cast') || (isStandard(node, 'Mul') && constantNumbers(node.inputs[1]!, graph)?.length === 1))
    node = made.get(node.inputs[0]!);
  const angles = isStandard(node, op) ? made.get(node.inputs[0]!) : undefined;
  if (!isStandard(angles, 'Concat')) return undefined;
  const isTwice = angles.inputs.length === 2 && angles.inputs[0] === angles.inputs[1];
  const axis = intAttribute(angles, 'axis', 0);
  const isWhole = isTwice && (axis === -1 || axis === 2) && isOfPositions(angles.inputs[0]!, { graph, made });
  return isWhole ? spread.inputs[0] : undefined;
}

/** Whether a value is frequencies times `position_ids`, `[batch, sequence, head size / 2]`. */
function isOfPositions(value: string, { graph, made }: Known): boolean {
  const turned = made.get(value);
  if (!isStandard(turned, 'Transpose') || intsAttribute(turned, 'perm')?.join() !== '0,2,1') return false;
  const product = made.get(turned.inputs[0]!);
  if (!isStandard(product, 'MatMul')) return false;
  let positions = product.inputs[1]!;
  for (
    let node = made.get(positions);
    isStandard(node, 'Cast') || isStandard(node, 'Unsqueeze');
    node = made.get(positions)
  )
    positions = node.inputs[0]!;
  return positions === 'position_ids' && graph.inputs.some(({ name }) => name === positions);
}
