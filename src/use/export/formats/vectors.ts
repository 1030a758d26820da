import { Failure } from '../../../failure';
import type { ExportSource } from '../exportSource';

/**
 * The vectors of a prompt that are all among the input embeddings, `[rows, hidden]`.
 * @param reader what is to read them
 * @throws Failure "nothing-to-export" where the method or the model cannot be carried so
 */
export function inputVectors({ adapter, prompt, model, placement }: ExportSource, reader: string): Float32Array {
  const refuse = (what: string): Failure =>
    new Failure('nothing-to-export', what, { file: adapter }, 'Export it with --format peft or onnx.');
  if (prompt.prefix)
    throw refuse(
      `The prompt holds keys and values in every layer (${placement.method}), which are no embeddings: ` +
        `${reader} cannot take them.`,
    );
  if (model.configuration.kind === 'masked') throw refuse(`A masked language model is nothing that ${reader} serves.`);
  if (model.signature.embeddingScale !== 1)
    throw refuse(
      `The model scales the vectors of words before its first layer; whether ${reader} does the same to vectors that ` +
        'it is given differs by its version.',
    );
  return prompt.values;
}

/** A matrix as NumPy's own file (format version 1.0): little-endian float32 in the order of C. */
export function npyFile(dims: readonly number[], values: Float32Array): Uint8Array {
  const shape = `(${dims.join(', ')}${dims.length === 1 ? ',' : ''})`;
  const head = `{'descr': '<f4', 'fortran_order': False, 'shape': ${shape}, }`;
  const length = Math.ceil((preambleLength + head.length + 1) / alignment) * alignment - preambleLength;
  const preamble = Buffer.from([0x93, ...Buffer.from('NUMPY'), 1, 0, length & 0xff, length >> 8]);
  const numbers = Buffer.alloc(values.byteLength);
  values.forEach((value, i) => numbers.writeFloatLE(value, 4 * i));
  return Buffer.concat([preamble, Buffer.from(`${head.padEnd(length - 1)}\n`, 'latin1'), numbers]);
}

const preambleLength = 10;
const alignment = 64;
