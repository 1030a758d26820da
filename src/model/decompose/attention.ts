import type { Builder } from '../../onnx/builder';
import {
  ElementType,
  floatAttribute,
  intAttribute,
  intsAttribute,
  producers,
  type Graph,
  type Node,
} from '../../onnx/graph';
import { floatTensor } from '../../onnx/tensor';
import { float, type Decompositions, type DecompositionContext } from './decomposition';
import { attend, attendApart, behind, causalBias, excludeUnless, paddingBias, splitHeads } from './dotProduct';

/** Fused attention: onnxruntime/docs/ContribOperators.md, and Attention of ONNX's operator set 23. */
export const attention: Decompositions = {
  'com.microsoft.Attention': {
    inputs: ['input', 'weights', 'bias', 'mask_index', 'past', 'attention_bias'],
    attributes: ['num_heads', 'unidirectional', 'scale', 'qkv_hidden_sizes', 'mask_filter_value', 'do_rotary'],
    // It says how wide a rotation is that do_rotary asks for.
    idle: { past_present_share_buffer: 0, rotary_embedding_dim: 0 },
    write: (node, b, { graph }) => writeAttention(node, b, graph),
  },
  'com.microsoft.MultiHeadAttention': {
    inputs: ['query', 'key', 'value', 'bias', 'key_padding_mask', 'attention_bias', 'past_key', 'past_value'],
    attributes: ['num_heads', 'unidirectional', 'scale', 'mask_filter_value'],
    write: (node, b, { graph }) => writeMultiHeadAttention(node, b, graph),
  },
  'com.microsoft.GroupQueryAttention': {
    inputs: [
      'query',
      'key',
      'value',
      'past_key',
      'past_value',
      // Lengths of the rows, which the mask says.
      'seqlens_k',
      'total_sequence_length',
      'cos_cache',
      'sin_cache',
      'position_ids',
      'attention_bias',
      'head_sink',
      // Scales of a quantised cache.
      '',
      '',
      'q_norm_weight',
      'k_norm_weight',
    ],
    attributes: [
      'num_heads',
      'kv_num_heads',
      'scale',
      'softcap',
      'smooth_softmax',
      'local_window_size',
      'do_rotary',
      'rotary_interleaved',
      'qk_norm_epsilon',
      // That the cache may drop what a window no longer shows; here it keeps all.
      'sliding_window_cache',
    ],
    // A cache of floats, and no attention weights among the outputs.
    idle: {
      causal: 1,
      k_quant_type: 'NONE',
      v_quant_type: 'NONE',
      kv_cache_bit_width: 0,
      qk_output: 0,
    },
    write: writeGroupQueryAttention,
  },
  Attention: {
    inputs: ['Q', 'K', 'V', 'attn_mask', 'past_key', 'past_value', 'nonpad_kv_seqlen'],
    attributes: ['q_num_heads', 'kv_num_heads', 'is_causal', 'scale', 'softcap'],
    // What a fourth output would hold, and the precision of a softmax that is in float32 here.
    idle: { qk_matmul_output_mode: 0, softmax_precision: 1 },
    write: (node, b, { graph }) => writeStandardAttention(node, b, graph),
  },
};

/** Sums of scores that are excluded by so much or more vanish in float32. */
const excludedFrom = -1000;

/** A mask that only weakens what it hides is another function. */
function requireExclusion(node: Node): void {
  const filter = floatAttribute(node, 'mask_filter_value', -10000);
  if (filter > excludedFrom) throw new RangeError(`a mask that adds ${filter} (mask_filter_value)`);
}

