import { describe, expect, it } from 'vitest';
import { fuseRotary } from '../../../../src/model/fuse/rotary';
import { emptyGraph, extendGraph, standardModel, type Builder } from '../../../../src/onnx/builder';
import { ElementType, type Model } from '../../../../src/onnx/graph';
import { floats, int64s, openSession } from '../../../../src/onnx/runtime/session';
import { floatTensor, int64Tensor } from '../../../../src/onnx/tensor';

const [heads, headSize] = [3, 8];
const half = headSize / 2;

interface Form {
  /** The halves of a head, as they are taken. */
  readonly halves?: (b: Builder, x: string) => readonly [string, string];
  /** How they are put together again. */
  readonly turned?: (b: Builder, first: string, second: string) => string;
  /** The angles of all numbers of a head, from those of its pairs. */
  readonly angles?: (b: Builder, pairs: string) => string;
  readonly positions?: string;
  /** Whether cosines, and not sines, are multiplied by the turned halves. */
  readonly swapped?: boolean;
}

const sliced = (b: Builder, x: string, at: string): readonly [string, string] => [
  b.op('Slice', [x, b.ints([0]), at, b.ints([3]), b.ints([1])]),
  b.op('Slice', [x, at, b.ints([2 ** 52]), b.ints([3]), b.ints([1])]),
];
/** Half of the last size, as exporters compute it. */
function computedHalf(b: Builder, x: string): string {
  const last = b.op('Gather', [b.op('Shape', [x]), b.constant(int64Tensor([], [3]))]);
  const middle = b.op('Cast', [b.op('Div', [last, b.constant(int64Tensor([], [2]))])], { to: ElementType.int64 });
  return b.op('Unsqueeze', [middle, b.ints([0])]);
}

/** Rotary positions as an exporter of transformers' code writes them. */
function exported({
  halves = (b, x) => sliced(b, x, b.ints([half])),
  turned = (b, first, second) => b.op('Concat', [b.op('Neg', [second]), first], { axis: -1 }),
  angles = (b, pairs) => b.op('Concat', [pairs, pairs], { axis: -1 }),
  positions = 'position_ids',
  swapped = false,
}: Form): Model {
  const b = extendGraph(emptyGraph, '');
  b.input({ name: 'hidden', type: ElementType.float, dims: ['batch', 'sequence', heads * headSize] });
  b.input({ name: positions, type: ElementType.int64, dims: ['batch', 'sequence'] });
  const frequencies = b.constant(
    floatTensor(
      [1, half, 1],
      Array.from({ length: half }, (_, i) => 0.3 ** i),
    ),
  );
  const at = b.op('Cast', [b.op('Unsqueeze', [positions, b.ints([1])])], { to: ElementType.float });
  const pairs = b.op('Transpose', [b.op('MatMul', [frequencies, at])], { perm: [0, 2, 1] });
  const all = angles(b, pairs);
  const table = (op: string): string => b.op('Unsqueeze', [b.op('Mul', [b.op(op, [all]), b.scalar(1.5)]), b.ints([1])]);
  const [cos, sin] = swapped ? [table('Sin'), table('Cos')] : [table('Cos'), table('Sin')];
  const parted = b.op('Reshape', ['hidden', b.ints([0, 0, heads, headSize])]);
  const x = b.op('Transpose', [parted], { perm: [0, 2, 1, 3] });
  const rotated = b.op('Add', [
    b.op('Mul', [x, cos!]),
    b.op('Mul', [turned(b, ...(halves(b, x) as [string, string])), sin!]),
  ]);
  b.alias(rotated, 'rotated');
  return standardModel(b.graph([{ name: 'rotated', type: ElementType.float }]));
}

async function run(model: Model, batch: number, sequence: number): Promise<Float32Array> {
  const session = await openSession(model, { threads: 1, optimize: false });
  const hidden = Float32Array.from({ length: batch * sequence * heads * headSize }, (_, i) => Math.sin(i));
  const ids = Array.from({ length: batch * sequence }, (_, i) => ((i * 7) % 40) + (i % sequence));
  const { rotated } = await session.run({
    hidden: floats([batch, sequence, heads * headSize], hidden),
    position_ids: int64s([batch, sequence], ids),
  });
  await session.release();
  return rotated!.data as Float32Array;
}

const known: Readonly<Record<string, Form>> = {
  'by slices': {},
  'by slices at a computed half': { halves: (b, x) => sliced(b, x, computedHalf(b, x)) },
  'by a split': { halves: (b, x) => b.ops('Split', [x, b.ints([half, half])], 2, { axis: -1 }) as [string, string] },
};

/** Look like it, and are other numbers, or need not be the same. */
const others: Readonly<Record<string, Form>> = {
  'slices that are no halves': { halves: (b, x) => sliced(b, x, b.ints([half - 1])) },
  'a split into other parts': {
    halves: (b, x) => b.ops('Split', [x, b.ints([half + 1, half - 1])], 2, { axis: -1 }) as [string, string],
  },
  'halves in the other order': { halves: (b, x) => [...sliced(b, x, b.ints([half]))].reverse() as [string, string] },
  'the first half negated': {
    turned: (b, first, second) => b.op('Concat', [second, b.op('Neg', [first])], { axis: -1 }),
  },
  'angles that are not the same for both halves': {
    angles: (b, pairs) => b.op('Concat', [pairs, b.op('Mul', [pairs, b.scalar(2)])], { axis: -1 }),
  },
  'sines in place of cosines': { swapped: true },
  'positions of another input': { positions: 'other_ids' },
};

describe('rotary positions that an exporter wrote out', () => {
  it.each(Object.entries(known))('%s become one operator, with the same numbers', async (_, form) => {
    const model = exported(form);
    const fused = fuseRotary(model);
    expect(fused.graph.nodes.filter(({ op }) => op === 'RotaryEmbedding')).toHaveLength(1);
    expect(fused.graph.nodes.filter(({ op }) => op === 'Neg' || op === 'Slice')).toEqual([]);
    for (const [batch, sequence] of [
      [1, 1],
      [2, 5],
      [4, 1],
    ] as const) {
      const [expected, found] = [await run(model, batch, sequence), await run(fused, batch, sequence)];
      expect(found).toHaveLength(expected.length);
      found.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 5));
    }
  });

  it.each(Object.entries(others))('%s are left as they are', (_, form) => {
    const model = exported(form);
    expect(fuseRotary(model)).toBe(model);
  });
});
