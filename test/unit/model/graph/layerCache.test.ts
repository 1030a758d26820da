import { describe, expect, it } from 'vitest';
import { withLayerCache } from '../../../../src/model/graph/layerCache';
import { emptyGraph, extendGraph, standardModel, type Builder } from '../../../../src/onnx/builder';
import { ElementType, type Graph } from '../../../../src/onnx/graph';
import { floats, int64s, openSession, type Feeds } from '../../../../src/onnx/runtime/session';

const sizes = { layers: 1, heads: 2, keyValueHeads: 2, headSize: 3 };
const dims = ['batch', 2, 'sequence', 3] as const;

/** One attention over q, k and v as inputs. @param between what happens to the scores before the softmax */
function attention(
  between: (b: Builder, scores: string) => string,
  keys: (b: Builder) => string = (b) => b.op('Transpose', ['k'], { perm: [0, 1, 3, 2] }),
): Graph {
  const b = extendGraph(emptyGraph, '');
  b.input({ name: 'input_ids', type: ElementType.int64, dims: ['batch', 'sequence'] });
  b.input({ name: 'attention_mask', type: ElementType.int64, dims: ['batch', 'sequence'] });
  for (const name of ['q', 'k', 'v']) b.input({ name, type: ElementType.float, dims: [...dims] });
  const scores = between(b, b.op('MatMul', ['q', keys(b)]));
  b.alias(b.op('MatMul', [b.op('Softmax', [scores], { axis: -1 }), 'v']), 'y');
  return b.graph([{ name: 'y', type: ElementType.float }]);
}

const mask = (b: Builder): string =>
  b.op('Cast', [b.op('Unsqueeze', ['attention_mask', b.ints([1, 2])])], { to: ElementType.float });
const rootOfSize = (b: Builder): string =>
  b.op('Sqrt', [
    b.op('Cast', [b.op('Gather', [b.op('Shape', ['q']), b.ints([3])], { axis: 0 })], { to: ElementType.float }),
  ]);
const penalty = (b: Builder): string => b.op('Mul', [b.op('Sub', [b.scalar(1), mask(b)]), b.scalar(-1e9)]);

const known: Readonly<Record<string, Graph>> = {
  'divided by a constant, a mask added': attention((b, scores) =>
    b.op('Add', [b.op('Div', [scores, b.scalar(2)]), penalty(b)]),
  ),
  'divided by a root of the size, a mask chosen': attention((b, scores) =>
    b.op('Where', [b.op('Equal', [mask(b), b.scalar(0)]), b.scalar(-1e9), b.op('Div', [scores, rootOfSize(b)])]),
  ),
  'scaled on the side of the keys, bounded': attention(
    (b, scores) => b.op('Tanh', [scores]),
    (b) => b.op('Mul', [b.op('Transpose', ['k'], { perm: [0, 1, 3, 2] }), b.op('Reciprocal', [rootOfSize(b)])]),
  ),
};

const unknown: Readonly<Record<string, Graph>> = {
  'multiplied by a mask': attention((b, scores) => b.op('Mul', [scores, mask(b)])),
  'divided into something': attention((b, scores) => b.op('Div', [b.scalar(1), scores])),
  'reshaped on the way': attention((b, scores) => b.op('Reshape', [scores, b.op('Shape', [scores])])),
  'of keys that were not transposed': attention(
    (_, scores) => scores,
    (b) => b.op('Einsum', ['k'], { equation: { kind: 'string', value: 'bhsd->bhds' } }),
  ),
};

const numbers = (count: number, phase: number): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => Math.sin(1.3 * i + phase));
const rows = (length: number, phase: number): Feeds[string] => floats([1, 2, length, 3], numbers(6 * length, phase));

async function computed(graph: Graph, feeds: Feeds): Promise<Readonly<Record<string, readonly number[]>>> {
  const session = await openSession(standardModel(graph), { threads: 1 });
  const results = await session.run(feeds);
  await session.release();
  return Object.fromEntries(
    Object.entries(results).map(([name, { data }]) => [name, Array.from(data as Float32Array)]),
  );
}

/** Positions side by side, as the cache holds them: `[1, 2, past + length, 3]`. */
function joined(past: Feeds[string], own: Feeds[string]): Feeds[string] {
  const [a, b] = [past.data as Float32Array, own.data as Float32Array];
  const parts = [0, 1].flatMap((head) => [
    ...a.subarray((head * a.length) / 2, ((head + 1) * a.length) / 2),
    ...b.subarray((head * b.length) / 2, ((head + 1) * b.length) / 2),
  ]);
  return floats([1, 2, past.dims[2]! + own.dims[2]!, 3], Float32Array.from(parts));
}

const near = (values: readonly number[]): readonly unknown[] =>
  values.map((value) => expect.closeTo(value, 5) as unknown);

describe('scores that are', () => {
  it.each(Object.entries(known))(
    '%s: an empty past changes nothing, and a past is what keys and values in front would be',
    async (_, graph) => {
      const cached = withLayerCache(graph, sizes);
      expect(cached.inputs.map(({ name }) => name)).toEqual(
        expect.arrayContaining(['past_key_values.0.key', 'past_key_values.0.value']),
      );
      const own = { input_ids: int64s([1, 4], [1, 2, 3, 4]), q: rows(4, 0), k: rows(4, 1), v: rows(4, 2) };
      const masked = { ...own, attention_mask: int64s([1, 4], [1, 1, 1, 0]) };
      const none = floats([1, 2, 0, 3], new Float32Array());
      expect(
        (await computed(cached, { ...masked, 'past_key_values.0.key': none, 'past_key_values.0.value': none })).y,
      ).toEqual(near((await computed(graph, masked)).y!));
      const past = { 'past_key_values.0.key': rows(2, 3), 'past_key_values.0.value': rows(2, 4) };
      const whole = {
        ...own,
        input_ids: int64s([1, 6], [0, 0, 1, 2, 3, 4]),
        k: joined(past['past_key_values.0.key'], own.k),
        v: joined(past['past_key_values.0.value'], own.v),
        attention_mask: int64s([1, 6], [1, 1, 1, 1, 1, 0]),
      };
      const found = await computed(cached, { ...own, ...past, attention_mask: whole.attention_mask });
      expect(found.y).toEqual(near((await computed(graph, whole)).y!));
      expect([found['present.0.key'], found['present.0.value']]).toEqual([
        near([...whole.k.data].map(Number)),
        near([...whole.v.data].map(Number)),
      ]);
    },
  );

  it.each(Object.entries(unknown))('%s take no past, and the graph stays as it is', (_, graph) => {
    expect(withLayerCache(graph, sizes)).toBe(graph);
  });

  it('found in fewer layers than the model has take none either', () => {
    const [graph] = Object.values(known);
    expect(withLayerCache(graph!, { ...sizes, layers: 2 })).toBe(graph);
  });
});
