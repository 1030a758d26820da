import { describe, expect, it } from 'vitest';
import { operatorsWithoutRule } from '../../../src/autodiff/path';
import { decomposeModel, decompositions } from '../../../src/model/decompose/decomposeModel';
import { emptyGraph, extendGraph, type Attributes, type Builder } from '../../../src/onnx/builder';
import { ElementType, type Model, type Node } from '../../../src/onnx/graph';
import { unreadPart } from '../../../src/onnx/operatorReading';
import { floats, int64s, openSession, type Feeds } from '../../../src/onnx/runtime/session';
import { floatTensor } from '../../../src/onnx/tensor';
import { seededRandom } from '../../support/engine/random';

const [batch, length, past, heads, shared, size] = [2, 3, 2, 4, 2, 16];
const hidden = heads * size;
const total = past + length;

type Shape = readonly number[];

interface FusedCase {
  readonly op: string;
  /** Shapes of float inputs, by name. */
  readonly inputs: Readonly<Record<string, Shape>>;
  readonly outputs: number;
  /** Sequences, where the kernel takes only one with a past. */
  readonly rows?: number;
  readonly attributes?: Attributes;
  /** The operator's inputs, in its order; by default those above. */
  readonly operands?: (b: Builder) => readonly string[];
  /** Outputs that are compared, by place. */
  readonly compared?: readonly number[];
}

const value = (number: number): { readonly kind: 'float'; readonly value: number } => ({
  kind: 'float',
  value: number,
});
const table = (b: Builder, phase: number, width = size / 2): string =>
  b.constant(
    floatTensor(
      [16, width],
      Array.from({ length: 16 * width }, (_, i) => Math.cos(Math.floor(i / width) * 10 ** -(i % width) - phase)),
    ),
  );
const int32 = (b: Builder, name: string): string => b.op('Cast', [name], { to: ElementType.int32 });
const lengths = (b: Builder): string =>
  b.op('Cast', [b.op('Sub', [b.op('ReduceSum', ['attention_mask', b.ints([1])], { keepdims: 1 }), b.ints([1])])], {
    to: ElementType.int32,
  });
const whole = (b: Builder): string =>
  b.op('Cast', [b.op('Squeeze', [b.op('Shape', ['attention_mask'], { start: 1, end: 2 })])], { to: ElementType.int32 });

const grouped = (attributes: Attributes, { packed = false, sink = false } = {}): FusedCase => ({
  op: 'com.microsoft.GroupQueryAttention',
  outputs: 3,
  rows: 1,
  inputs: {
    ...(packed
      ? { q: [1, length, (heads + 2 * shared) * size] }
      : { q: [1, length, hidden], k: [1, length, shared * size], v: [1, length, shared * size] }),
    pastKey: [1, shared, past, size],
    pastValue: [1, shared, past, size],
    ...(sink && { sink: [heads] }),
  },
  attributes: { num_heads: heads, kv_num_heads: shared, ...attributes },
  operands: (b) => [
    'q',
    packed ? '' : 'k',
    packed ? '' : 'v',
    'pastKey',
    'pastValue',
    lengths(b),
    whole(b),
    table(b, 0),
    table(b, Math.PI / 2),
    ...(sink ? ['', '', 'sink'] : []),
  ],
});

