import { describe, expect, it } from 'vitest';
import { readInStretches, type Stretch } from '../../../src/decoding/stretches';
import { emptyGraph, extendGraph, standardModel, type Builder } from '../../../src/onnx/builder';
import { ElementType, keepOnly, type Graph } from '../../../src/onnx/graph';
import { floats, openSession, type Feeds } from '../../../src/onnx/runtime/session';

const heads = 2;
const size = 3;
const stretchesOf = (part: string): readonly Stretch[] => [
  { value: `opening_${part}`, shared: true },
  { value: `old_${part}`, shared: false },
  { value: `recent_${part}`, shared: false },
];

interface Attention {
  readonly graph: Graph;
  readonly joins: ReadonlyMap<string, readonly Stretch[]>;
}

/** softmax(q kᵀ) v over cached stretches and what `k` and `v` add. @param keys kᵀ from all keys */
function attention(keys: (b: Builder, all: string) => string): Attention {
  const b = extendGraph(emptyGraph, '');
  for (const name of ['q', 'k', 'v']) b.input({ name, type: ElementType.float });
  const joins = new Map<string, readonly Stretch[]>();
  const all = (part: string): string => {
    const stretches = stretchesOf(part);
    for (const { value } of stretches) b.input({ name: value, type: ElementType.float });
    const batch = b.op('Shape', [`old_${part}`], { start: 0, end: 1 });
    const rest = b.op('Shape', [`opening_${part}`], { start: 1, end: 4 });
    const opening = b.op('Expand', [`opening_${part}`, b.op('Concat', [batch, rest], { axis: 0 })]);
    const past = b.op('Concat', [opening, `old_${part}`, `recent_${part}`], { axis: 2 });
    joins.set(past, stretches);
    return b.op('Concat', [past, part], { axis: -2 });
  };
  const [k, v] = [all('k'), all('v')];
  const weights = b.op('Softmax', [b.op('MatMul', ['q', keys(b, k)])], { axis: -1 });
  b.alias(b.op('MatMul', [weights, v]), 'y');
  b.alias(b.op('Shape', [k], { start: 1, end: -1 }), 'sizes');
  b.alias(v, 'present');
  const graph = b.graph([
    { name: 'y', type: ElementType.float },
    { name: 'sizes', type: ElementType.int64 },
    { name: 'present', type: ElementType.float },
  ]);
  return { graph, joins };
}

const transposed = (b: Builder, all: string): string => b.op('Transpose', [all], { perm: [0, 1, 3, 2] });
const numbers = (rows: number, length: number, phase: number): Feeds[string] =>
  floats(
    [rows, heads, length, size],
    Float32Array.from({ length: rows * heads * length * size }, (_, i) => Math.sin(1.7 * i + phase)),
  );

const feedsOf = (rows: number, lengths: readonly [number, number, number, number]): Feeds => {
  const [opening, old, recent, read] = lengths;
  const cached = ['k', 'v'].flatMap((part, i) => [
    [`opening_${part}`, numbers(1, opening, i)],
    [`old_${part}`, numbers(rows, old, 2 + i)],
    [`recent_${part}`, numbers(rows, recent, 4 + i)],
    [part, numbers(rows, read, 6 + i)],
  ]);
  return { q: numbers(rows, read, 9), ...(Object.fromEntries(cached) as Feeds) };
};

async function computed(graph: Graph, feeds: Feeds): Promise<Readonly<Record<string, readonly number[]>>> {
  const session = await openSession(standardModel(keepOnly(graph, graph.outputs)), { threads: 1 });
  const results = await session.run(feeds).finally(() => session.release());
  return Object.fromEntries(Object.entries(results).map(([name, { data }]) => [name, Array.from(data, Number)]));
}

describe('keys and values that are read in stretches', () => {
  it.each([
    [3, [4, 5, 2, 1]],
    [3, [4, 5, 2, 6]],
    [2, [0, 3, 0, 1]],
    [2, [4, 0, 0, 7]],
    [1, [0, 0, 0, 2]],
  ] as const)('are the joined ones: %d sequences, of lengths %j', async (rows, lengths) => {
    const { graph, joins } = attention(transposed);
    const [expected, actual] = [
      await computed(graph, feedsOf(rows, lengths)),
      await computed(readInStretches(graph, joins).graph, feedsOf(rows, lengths)),
    ];
    expect(actual.sizes).toEqual(expected.sizes);
    expect(actual.present).toEqual(expected.present);
    expect(actual.y).toHaveLength(expected.y!.length);
    actual.y!.forEach((value, i) => expect(value).toBeCloseTo(expected.y![i]!, 5));
  });

  it('are not joined for the products', () => {
    const { graph, joins } = attention(transposed);
    const { graph: stretched } = readInStretches(graph, joins);
    const needed = keepOnly(
      stretched,
      stretched.outputs.filter(({ name }) => name === 'y'),
    );
    expect(needed.nodes.some(({ op }) => op === 'Expand')).toBe(false);
  });

  it('are joined where something else is done to them', async () => {
    const { graph, joins } = attention((b, all) =>
      b.op('Mul', [b.op('Transpose', [all], { perm: [0, 1, 3, 2] }), b.scalar(0.5)]),
    );
    const feeds = feedsOf(2, [3, 4, 1, 2]);
    const [expected, actual] = [
      await computed(graph, feeds),
      await computed(readInStretches(graph, joins).graph, feeds),
    ];
    actual.y!.forEach((value, i) => expect(value).toBeCloseTo(expected.y![i]!, 5));
  });

  it('say what came last', async () => {
    const { graph, joins } = attention(transposed);
    const { graph: stretched, lastOf } = readInStretches(graph, joins);
    expect(lastOf('y')).toBe('y');
    const outputs = [{ name: lastOf('present'), type: ElementType.float }];
    const feeds = feedsOf(1, [2, 2, 1, 1]);
    const { [lastOf('present')]: last } = await computed({ ...stretched, outputs }, feeds);
    const joined = (name: string): readonly number[] => Array.from(feeds[name]!.data, Number);
    const [recent, own] = [joined('recent_v'), joined('v')];
    expect(last).toEqual([
      ...[...recent.slice(0, size), ...own.slice(0, size)],
      ...[...recent.slice(size), ...own.slice(size)],
    ]);
  });
});
