import { emptyGraph, extendGraph, standardModel } from '../builder';
import { ElementType, type Graph, type Model, type Node, type Tensor } from '../graph';
import type { OnnxRuntime } from './loadRuntime';
import { writeModel } from '../writeModel';

/** In a processor's eight-bit products, the distance between a signed number and the unsigned one in its place. */
const signBit = 0x80;

/** Whether a model multiplies by signed weights of eight bits. */
export const hasSignedProducts = ({ graph }: Model): boolean => graph.nodes.some((node) => isSigned(graph, node));

/** Operators by their weights of eight bits, the second input, and which input is the zero point of these. */
const zeroInput: Readonly<Record<string, number>> = {
  MatMulInteger: 3,
  'com.microsoft.DynamicQuantizeMatMul': 3,
  'com.microsoft.MatMulIntegerToFloat': 5,
};

const zeroInputOf = ({ op, domain }: Node): number | undefined => zeroInput[domain === '' ? op : `${domain}.${op}`];

function isSigned({ initializers }: Graph, node: Node): boolean {
  const at = zeroInputOf(node);
  if (at === undefined || initializers.get(node.inputs[1]!)?.type !== ElementType.int8) return false;
  const zero = node.inputs[at];
  return !zero || initializers.get(zero)?.type === ElementType.int8;
}

/**
 * The same products by unsigned weights, each with its zero point 128 higher: the differences between the two, which
 * are what is multiplied, stay as they are. On processors without VNNI the runtime's products of signed weights
 * saturate at 16 bits, in silence; those of unsigned ones are exact.
 */
export function withUnsignedWeights(model: Model): Model {
  const { graph } = model;
  const initializers = new Map(graph.initializers);
  const moved = (name: string): string => {
    const unsigned = `${name}/unsigned`;
    if (!initializers.has(unsigned)) initializers.set(unsigned, asUnsigned(graph.initializers.get(name)!));
    return unsigned;
  };
  initializers.set(middle, { type: ElementType.uint8, dims: [], bytes: Uint8Array.of(signBit) });
  const nodes = graph.nodes.map((node): Node => {
    if (!isSigned(graph, node)) return node;
    const at = zeroInputOf(node)!;
    const inputs = Array.from({ length: Math.max(node.inputs.length, at + 1) }, (_, i) => node.inputs[i] ?? '');
    inputs[1] = moved(inputs[1]!);
    inputs[at] = inputs[at] ? moved(inputs[at]) : middle;
    return { ...node, inputs };
  });
  return { ...model, graph: { ...graph, nodes, initializers } };
}

/** What a weight without a zero point is less of. */
const middle = 'unsigned/zero';

const asUnsigned = ({ dims, bytes }: Tensor): Tensor => ({
  type: ElementType.uint8,
  dims,
  bytes: bytes.map((byte) => byte ^ signBit),
});

let known: Promise<boolean> | undefined;

/** Whether the runtime's products of signed weights saturate on this processor, found out by one of them. */
export function saturates(runtime: OnnxRuntime): Promise<boolean> {
  known ??= multiplyLargest(runtime).then((product) => product !== numbers * largest * largestWeight);
  return known;
}

const [numbers, largest, largestWeight] = [64, 255, 127];

/** The product of the largest values and weights there are, which exceeds 16 bits with the second of them. */
async function multiplyLargest({ InferenceSession, Tensor: RuntimeTensor }: OnnxRuntime): Promise<number> {
  const builder = extendGraph(emptyGraph, '');
  builder.input({ name: 'x', type: ElementType.uint8, dims: [1, numbers] });
  const weight = builder.constant({
    type: ElementType.int8,
    dims: [numbers, 1],
    bytes: new Uint8Array(numbers).fill(largestWeight),
  });
  builder.alias(builder.op('MatMulInteger', ['x', weight]), 'y');
  const model = standardModel(builder.graph([{ name: 'y', type: ElementType.int32 }]));
  const session = await InferenceSession.create(writeModel(model), {
    executionProviders: ['cpu'],
    logSeverityLevel: 4,
  });
  try {
    const { y } = await session.run({
      x: new RuntimeTensor('uint8', new Uint8Array(numbers).fill(largest), [1, numbers]),
    });
    return (y!.data as Int32Array)[0]!;
  } finally {
    await session.release();
  }
}
