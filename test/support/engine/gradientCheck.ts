import { differentiate, gradientOf } from '../../../src/autodiff/gradient';
import { emptyGraph, extendGraph, standardModel, type Builder } from '../../../src/onnx/builder';
import { ElementType, type Model } from '../../../src/onnx/graph';
import { floats, int64s, openSession, type Feeds, type Numbers, type Session } from '../../../src/onnx/runtime/session';
import { elementCount } from '../../../src/onnx/tensor';
import type { Random } from './random';

/** A number is a fixed size, a letter one that varies from run to run. */
export type Axis = number | string;
export type Sizes = Readonly<Record<string, number>>;

/** What an input's numbers may depend on; feeds 0 and 1 are the probes, 2 is the run that is checked. */
export interface Draw {
  readonly random: Random;
  readonly sizes: Sizes;
  readonly feed: 0 | 1 | 2;
  readonly index: number;
}

/** An input of the graph under test; only trained ones are differentiated. */
export interface Operand {
  readonly kind: 'trained' | 'frozen' | 'integer';
  readonly dims: readonly Axis[];
  readonly draw: (draw: Draw) => number;
}

/** One use of an operator: inputs, and a graph over their names that returns the values the loss is made of. */
export interface Case {
  readonly operands: readonly Operand[];
  readonly build: (b: Builder, x: readonly string[]) => readonly string[];
}

const probeSizes: readonly Sizes[] = [
  { n: 2, m: 3, k: 4 },
  { n: 5, m: 4, k: 2 },
];
const step = 1e-2;
const relativeTolerance = 1e-2;
const absoluteTolerance = 1e-3;

export const sizeOf = (axis: Axis, sizes: Sizes): number => (typeof axis === 'number' ? axis : sizes[axis]!);
const nameOf = (_: unknown, i: number): string => `x${i}`;

/** Operators younger than operator set 18. */
const newer: Readonly<Record<string, number>> = { Gelu: 20, RMSNormalization: 23, RotaryEmbedding: 23 };

/** The loss: every number of every output, each with a weight of its own. */
export function lossModel({ operands, build }: Case): Model {
  const b = extendGraph(emptyGraph, 'forward/');
  const names = operands.map(({ kind, dims }, i) =>
    b.input({ name: nameOf(0, i), type: kind === 'integer' ? ElementType.int64 : ElementType.float, dims }),
  );
  const loss = build(b, names)
    .map((y, i) => weightedSum(b, y, i))
    .reduce((total, part) => b.op('Add', [total, part]));
  b.alias(loss, 'loss');
  const model = standardModel(b.graph([{ name: 'loss', type: ElementType.float }]));
  return {
    ...model,
    opsets: new Map([
      ['', Math.max(18, ...model.graph.nodes.map(({ op, domain }) => (domain ? 0 : (newer[op] ?? 0))))],
      ['com.microsoft', 1],
    ]),
  };
}

/** Σ y · sin(1.7 position + phase) */
function weightedSum(b: Builder, y: string, phase: number): string {
  const [zero, one] = [b.op('Squeeze', [b.ints([0])]), b.op('Squeeze', [b.ints([1])])];
  const positions = b.op('Cast', [b.op('Range', [zero, b.op('Size', [y]), one])], { to: ElementType.float });
  const weights = b.op('Sin', [b.op('Add', [b.op('Mul', [positions, b.scalar(1.7)]), b.scalar(phase + 1)])]);
  return b.op('ReduceSum', [b.op('Mul', [y, b.op('Reshape', [weights, b.op('Shape', [y])], { allowzero: 1 })])], {
    keepdims: 0,
  });
}

/**
 * Compares the gradient of the loss with central differences, number by number.
 * @returns a line for each disagreement; empty when the rules are right
 */
export async function gradientErrors(example: Case, random: Random): Promise<readonly string[]> {
  const runSizes = { n: random.int(1, 4), m: random.int(1, 4), k: random.int(1, 4) };
  const [first, second, feeds] = [...probeSizes, runSizes].map((sizes, feed) =>
    feedsOf(example, { random, sizes, feed: feed as Draw['feed'], index: 0 }),
  );
  const trained = example.operands.flatMap(({ kind }, i) => (kind === 'trained' ? [nameOf(0, i)] : []));
  const model = await differentiate(lossModel(example), {
    loss: 'loss',
    withRespectTo: trained,
    probes: [first!, second!],
  });
  const session = await openSession(model, { threads: 1 });
  try {
    const results = await session.run(feeds!);
    const errors: string[] = [];
    for (const name of trained)
      errors.push(...(await disagreements(session, feeds!, { name, gradient: results[gradientOf(name)]! })));
    return errors;
  } finally {
    await session.release();
  }
}

function feedsOf({ operands }: Case, draw: Draw): Feeds {
  return Object.fromEntries(
    operands.map((operand, i) => {
      const dims = operand.dims.map((axis) => sizeOf(axis, draw.sizes));
      const values = Array.from({ length: elementCount(dims) }, (_, index) => operand.draw({ ...draw, index }));
      return [
        nameOf(0, i),
        operand.kind === 'integer' ? int64s(dims, values) : floats(dims, Float32Array.from(values)),
      ];
    }),
  );
}

async function disagreements(
  session: Session,
  feeds: Feeds,
  { name, gradient }: { readonly name: string; readonly gradient: Numbers },
): Promise<readonly string[]> {
  const { dims, data } = feeds[name]! as { dims: readonly number[]; data: Float32Array };
  if (String(gradient.dims) !== String(dims))
    return [`the gradient of ${name} has shape [${gradient.dims}] instead of [${dims}]`];
  const lossAt = async (index: number, offset: number): Promise<number> => {
    const moved = Float32Array.from(data);
    moved[index]! += offset;
    return Number((await session.run({ ...feeds, [name]: floats(dims, moved) })).loss!.data[0]);
  };
  const numeric: number[] = [];
  for (const index of data.keys())
    numeric.push(((await lossAt(index, step)) - (await lossAt(index, -step))) / (2 * step));
  const allowed = absoluteTolerance + relativeTolerance * Math.max(0, ...numeric.map(Math.abs));
  return numeric.flatMap((slope, i) => {
    const found = Number(gradient.data[i]);
    return Math.abs(found - slope) <= allowed
      ? []
      : [`the gradient of ${name}[${i}] is ${found} where differences give ${slope}`];
  });
}