function writeAttention(node: Node, b: Builder, graph: Graph): readonly (string | undefined)[] {
  const [input, weights, bias, mask, past, added] = node.inputs;
  const heads = intAttribute(node, 'num_heads', 0);
  if (intAttribute(node, 'do_rotary', 0)) throw new RangeError('its own rotation (do_rotary)');
  requireExclusion(node);
  const product = b.op('MatMul', [input!, weights!]);
  const sizes = intsAttribute(node, 'qkv_hidden_sizes');
  const together = bias ? b.op('Add', [product, bias]) : product;
  const [q, newK, newV] = (
    sizes
      ? b.ops('Split', [together, b.ints(sizes)], 3, { axis: 2 })
      : b.ops('Split', [together], 3, { axis: 2, num_outputs: 3 })
  ).map((part) => splitHeads(b, part, heads)) as [string, string, string];
  const half = (i: number): string | undefined =>
    past && b.op('Squeeze', [b.op('Slice', [past, b.ints([i]), b.ints([i + 1]), b.ints([0])]), b.ints([0])]);
  const [k, v] = [behind(b, half(0), newK), behind(b, half(1), newV)];
  const biases = [
    ...(mask ? [rowMask(b, mask, k, graph)] : []),
    ...(added ? [added] : []),
    ...(intAttribute(node, 'unidirectional', 0) ? [causalBias(b, q, k)] : []),
  ];
  const present =
    sizes && sizes[1] !== sizes[2]
      ? undefined
      : b.op(
          'Concat',
          [k, v].map((part) => b.op('Unsqueeze', [part, b.ints([0])])),
          { axis: 0 },
        );
  return [attend(b, { q, k, v, heads, keyValueHeads: heads, scale: scaleOf(node), biases }), present];
}

function writeMultiHeadAttention(node: Node, b: Builder, graph: Graph): readonly (string | undefined)[] {
  requireExclusion(node);
  const [query, key, value, bias, mask, added, pastKey, pastValue] = node.inputs;
  const heads = intAttribute(node, 'num_heads', 0);
  if (!key || !value) throw new RangeError('keys and values packed into one input');
  const thirds = bias ? b.ops('Split', [bias], 3, { axis: 0, num_outputs: 3 }) : [];
  const [q, newK, newV] = [query!, key, value].map((part, i) =>
    splitHeads(b, thirds[i] ? b.op('Add', [part, thirds[i]]) : part, heads),
  ) as [string, string, string];
  const [k, v] = [behind(b, pastKey, newK), behind(b, pastValue, newV)];
  const biases = [
    ...(mask ? [rowMask(b, mask, k, graph)] : []),
    ...(added ? [added] : []),
    ...(intAttribute(node, 'unidirectional', 0) ? [causalBias(b, q, k)] : []),
  ];
  return [attend(b, { q, k, v, heads, keyValueHeads: heads, scale: scaleOf(node), biases }), k, v];
}

function writeGroupQueryAttention(
  node: Node,
  b: Builder,
  surroundings: DecompositionContext,
): readonly (string | undefined)[] {
  const [query, key, value, pastKey, pastValue, , , cos, sin, , added, sink, , , qNorm, kNorm] = node.inputs;
  const [heads, keyValueHeads] = [intAttribute(node, 'num_heads', 0), intAttribute(node, 'kv_num_heads', 0)];
  const parts =
    key && value
      ? [splitHeads(b, query!, heads), splitHeads(b, key, keyValueHeads), splitHeads(b, value, keyValueHeads)]
      : unpacked(b, query!, { heads, keyValueHeads });
  const [q, newK, v] = [parts[0]!, parts[1]!, behind(b, pastValue, parts[2]!)];
  const positions = intAttribute(node, 'do_rotary', 0) ? positionsOf(node, b, { surroundings, q, pastKey }) : undefined;
  const rotate = (part: string, count: number): string =>
    positions ? rotated(node, b, { part, positions, cos: cos!, sin: sin!, count, graph: surroundings.graph }) : part;
  const [rotatedQ, k] = [
    rotate(normalized(node, b, q, qNorm), heads),
    behind(b, pastKey, rotate(normalized(node, b, newK, kNorm), keyValueHeads)),
  ];
  const smooth =
    intAttribute(node, 'smooth_softmax', 0) > 0
      ? b.constant(floatTensor([heads], new Array<number>(heads).fill(0)))
      : undefined;
  const padding = surroundings.attentionMask ? [paddingBias(b, surroundings.attentionMask)] : [];
  const biases = [
    causalBias(b, q, k, intAttribute(node, 'local_window_size', -1)),
    ...padding,
    ...(added ? [added] : []),
  ];
  return [
    attend(b, {
      q: rotatedQ,
      k,
      v,
      heads,
      keyValueHeads,
      scale: scaleOf(node),
      softcap: floatAttribute(node, 'softcap', 0),
      biases,
      sink: sink || smooth,
    }),
    k,
    v,
  ];
}

