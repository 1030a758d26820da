import { closeSync, openSync, writeSync } from 'node:fs';
import type { LanguageModel } from '../../../src/model/openModel';
import { ElementType, producers, type Node, type Tensor } from '../../../src/onnx/graph';
import { storedTensor } from '../../../src/onnx/fileRegion';
import { tensorNumbers } from '../../../src/onnx/tensor';

const block = 32;
/** Weights begin at multiples of this. */
const alignment = 64;

/** How the matrices of a model are stored and multiplied, see {@link storedInBlocks}. */
export interface Storage {
  readonly bits: 4 | 8;
  /** The type that the runtime multiplies in, as MatMulNBits counts them; floats are ordinary products. */
  readonly level: number | 'floats';
}

/** As `8:floats`, `4:1`. */
export function readStorage(text: string): Storage {
  const [bits, level] = text.split(':');
  return { bits: Number(bits) as Storage['bits'], level: level === 'floats' ? level : Number(level) };
}

/**
 * The model with the matrices of its layers rounded to so many bits, each block of a row with a scale of its own and no
 * zero point, as GGUF's Q4_0 and Q8_0: multiplied in blocks, or as the same numbers in floats.
 * @param file where the rounded weights are written, so that they are mapped as a model's own are
 */
export function storedInBlocks(model: LanguageModel, { bits, level }: Storage, file: string): LanguageModel {
  const { graph } = model.trainingModel;
  const made = producers(graph);
  const initializers = new Map(graph.initializers);
  const writer = openWriter(file);
  const nodes = graph.nodes.map((node): Node => {
    const found = node.op === 'MatMul' ? weightOf(node.inputs[1]!) : undefined;
    if (!found || found.tensor.dims.includes(model.configuration.vocabularySize)) return node;
    const { tensor, turned } = found;
    const [rows, columns] = turned
      ? (tensor.dims as [number, number])
      : ([...tensor.dims].reverse() as [number, number]);
    if (columns % block !== 0) return node;
    const values = turned ? tensorNumbers(tensor) : transposed(tensorNumbers(tensor), columns, rows);
    const { whole, scales } = rounded(values, bits);
    const name = `${node.inputs[1]}/rounded`;
    const half = 2 ** (bits - 1);
    if (level === 'floats') {
      const numbers = Float32Array.from(whole, (value, i) => (value - half) * scales[Math.floor(i / block)]!);
      const own = turned ? numbers : Float32Array.from(transposed([...numbers], rows, columns));
      initializers.set(name, writer.write(ElementType.float, tensor.dims, own));
      const turn = made.get(node.inputs[1]!);
      return turned && turn
        ? { ...node, inputs: [node.inputs[0]!, `${name}/turned`] }
        : { ...node, inputs: [node.inputs[0]!, name] };
    }
    const bytes =
      bits === 8
        ? whole
        : Uint8Array.from({ length: whole.length / 2 }, (_, i) => whole[2 * i]! | (whole[2 * i + 1]! << 4));
    initializers.set(name, writer.write(ElementType.uint8, [rows, columns / block, (block * bits) / 8], bytes));
    initializers.set(`${name}/scales`, writer.write(ElementType.float, [rows * (columns / block)], scales));
    const sizes = { K: columns, N: rows, bits, block_size: block, accuracy_level: level };
    return {
      ...node,
      op: 'MatMulNBits',
      domain: 'com.microsoft',
      inputs: [node.inputs[0]!, name, `${name}/scales`],
      attributes: Object.fromEntries(Object.entries(sizes).map(([key, value]) => [key, { kind: 'int', value }])),
    };
  });
  writer.close();
  const turns = nodes.flatMap((node): readonly Node[] => {
    const [, weight] = node.inputs;
    if (node.op !== 'MatMul' || !weight?.endsWith('/turned')) return [];
    const name = weight.slice(0, -'/turned'.length);
    const perm = { kind: 'ints', value: [1, 0] } as const;
    return [{ op: 'Transpose', domain: '', name: weight, inputs: [name], outputs: [weight], attributes: { perm } }];
  });
  const opsets = new Map([...model.trainingModel.opsets, ['com.microsoft', 1]] as const);
  return {
    ...model,
    trainingModel: { ...model.trainingModel, opsets, graph: { ...graph, initializers, nodes: [...turns, ...nodes] } },
  } as LanguageModel;

  function weightOf(value: string): { readonly tensor: Tensor; readonly turned: boolean } | undefined {
    const node = made.get(value);
    const tensor = graph.initializers.get(node?.op === 'Transpose' ? node.inputs[0]! : value);
    return tensor?.dims.length === 2 ? { tensor, turned: node !== undefined } : undefined;
  }
}

const transposed = (values: readonly number[], rows: number, columns: number): readonly number[] =>
  Array.from({ length: values.length }, (_, i) => values[(i % rows) * columns + Math.floor(i / rows)]!);

/** Whole numbers above zero, and the scale of each block. */
function rounded(
  values: readonly number[],
  bits: number,
): { readonly whole: Uint8Array; readonly scales: Float32Array } {
  const half = 2 ** (bits - 1);
  const scales = new Float32Array(values.length / block);
  for (let i = 0; i < values.length; i++) {
    const at = Math.floor(i / block);
    scales[at] = Math.max(scales[at]!, Math.abs(values[i]!) / (half - 1));
  }
  const whole = Uint8Array.from(values, (value, i) => Math.round(value / (scales[Math.floor(i / block)]! || 1)) + half);
  return { whole, scales };
}

function openWriter(file: string): {
  write(type: ElementType, dims: readonly number[], values: Uint8Array | Float32Array): Tensor;
  close(): void;
} {
  const handle = openSync(file, 'w');
  let end = 0;
  return {
    write(type, dims, values) {
      const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
      for (let done = 0; done < bytes.length;) done += writeSync(handle, bytes, done, bytes.length - done, end + done);
      const tensor = storedTensor({ type, dims }, { file, offset: end, length: bytes.length });
      end = Math.ceil((end + bytes.length) / alignment) * alignment;
      return tensor;
    },
    close: () => closeSync(handle),
  };
}