const cases: Readonly<Record<string, FusedCase>> = {
  SkipLayerNormalization: {
    op: 'com.microsoft.SkipLayerNormalization',
    outputs: 4,
    compared: [0, 3],
    attributes: { epsilon: value(1e-3) },
    inputs: { x: [2, 3, 8], skip: [2, 3, 8], gamma: [8], beta: [8], bias: [8] },
  },
  SkipSimplifiedLayerNormalization: {
    op: 'com.microsoft.SkipSimplifiedLayerNormalization',
    outputs: 4,
    compared: [0, 3],
    attributes: { epsilon: value(1e-3) },
    inputs: { x: [2, 3, 8], skip: [2, 3, 8], gamma: [8] },
  },
  BiasGelu: { op: 'com.microsoft.BiasGelu', outputs: 1, inputs: { x: [2, 3, 8], bias: [8] } },
  EmbedLayerNormalization: {
    op: 'com.microsoft.EmbedLayerNormalization',
    outputs: 3,
    compared: [0, 2],
    attributes: { epsilon: value(1e-3) },
    inputs: { words: [9, 8], places: [7, 8], kinds: [2, 8], gamma: [8], beta: [8] },
    operands: (b) => [int32(b, 'ids'), int32(b, 'kindIds'), 'words', 'places', 'kinds', 'gamma', 'beta'],
  },
  'Attention that looks back only': {
    op: 'com.microsoft.Attention',
    outputs: 2,
    attributes: { num_heads: heads, unidirectional: 1 },
    inputs: {
      x: [batch, length, hidden],
      w: [hidden, 3 * hidden],
      bias: [3 * hidden],
      past: [2, batch, heads, past, size],
    },
    operands: () => ['x', 'w', 'bias', '', 'past'],
  },
  'Attention with a padding mask': {
    op: 'com.microsoft.Attention',
    outputs: 1,
    attributes: { num_heads: heads },
    inputs: { x: [batch, total, hidden], w: [hidden, 3 * hidden], bias: [3 * hidden] },
    operands: (b) => ['x', 'w', 'bias', int32(b, 'attention_mask')],
  },
  MultiHeadAttention: {
    op: 'com.microsoft.MultiHeadAttention',
    outputs: 3,
    attributes: { num_heads: heads, scale: value(0.3) },
    inputs: {
      q: [batch, length, hidden],
      k: [batch, length, hidden],
      v: [batch, length, hidden],
      bias: [3 * hidden],
      added: [batch, heads, length, total],
      pastKey: [batch, heads, past, size],
      pastValue: [batch, heads, past, size],
    },
    operands: () => ['q', 'k', 'v', 'bias', '', 'added', 'pastKey', 'pastValue'],
  },
  GroupQueryAttention: grouped({ scale: value(0.3) }),
  'GroupQueryAttention with its own rotation': grouped({ do_rotary: 1 }),
  'GroupQueryAttention with interleaved rotation': grouped({ do_rotary: 1, rotary_interleaved: 1 }),
  'GroupQueryAttention with a window and bounded scores': grouped({
    do_rotary: 1,
    local_window_size: 2,
    softcap: value(1.5),
  }),
  'GroupQueryAttention of packed heads': grouped({ do_rotary: 1 }, { packed: true }),
  'GroupQueryAttention with a sink in each head': grouped({}, { sink: true }),
  'GroupQueryAttention with shares that need not sum to one': grouped({ do_rotary: 1, smooth_softmax: 1 }),
  'Attention of values narrower than keys': {
    op: 'com.microsoft.Attention',
    outputs: 1,
    attributes: { num_heads: heads, qkv_hidden_sizes: [hidden, hidden, hidden / 2] },
    inputs: { x: [batch, length, hidden], w: [hidden, 2.5 * hidden], bias: [2.5 * hidden] },
    operands: () => ['x', 'w', 'bias'],
  },
  'Attention of the standard set, heads an axis of their own': {
    op: 'Attention',
    outputs: 3,
    attributes: { is_causal: 0, softcap: value(2) },
    inputs: {
      q: [batch, heads, length, size],
      k: [batch, shared, length, size],
      v: [batch, shared, length, size / 2],
      mask: [length, total],
      pastKey: [batch, shared, past, size],
      pastValue: [batch, shared, past, size / 2],
    },
  },
  'Attention of the standard set': {
    op: 'Attention',
    outputs: 3,
    attributes: { q_num_heads: heads, kv_num_heads: shared, is_causal: 0, scale: value(0.4), softcap: value(2) },
    inputs: {
      q: [batch, length, hidden],
      k: [batch, length, shared * size],
      v: [batch, length, shared * size],
      mask: [length, total],
      pastKey: [batch, shared, past, size],
      pastValue: [batch, shared, past, size],
    },
  },
};

/**
 * The fused operator alone, its outputs named y0, y1 …; token ids and a mask without padding stand beside the float
 * inputs.
 */
function fusedModel({ op, inputs, outputs, rows = batch, attributes, operands, compared }: FusedCase): Model {
  const b = extendGraph(emptyGraph, 'fused/');
  for (const [name, dims] of Object.entries(inputs)) b.input({ name, type: ElementType.float, dims });
  for (const name of ['attention_mask', 'ids', 'kindIds'])
    b.input({ name, type: ElementType.int64, dims: [rows, name === 'attention_mask' ? total : length] });
  const named = b.ops(op, operands?.(b) ?? Object.keys(inputs), outputs, attributes);
  const results = (compared ?? named.map((_, i) => i)).map((i) => ({
    name: b.alias(named[i]!, `y${i}`),
    type: ElementType.float,
  }));
  return {
    graph: b.graph(results),
    irVersion: 10,
    opsets: new Map([
      ['', op === 'Attention' ? 23 : 18],
      ['com.microsoft', 1],
    ]),
  };
}