function writeStandardAttention(node: Node, b: Builder, graph: Graph): readonly (string | undefined)[] {
  const [query, key, value, mask, pastKey, pastValue, lengths] = node.inputs;
  if (lengths) throw new RangeError('lengths of its keys (nonpad_kv_seqlen)');
  const [heads, keyValueHeads] = [intAttribute(node, 'q_num_heads', 0), intAttribute(node, 'kv_num_heads', 0)];
  const apart = !heads || !keyValueHeads;
  const [q, newK, newV] = apart
    ? [query!, key!, value!]
    : [splitHeads(b, query!, heads), splitHeads(b, key!, keyValueHeads), splitHeads(b, value!, keyValueHeads)];
  const [k, v] = [behind(b, pastKey, newK), behind(b, pastValue, newV)];
  const biases = [
    ...(mask ? [isBoolean(graph, mask) ? excludeUnless(b, mask) : mask] : []),
    ...(intAttribute(node, 'is_causal', 0) ? [causalBias(b, q, k)] : []),
  ];
  const product = { q, k, v, scale: scaleOf(node), softcap: floatAttribute(node, 'softcap', 0), biases };
  return [apart ? attendApart(b, product) : attend(b, { ...product, heads, keyValueHeads }), k, v];
}

/** Each head's queries or keys divided by their root mean square, before they are rotated (Qwen 3, Gemma 3). */
const normalized = (node: Node, b: Builder, part: string, weight: string | undefined): string =>
  weight
    ? b.op('SimplifiedLayerNormalization', [part, weight], {
        axis: -1,
        epsilon: float(floatAttribute(node, 'qk_norm_epsilon', 1e-6)),
      })
    : part;

/** 0 means 1/√size, as if it were left out. */
function scaleOf(node: Node): number | undefined {
  const scale = floatAttribute(node, 'scale', 0);
  return scale === 0 ? undefined : scale;
}

/**
 * Heads of queries, keys and values side by side in one value `[batch, sequence, (heads + 2 key/value heads) · size]`.
 */
function unpacked(
  b: Builder,
  packed: string,
  { heads, keyValueHeads }: { readonly heads: number; readonly keyValueHeads: number },
): readonly string[] {
  const all = splitHeads(b, packed, heads + 2 * keyValueHeads);
  return b.ops('Split', [all, b.ints([heads, keyValueHeads, keyValueHeads])], 3, { axis: 1 });
}

interface Positions {
  readonly surroundings: DecompositionContext;
  readonly q: string;
  readonly pastKey: string | undefined;
}

/**
 * Positions of the new tokens, [batch, sequence]: given, or counted over the tokens that are not padding, or from the
 * end of the past.
 */
function positionsOf(node: Node, b: Builder, { surroundings: { attentionMask }, q, pastKey }: Positions): string {
  const { op } = b;
  const given = node.inputs[9];
  if (given) return given;
  const length = op('Shape', [q], { start: 2, end: 3 });
  if (attentionMask) {
    const counted = op('Sub', [
      op('CumSum', [op('Cast', [attentionMask], { to: ElementType.int64 }), op('Squeeze', [b.ints([1])])]),
      b.ints([1]),
    ]);
    return op('Max', [op('Slice', [counted, op('Neg', [length]), b.ints([2 ** 31]), b.ints([1])]), b.ints([0])]);
  }
  const scalar = (value: string): string => op('Squeeze', [value]);
  const past = pastKey ? op('Shape', [pastKey], { start: 2, end: 3 }) : b.ints([0]);
  const row = op('Add', [op('Range', [scalar(b.ints([0])), scalar(length), scalar(b.ints([1]))]), past]);
  return op('Expand', [
    op('Unsqueeze', [row, b.ints([0])]),
    op('Concat', [op('Shape', [q], { start: 0, end: 1 }), b.ints([1])], { axis: 0 }),
  ]);
}

