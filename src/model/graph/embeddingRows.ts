import * as l10n from '@vscode/l10n';
import { Failure } from '../../failure';
import { ElementType, intAttribute, producers, type Graph, type Node, type Tensor } from '../../onnx/graph';
import { elementCount, elementSize, tensorNumbers, tensorRows } from '../../onnx/tensor';
import { unreadPart, type OperatorReading } from '../../onnx/operatorReading';
import { looksUpColumns } from './embeddingTable';
import type { Signature } from './signature';
import type { TrainingGraph } from './trainingGraph';

/**
 * Vectors of tokens as they enter the first layer: rows of the table, dequantised and scaled as the graph does it.
 * @returns `[tokens, hidden]`
 * @throws Failure "model-signature" for a table stored in a way that cannot be read row by row
 */
export function embeddingRows(
  { graph }: { readonly graph: TrainingGraph },
  signature: Signature,
  tokens: readonly number[],
): Float32Array {
  const rows = unscaledRows(graph, signature, tokens);
  return signature.embeddingScale === 1 ? rows : rows.map((value) => value * signature.embeddingScale);
}

function unscaledRows(
  graph: Graph,
  { embedding, embeddingTable, embedded }: Signature,
  tokens: readonly number[],
): Float32Array {
  const table = graph.initializers.get(embeddingTable)!;
  const made = producers(graph);
  if (embedding.op === 'GatherBlockQuantized') return dequantizedRows(graph, blockQuantized(embedding, table), tokens);
  const before = dequantizer(made.get(embedding.inputs[0]!), made);
  const after = dequantizer(made.get(embedded), made);
  const node = before ?? after;
  if (!node) return looksUpColumns(embedding) ? columnsOf(table, tokens) : tensorRows(table, tokens);
  const [, scale, zeros] = node.inputs;
  return dequantizedRows(
    graph,
    {
      table,
      scale: scale!,
      zeros: zeros || undefined,
      width: elementCount(table.dims.slice(1)),
      bits: bitsOf(table.type),
      signed: isSigned(table.type),
      zeroPoint: 0,
    },
    tokens,
  );
}

/** Columns of a matrix `[width, words]` as float32. @returns `[tokens, width]` */
function columnsOf({ type, dims: [width, words], bytes }: Tensor, tokens: readonly number[]): Float32Array {
  const size = elementSize(type)!;
  const values = new Float32Array(tokens.length * width!);
  for (let i = 0; i < width!; i++) {
    const row = i * words! * size;
    tokens.forEach((token, t) => {
      const at = row + token * size;
      [values[t * width! + i]] = tensorNumbers({ type, dims: [1], bytes: bytes.subarray(at, at + size) }) as [number];
    });
  }
  return values;
}

/** The DequantizeLinear behind a value, through the scale and casts that may follow it. */
function dequantizer(node: Node | undefined, made: ReadonlyMap<string, Node>): Node | undefined {
  if (!node || node.op === 'DequantizeLinear') return node;
  return node.op === 'Mul' || node.op === 'Cast' || node.op === 'Identity'
    ? dequantizer(made.get(node.inputs[0]!), made)
    : undefined;
}

interface QuantizedTable {
  readonly table: Tensor;
  /** Names of the scales and zero points: one, one a row, or one a block of a row. */
  readonly scale: string;
  readonly zeros?: string;
  /** Numbers in a row. */
  readonly width: number;
  readonly bits: number;
  readonly signed: boolean;
  /** Where no zero points are given. */
  readonly zeroPoint: number;
}

const bitsOf = (type: number): number => (type === ElementType.uint4 || type === ElementType.int4 ? 4 : 8);
const isSigned = (type: number): boolean => type === ElementType.int8 || type === ElementType.int4;

/** Whole rows are looked up, and each is cut into blocks along its length. */
const blockQuantizedReading: OperatorReading = {
  inputs: ['data', 'indices', 'scales', 'zero_points'],
  attributes: ['bits', 'block_size'],
  idle: { gather_axis: 0, quantize_axis: 1 },
};

/**
 * Bytes of GatherBlockQuantized hold two four-bit numbers, the lower half first, with a zero point of 8; eight-bit ones
 * have 128.
 */
function blockQuantized(node: Node, table: Tensor): QuantizedTable {
  const packed = table.type === ElementType.uint8;
  const bits = packed ? intAttribute(node, 'bits', 4) : bitsOf(table.type);
  const width = elementCount(table.dims.slice(1)) * (packed ? 8 / bits : 1);
  if (unreadPart(node, blockQuantizedReading)) throw unreadable();
  return {
    table,
    scale: node.inputs[2]!,
    zeros: node.inputs[3] || undefined,
    width,
    bits,
    signed: isSigned(table.type),
    zeroPoint: packed ? 2 ** (bits - 1) : 0,
  };
}

const unreadable = (): Failure =>
  new Failure(
    'model-signature',
    l10n.t`The embedding table is stored in a way that cannot be read token by token.`,
    {},
    l10n.t`Choose another file of the model.`,
  );

/** scale (q - zero), row by row. */
function dequantizedRows(
  graph: Graph,
  { table, scale, zeros, width, bits, signed, zeroPoint }: QuantizedTable,
  tokens: readonly number[],
): Float32Array {
  const scales = constantNumbers(graph, scale);
  const zeroTensor = zeros === undefined ? undefined : graph.initializers.get(zeros);
  const rows = table.dims[0]!;
  const blocks = scales.length <= 1 ? 0 : scales.length / rows;
  if (blocks !== 0 && !Number.isInteger(blocks)) throw unreadable();
  const values = new Float32Array(tokens.length * width);
  tokens.forEach((token, t) => {
    for (let i = 0; i < width; i++) {
      const at = blocks === 0 ? 0 : token * blocks + Math.floor((i * blocks) / width);
      const zero = zeroTensor
        ? whole(
            zeroTensor.bytes,
            zeroIndex(at, { token, blocks, packed: bits === 4 && zeroTensor.type === ElementType.uint8 }),
            { bits: zeroTensor.type === ElementType.uint8 && bits === 4 ? 4 : bitsOf(zeroTensor.type), signed },
          )
        : zeroPoint;
      values[t * width + i] = scales[at]! * (whole(table.bytes, token * width + i, { bits, signed }) - zero);
    }
  });
  return values;
}

/** Four-bit zero points that are packed into bytes begin each row at a byte; a tensor of them does not. */
const zeroIndex = (
  at: number,
  { token, blocks, packed }: { readonly token: number; readonly blocks: number; readonly packed: boolean },
): number => (packed && blocks % 2 === 1 ? token * (blocks + 1) + (at - token * blocks) : at);

function whole(
  bytes: Uint8Array,
  index: number,
  { bits, signed }: { readonly bits: number; readonly signed: boolean },
): number {
  const unsigned = bits === 8 ? bytes[index]! : (bytes[index >> 1]! >> (4 * (index & 1))) & 15;
  return signed && unsigned >= 2 ** (bits - 1) ? unsigned - 2 ** bits : unsigned;
}

/** Numbers of a constant, through the cast to float32. */
function constantNumbers(graph: Graph, name: string): readonly number[] {
  const tensor = graph.initializers.get(name) ?? graph.initializers.get(producers(graph).get(name)?.inputs[0] ?? '');
  if (!tensor) throw unreadable();
  return tensorNumbers(tensor);
}