function feedsOf({ inputs, rows = batch }: FusedCase, seed: number): Feeds {
  const random = seededRandom(seed);
  return {
    attention_mask: int64s([rows, total], new Array<number>(rows * total).fill(1)),
    ids: int64s([rows, length], [1, 5, 2, 8, 0, 3].slice(0, rows * length)),
    kindIds: int64s([rows, length], [0, 1, 1, 0, 0, 1].slice(0, rows * length)),
    ...Object.fromEntries(
      Object.entries(inputs).map(([name, dims]) => [
        name,
        floats(
          dims,
          Float32Array.from({ length: dims.reduce((a, c) => a * c, 1) }, () => random.between(-1, 1)),
        ),
      ]),
    ),
  };
}

async function run(model: Model, feeds: Feeds): Promise<Readonly<Record<string, readonly number[]>>> {
  const session = await openSession(model, { threads: 1 });
  const results = await session.run(feeds);
  await session.release();
  return Object.fromEntries(Object.entries(results).map(([name, { data }]) => [name, Array.from(data, Number)]));
}

describe('fused operators written out', () => {
  it.each(Object.entries(cases))("%s gives what the runtime's own kernel gives", async (_, example) => {
    const model = fusedModel(example);
    const written = decomposeModel(model);
    const name = example.op.split('.').at(-1)!;
    expect(written.graph.nodes.map((node) => node.op)).not.toContain(name);
    const feeds = feedsOf(example, 3);
    const [expected, actual] = [await run(model, feeds), await run(written, feeds)];
    for (const [output, numbers] of Object.entries(expected)) {
      expect(actual[output]!.length).toBe(numbers.length);
      const worst = Math.max(...numbers.map((number, i) => Math.abs(number - actual[output]![i]!)));
      expect([output, worst < 2e-5]).toEqual([output, true]);
    }
  });

  it.each(Object.entries(decompositions))(
    '%s is refused by name with an input or an attribute that its rule does not read',
    (name, { inputs }) => {
      const [op, domain] = [name.split('.').at(-1)!, name.split('.').slice(0, -1).join('.')];
      const modelOf = (given: readonly string[], attributes: Node['attributes']): Model => {
        const node: Node = { op, domain, name: 'fused', inputs: given, outputs: ['y'], attributes };
        return { irVersion: 8, opsets: new Map(), graph: { ...emptyGraph, nodes: [node] } };
      };
      const refusal = (model: Model): unknown => {
        try {
          return decomposeModel(model);
        } catch (error) {
          return error;
        }
      };
      const beyond = [...inputs.map(() => ''), 'invented'];
      expect(refusal(modelOf(beyond, {}))).toMatchObject({
        code: 'model-operator',
        message:
          `The operator ${name} (node "fused") has the input ${inputs.length} ("invented"), ` +
          'which is not understood.',
      });
      for (const [place, read] of inputs.entries())
        if (!read)
          expect(refusal(modelOf([...inputs.slice(0, place).map(() => ''), 'given'], {}))).toMatchObject({
            message: expect.stringContaining(`input ${place} ("given")`) as string,
          });
      expect(refusal(modelOf([], { invented: { kind: 'int', value: 3 } }))).toMatchObject({
        code: 'model-operator',
        message: `The operator ${name} (node "fused") has the attribute invented (3), which is not understood.`,
      });
    },
  );

  it.each(Object.entries(decompositions).filter(([, { idle }]) => idle))(
    '%s may state what changes nothing, and nothing else in its place',
    (name, { idle }) => {
      const [op, domain] = [name.split('.').at(-1)!, name.split('.').slice(0, -1).join('.')];
      for (const [attribute, value] of Object.entries(idle!)) {
        const node = (stated: string | number): Node => ({
          op,
          domain,
          name: 'fused',
          inputs: [],
          outputs: ['y'],
          attributes: {
            [attribute]:
              typeof stated === 'string' ? { kind: 'string', value: stated } : { kind: 'int', value: stated },
          },
        });
        expect(unreadPart(node(value as string | number), decompositions[name]!)).toBeUndefined();
        expect(unreadPart(node(typeof value === 'string' ? 'OTHER' : 7), decompositions[name]!)).toContain(attribute);
      }
    },
  );

  it('leave a form that is not covered as it is, and its node says why', async () => {
    const example: FusedCase = {
      ...cases['Attention with a padding mask']!,
      operands: (b) => [
        'x',
        'w',
        'bias',
        b.constant({ type: ElementType.int32, dims: [batch], bytes: new Uint8Array(Int32Array.of(3, 2).buffer) }),
      ],
    };
    const model = fusedModel(example);
    const written = decomposeModel(model);
    expect(written.graph.nodes.find(({ op }) => op === 'Attention')?.name).toMatch(
      /, with a mask that does not follow from attention_mask$/,
    );
    expect(await run(written, feedsOf(example, 3))).toEqual(await run(model, feedsOf(example, 3)));
    expect(operatorsWithoutRule(written.graph, 'y0', ['x'])).toEqual(['com.microsoft.Attention']);
  });
});
