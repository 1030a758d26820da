import * as l10n from '@vscode/l10n';
import { isObject } from '../channel/guards';
import { parseJson } from '../files/jsonFile';
import { Failure } from '../failure';
import { ElementType } from '../onnx/graph';
import { elementCount, elementSize, tensorNumbers } from '../onnx/tensor';

export interface NamedTensor {
  readonly dims: readonly number[];
  readonly values: Float32Array;
}

interface Entry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

const elementTypes: Readonly<Record<string, ElementType>> = {
  F64: ElementType.double,
  F32: ElementType.float,
  F16: ElementType.float16,
  BF16: ElementType.bfloat16,
};

/**
 * Reads a safetensors file: an 8-byte length, a JSON header, the numbers (format of huggingface/safetensors).
 * F64, F32, F16 and BF16 all come out as float32.
 * @throws Failure "adapter-damaged", "adapter-type"
 */
export function readSafetensors(bytes: Uint8Array, file: string): ReadonlyMap<string, NamedTensor> {
  const damaged = (): Failure =>
    new Failure(
      'adapter-damaged',
      l10n.t`The file is not a complete safetensors file.`,
      { file },
      l10n.t`It is probably cut off: copy it again.`,
    );
  const parts = split(bytes);
  if (!parts) throw damaged();
  const { header, data } = parts;
  const tensors = Object.entries(header)
    .filter(([name]) => name !== '__metadata__')
    .map(([name, entry]): [string, NamedTensor] => {
      if (!isEntry(entry)) throw damaged();
      const [from, to] = entry.data_offsets;
      const type = elementTypes[entry.dtype];
      if (type === undefined)
        throw new Failure(
          'adapter-type',
          l10n.t`The adapter stores numbers as ${entry.dtype}, which is not supported.`,
          { file },
          l10n.t`Save it as float32.`,
        );
      if (from < 0 || to > data.byteLength || to - from !== elementCount(entry.shape) * elementSize(type)!)
        throw damaged();
      return [
        name,
        {
          dims: entry.shape,
          values: Float32Array.from(tensorNumbers({ type, dims: entry.shape, bytes: data.subarray(from, to) })),
        },
      ];
    });
  return new Map(tensors);
}

const headLength = 8;

function split(
  bytes: Uint8Array,
): { readonly header: Readonly<Record<string, unknown>>; readonly data: Uint8Array } | undefined {
  if (bytes.byteLength < headLength) return undefined;
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset, headLength).getBigUint64(0, true));
  if (length > bytes.byteLength - headLength) return undefined;
  const header = parseJson(new TextDecoder().decode(bytes.subarray(headLength, headLength + length)));
  return isObject(header) ? { header, data: bytes.subarray(headLength + length) } : undefined;
}

function isEntry(value: unknown): value is Entry {
  const { dtype, shape, data_offsets: offsets } = (value ?? {}) as Partial<Entry>;
  const sizes = (numbers: unknown): boolean =>
    Array.isArray(numbers) && numbers.every((number) => Number.isSafeInteger(number) && number >= 0);
  return typeof dtype === 'string' && sizes(shape) && sizes(offsets) && offsets?.length === 2;
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
  const size = new TextEncoder().encode(text).byteLength;
  const head = new TextEncoder().encode(text + ' '.repeat((headLength - (size % headLength)) % headLength));
  const length = new Uint8Array(new BigUint64Array([BigInt(head.byteLength)]).buffer);
  const parts = [...tensors.values()].map(
    ({ values }) => new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
  );
  return new Uint8Array(Buffer.concat([length, head, ...parts]));
}