interface Rotation {
  readonly part: string;
  readonly positions: string;
  readonly cos: string;
  readonly sin: string;
  readonly count: number;
  readonly graph: Graph;
}

/** The tables hold half as many numbers as are rotated. */
function rotated(node: Node, b: Builder, { part, positions, cos, sin, count, graph }: Rotation): string {
  const width = columnsOf(cos, graph);
  if (width === undefined) throw new RangeError('a rotation whose tables are computed');
  return b.op('com.microsoft.RotaryEmbedding', [part, positions, cos, sin], {
    interleaved: intAttribute(node, 'rotary_interleaved', 0),
    num_heads: count,
    rotary_embedding_dim: 2 * width,
  });
}

/** Columns of a constant matrix, also behind a cast, or where it is chosen among several that are alike in that. */
function columnsOf(value: string, graph: Graph): number | undefined {
  const stored = graph.initializers.get(value);
  if (stored) return stored.dims[1];
  const made = producers(graph).get(value);
  const { value: constant } = made?.attributes ?? {};
  if (made?.op === 'Constant') return constant?.kind === 'tensor' ? constant.value.dims[1] : undefined;
  if (made?.op === 'Cast' || made?.op === 'Identity') return columnsOf(made.inputs[0]!, graph);
  if (made?.op !== 'If') return undefined;
  const place = made.outputs.indexOf(value);
  const widths = Object.values(made.attributes).map((branch) => {
    if (branch.kind !== 'graph') return undefined;
    const { nodes, initializers, outputs } = branch.value;
    const inside = { ...graph, nodes: [...graph.nodes, ...nodes] };
    return columnsOf(outputs[place]!.name, {
      ...inside,
      initializers: new Map([...graph.initializers, ...initializers]),
    });
  });
  return widths.every((width) => width === widths[0]) ? widths[0] : undefined;
}

/** A mask of rows `[batch, total]`, or the length of each row `[batch]`. @throws RangeError when it is neither */
function rowMask(b: Builder, mask: string, k: string, graph: Graph): string {
  const source = throughCasts(mask, graph);
  if (source === 'attention_mask') return paddingBias(b, mask);
  const made = producers(graph).get(source);
  if (made?.op !== 'EmbedLayerNormalization' && made?.op !== 'ReduceSum')
    throw new RangeError('a mask that does not follow from attention_mask');
  const [zero, one] = [0, 1].map((value) => b.op('Squeeze', [b.ints([value])])) as [string, string];
  const positions = b.op('Range', [zero, b.op('Squeeze', [b.op('Shape', [k], { start: 2, end: 3 })]), one]);
  const lengths = b.op('Unsqueeze', [b.op('Cast', [mask], { to: ElementType.int64 }), b.ints([1, 2, 3])]);
  return excludeUnless(b, b.op('Less', [positions, lengths]));
}

function throughCasts(value: string, graph: Graph): string {
  const made = producers(graph).get(value);
  return made && (made.op === 'Cast' || made.op === 'Identity') ? throughCasts(made.inputs[0]!, graph) : value;
}

const choosing = new Set([
  'And',
  'Or',
  'Not',
  'Xor',
  'Equal',
  'Less',
  'LessOrEqual',
  'Greater',
  'GreaterOrEqual',
  'IsNaN',
]);
const moving = new Set(['Reshape', 'Expand', 'Unsqueeze', 'Squeeze', 'Slice', 'Transpose', 'Identity', 'Concat']);

function isBoolean(graph: Graph, value: string): boolean {
  const type = graph.initializers.get(value)?.type ?? graph.inputs.find(({ name }) => name === value)?.type;
  if (type !== undefined) return type === ElementType.bool;
  const made = producers(graph).get(value);
  if (!made) return false;
  if (made.op === 'Cast') return intAttribute(made, 'to', 0) === ElementType.bool;
  if (moving.has(made.op)) return isBoolean(graph, made.inputs[0]!);
  return choosing.has(made.op);
}
