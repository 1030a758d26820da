import { Failure } from '../failure';
import { halfToNumber } from '../onnx/tensor';

export interface NamedTensor {
  readonly dims: readonly number[];
  readonly values: Float32Array;
}

interface Entry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

/**
 * Reads a safetensors file: an 8-byte length, a JSON header, the numbers (format of huggingface/safetensors).
 * F32, F16 and BF16 all come out as float32.
 * @throws Failure "adapter-damaged", "adapter-type"
 */
export function readSafetensors(bytes: Uint8Array, file: string): ReadonlyMap<string, NamedTensor> {
  const damaged = (): Failure => new Failure('adapter-damaged', 'The file is not a complete safetensors file.', { file }, 'It is probably cut off: copy it again.');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.byteLength < 8) throw damaged();
  const length = Number(view.getBigUint64(0, true));
  if (length > bytes.byteLength - 8) throw damaged();
  let header: Record<string, Entry>;
  try {
    header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length))) as Record<string, Entry>;
  } catch {
    throw damaged();
  }
  const tensors = Object.entries(header).filter(([name]) => name !== '__metadata__').map(([name, entry]): [string, NamedTensor] => {
    const [from, to] = entry.data_offsets;
    if (8 + length + to > bytes.byteLength) throw damaged();
    return [name, { dims: entry.shape, values: decode(bytes.subarray(8 + length + from, 8 + length + to), entry.dtype, file) }];
  });
  return new Map(tensors);
}

function decode(bytes: Uint8Array, dtype: string, file: string): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  switch (dtype) {
    case 'F32': return Float32Array.from({ length: bytes.byteLength / 4 }, (_, i) => view.getFloat32(4 * i, true));
    case 'BF16': return Float32Array.from({ length: bytes.byteLength / 2 }, (_, i) => upperHalf(view.getUint16(2 * i, true)));
    case 'F16': return Float32Array.from({ length: bytes.byteLength / 2 }, (_, i) => halfToNumber(view.getUint16(2 * i, true)));
    default: throw new Failure('adapter-type', `The adapter stores numbers as ${dtype}, which is not supported.`, { file }, 'Save it as float32.');
  }
}

/** bfloat16 is the upper half of a float32. */
function upperHalf(bits: number): number {
  return new Float32Array(new Uint32Array([bits << 16]).buffer)[0]!;
}

/** A safetensors file of float32 tensors, with the metadata that PEFT expects. */
export function writeSafetensors(tensors: ReadonlyMap<string, NamedTensor>): Uint8Array {
  const header: Record<string, unknown> = { __metadata__: { format: 'pt' } };
  let offset = 0;
  for (const [name, { dims, values }] of tensors) {
    header[name] = { dtype: 'F32', shape: dims, data_offsets: [offset, offset + values.byteLength] };
    offset += values.byteLength;
  }
  // Readers map the file, so the numbers begin at a multiple of 8.
  const text = JSON.stringify(header);
  const head = new TextEncoder().encode(text.padEnd(Math.ceil(text.length / 8) * 8));
  const length = new Uint8Array(new BigUint64Array([BigInt(head.byteLength)]).buffer);
  const parts = [...tensors.values()].map(({ values }) => new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  return new Uint8Array(Buffer.concat([length, head, ...parts]));
}
