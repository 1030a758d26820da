import { expect, it } from 'vitest';
import { probeShapes } from '../../src/autodiff/probeShapes';
import { openTracedShapes } from '../../src/autodiff/tracedShapes';
import { extendGraph, emptyGraph, standardModel, type Builder } from '../../src/onnx/builder';
import { ElementType, type Graph } from '../../src/onnx/graph';
import { floats, int64s, openSession, type Feeds } from '../../src/onnx/runtime/session';
import { floatTensor } from '../../src/onnx/tensor';

const [hidden, heads, groups, size] = [12, 2, 2, 3];

/** Attention of grouped queries behind a past that all rows share, as decoders are built. */
function attention(b: Builder): readonly string[] {
  b.input({ name: 'ids', type: ElementType.int64, dims: ['batch', 'sequence'] });
  b.input({ name: 'past', type: ElementType.float, dims: ['past', 2 * heads * size] });
  const weight = (name: string, dims: readonly number[]): string =>
    b.weight(name, floatTensor(dims, new Array<number>(dims.reduce((a, n) => a * n)).fill(0.1)));
  const x = b.op('Gather', [weight('table', [9, hidden]), 'ids']);
  const normed = b.op('Mul', [b.op('Div', [x, b.op('ReduceMax', [x, b.ints([-1])], { keepdims: 1 })]), b.scalar(2)]);
  const q = b.op('MatMul', [normed, weight('q', [hidden, heads * groups * size])]);
  const split = b.op('Reshape', [q, b.ints([0, 0, heads, groups, size])]);
  const grouped = b.op('Transpose', [split], { perm: [0, 2, 3, 1, 4] });
  const queries = b.op('Reshape', [grouped, b.ints([0, heads, -1, size])]);
  const k = b.op('MatMul', [normed, weight('k', [hidden, heads * size])]);
  const own = b.op('Transpose', [b.op('Reshape', [k, b.ints([0, 0, heads, size])])], { perm: [0, 2, 1, 3] });
  const batch = b.op('Shape', ['ids'], { start: 0, end: 1 });
  const rows = b.op('Transpose', [b.op('Reshape', ['past', b.ints([0, 2, heads, size])])], { perm: [1, 2, 0, 3] });
  const [shared] = b.ops('Split', [rows, b.ints([1, 1])], 2, { axis: 0 });
  const before = b.op('Expand', [shared!, b.op('Concat', [batch, b.ints([1, 1, 1])], { axis: 0 })]);
  const keys = b.op('Concat', [before, own], { axis: 2 });
  const scores = b.op('MatMul', [queries, b.op('Transpose', [keys], { perm: [0, 1, 3, 2] })]);
  const weights = b.op('Softmax', [scores], { axis: -1 });
  const context = b.op('MatMul', [weights, keys]);
  const apart = b.op('Reshape', [context, b.ints([0, heads, groups, -1, size])]);
  const together = b.op('Reshape', [
    b.op('Transpose', [apart], { perm: [0, 3, 1, 2, 4] }),
    b.ints([0, 0, heads * groups * size]),
  ]);
  const out = b.op('Add', [x, b.op('MatMul', [together, weight('o', [heads * groups * size, hidden])])]);
  const [half] = b.ops('Split', [out, b.ints([hidden / 2, hidden / 2])], 2, { axis: -1 });
  return [
    x,
    normed,
    q,
    split,
    grouped,
    queries,
    own,
    before,
    keys,
    scores,
    weights,
    context,
    apart,
    together,
    out,
  ].concat(half!);
}

const feedsOf = (batch: number, sequence: number, past: number): Feeds => ({
  ids: int64s(
    [batch, sequence],
    Array.from({ length: batch * sequence }, (_, i) => i % 9),
  ),
  past: floats([past, 2 * heads * size], new Float32Array(2 * heads * past * size).fill(0.5)),
});
const probes = [feedsOf(3, 7, 5), feedsOf(5, 9, 8)] as const;

/** What is traced of values and what they have, for inputs of other sizes. */
async function compare(graph: Graph, values: readonly string[], feeds: readonly Feeds[]): Promise<readonly string[]> {
  const model = standardModel(graph);
  const computed = graph.nodes.flatMap(({ op, outputs }) => (op === 'Shape' ? [] : outputs));
  const shapes = await probeShapes(model, [...graph.inputs.map(({ name }) => name), ...computed], [], probes);
  const b = extendGraph(graph, 'traced/');
  const trace = openTracedShapes(b, graph, shapes);
  const found = values.flatMap((value) => {
    const traced = trace(value);
    return traced === undefined ? [] : [{ value, traced: b.alias(traced, `${value}/traced`) }];
  });
  const real = found.map(({ value }) => b.alias(b.op('Shape', [value]), `${value}/real`));
  const outputs = [...found.map(({ traced }) => traced), ...real].map((name) => ({ name, type: ElementType.int64 }));
  const session = await openSession({ ...model, graph: b.graph(outputs) }, { threads: 1 });
  for (const feed of feeds) {
    const results = await session.run(feed);
    for (const { value } of found)
      expect(results[`${value}/traced`]!.data, value).toEqual(results[`${value}/real`]!.data);
  }
  await session.release();
  return found.map(({ value }) => value);
}

it('shapes of attention follow from the inputs, whatever their sizes', async () => {
  const b = extendGraph(emptyGraph, '');
  const values = attention(b);
  const last = values.at(-1)!;
  const graph = b.graph([{ name: last, type: ElementType.float }]);
  const feeds = [feedsOf(1, 1, 1), feedsOf(1, 4, 0), feedsOf(4, 1, 3), feedsOf(2, 6, 6), feedsOf(6, 5, 1)];
  expect(await compare(graph, values, feeds)).toEqual(values);
});

it('a shape does not follow from what was seen of it where a slice may reach beyond the end', async () => {
  const b = extendGraph(emptyGraph, '');
  b.input({ name: 'ids', type: ElementType.int64, dims: ['batch', 'sequence'] });
  b.input({ name: 'past', type: ElementType.float, dims: ['past', 2 * heads * size] });
  const x = b.op('Cast', ['ids'], { to: ElementType.float });
  const first = b.op('Slice', [x, b.ints([0]), b.ints([2]), b.ints([1])]);
  const twice = b.op('Mul', [first, b.scalar(2)]);
  const values = [x, first, twice];
  const graph = b.graph([
    { name: b.op('Add', [twice, b.op('ReduceSum', ['past'], { keepdims: 0 })]), type: ElementType.float },
  ]);
  expect(await compare(graph, values, [feedsOf(2, 1, 1), feedsOf(1, 4, 2)])).toEqual([x]);
});
