import { intAttribute, intsAttribute, isStandard, producers, type Graph, type Node } from '../onnx/graph';
import { elementCount, tensorNumbers } from '../onnx/tensor';
import type { Dim } from './probeShapes';
import type { VectorJacobianProduct } from './rules/rule';

/**
 * Nodes that end a stretch of operators whose gradient takes fewer passes over memory as a whole than operator by
 * operator, and holds fewer values until then. Their vector-Jacobian products return the gradient that reaches the
 * stretch's input on all ways through it, and nothing for its inner values.
 * @param dims of any value between the input and the loss
 */
export function findComposites(
  graph: Graph,
  path: readonly Node[],
  dims: (value: string) => readonly Dim[],
): ReadonlyMap<Node, VectorJacobianProduct> {
  const made = producers(graph);
  const found = path.flatMap((node): readonly (readonly [Node, VectorJacobianProduct])[] => {
    const product = gatedBySigmoid(node, made) ?? unitRootMeanSquare(node, { graph, made, dims });
    return product ? [[node, product]] : [];
  });
  return new Map(found);
}

type Makers = ReadonlyMap<string, Node>;

/** The node that makes a value, where it is this operator. */
const makerOf = (value: string, op: string, made: Makers): Node | undefined => {
  const node = made.get(value);
  return isStandard(node, op) ? node : undefined;
};

/** The places of two inputs: of the one that is asked for, and of the other. */
type Places = readonly [own: number, other: number];
const bothWays: readonly Places[] = [
  [0, 1],
  [1, 0],
];

/** What a product returns for its two inputs when only the gradient of one is wanted. */
const only = (at: number, gradient: () => string): readonly ((() => string) | undefined)[] =>
  [0, 1].map((i) => (i === at ? gradient : undefined));

/** y = x σ(x) (Elfwing et al. 2017): dx = g (σ + y (1 - σ)), for which x need not be held. */
function gatedBySigmoid(node: Node, made: Makers): VectorJacobianProduct | undefined {
  if (!isStandard(node, 'Mul')) return undefined;
  const places = bothWays.find(([x, gate]) => {
    return makerOf(node.inputs[gate]!, 'Sigmoid', made)?.inputs[0] === node.inputs[x];
  });
  if (!places) return undefined;
  const [x, gate] = places;
  return ({ inputs, outputs: [y] }, [g], t) =>
    only(x, () => {
      const sigma = inputs[gate]!;
      return t.mul(g!, t.add(sigma, t.mul(y!, t.sub(t.scalar(1), sigma))));
    });
}

interface Known {
  readonly graph: Graph;
  readonly made: Makers;
  readonly dims: (value: string) => readonly Dim[];
}

/**
 * x̂ = x / √(mean x² + ε) over the last axis, the core of root-mean-square and layer normalisation:
 * dx = (g - x̂ mean(g x̂)) / √(mean x² + ε) (Zhang and Sennrich 2019), for which x need not be held.
 */
function unitRootMeanSquare(node: Node, known: Known): VectorJacobianProduct | undefined {
  const unit = (g: string, y: string, t: Parameters<VectorJacobianProduct>[2]): string =>
    t.sub(g, t.mul(y, t.op('ReduceMean', [t.mul(g, y), t.ints([-1])], { keepdims: 1 })));
  if (isStandard(node, 'Div') && isRootMeanSquare(node.inputs[1]!, node.inputs[0]!, known))
    return ({ inputs: [, root], outputs: [y] }, [g], t) => only(0, () => t.div(unit(g!, y!, t), root!));
  if (!isStandard(node, 'Mul')) return undefined;
  const places = bothWays.find(([x, inverse]) => {
    const root = inverseOf(node.inputs[inverse]!, known);
    return root !== undefined && isRootMeanSquare(root, node.inputs[x]!, known);
  });
  if (!places) return undefined;
  const [x, inverse] = places;
  return ({ inputs, outputs: [y] }, [g], t) => only(x, () => t.mul(unit(g!, y!, t), inputs[inverse]!));
}

/** What a value is one divided by. */
function inverseOf(value: string, { graph, made }: Known): string | undefined {
  const quotient = makerOf(value, 'Div', made);
  if (!quotient) return makerOf(value, 'Reciprocal', made)?.inputs[0];
  return isNumber(quotient.inputs[0]!, graph, 1) ? quotient.inputs[1] : undefined;
}

/** √(mean x² + ε) over the last axis, which is kept. */
function isRootMeanSquare(value: string, x: string, known: Known): boolean {
  const { graph, made } = known;
  const root = makerOf(value, 'Sqrt', made);
  const sum = root && makerOf(root.inputs[0]!, 'Add', made);
  if (!sum) return false;
  return bothWays.some(
    ([mean, epsilon]) => isNumber(sum.inputs[epsilon]!, graph) && isMeanSquare(sum.inputs[mean]!, x, known),
  );
}

function isMeanSquare(value: string, x: string, { graph, made, dims }: Known): boolean {
  const mean = makerOf(value, 'ReduceMean', made);
  if (!mean || intAttribute(mean, 'keepdims', 1) !== 1) return false;
  const given = mean.inputs[1] ? graph.initializers.get(mean.inputs[1]) : undefined;
  const axes = given ? tensorNumbers(given) : intsAttribute(mean, 'axes');
  const square = made.get(mean.inputs[0]!);
  if (axes?.length !== 1 || !square || (axes[0] !== -1 && axes[0] !== dims(square.outputs[0]!).length - 1))
    return false;
  if (isStandard(square, 'Mul')) return square.inputs[0] === x && square.inputs[1] === x;
  return isStandard(square, 'Pow') && square.inputs[0] === x && isNumber(square.inputs[1]!, graph, 2);
}

/** @param wanted which number; any, where it is not given */
function isNumber(value: string, graph: Graph, wanted?: number): boolean {
  const tensor = graph.initializers.get(value);
  return (
    tensor !== undefined &&
    elementCount(tensor.dims) === 1 &&
    (wanted === undefined || tensorNumbers(tensor)[0] === wanted)
  );
}
