import * as l10n from '@vscode/l10n';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { isObject } from '../../channel/guards';
import { parseJson } from '../../files/jsonFile';
import { Failure } from '../../failure';
import { damagedFile } from '../../onnx/damagedFile';
import { elementCount } from '../../onnx/tensor';
import type { StoredWeight } from './weights';
import { bytesOf, safetensorsFormats } from './numberFormats';

const headLength = 8;
/** What the format's own reader accepts. */
const longestHeader = 100e6;

const damaged = (file: string): Failure => damagedFile(file, l10n.t`safetensors file`);

/**
 * Where the weights of a safetensors file are: an 8-byte length, a JSON header, the numbers (format of
 * huggingface/safetensors). The numbers are not read.
 * @throws Failure "model-missing", "model-truncated", "checkpoint-type" for numbers other than F32, F16, BF16 and F64
 */
export function readSafetensorsHeader(file: string): ReadonlyMap<string, StoredWeight> {
  const { header, dataStart, size } = readHeader(file);
  const weights = new Map<string, StoredWeight>();
  for (const [name, entry] of Object.entries(header)) {
    if (name === '__metadata__') continue;
    if (!isEntry(entry)) throw damaged(file);
    const {
      dtype,
      shape,
      data_offsets: [from, to],
    } = entry;
    const format = Object.hasOwn(safetensorsFormats, dtype) ? safetensorsFormats[dtype] : undefined;
    if (!format)
      throw new Failure(
        'checkpoint-type',
        l10n.t`The weight "${name}" is stored as ${dtype}; F32, F16 and BF16 can be read.`,
        { file },
        l10n.t`Choose another variant of the model, or export it to ONNX.`,
      );
    if (to - from !== bytesOf(format, elementCount(shape)) || dataStart + to > size) throw damaged(file);
    weights.set(name, { dims: shape, format, region: { file, offset: dataStart + from, length: to - from } });
  }
  return weights;
}

function readHeader(file: string): {
  readonly header: Readonly<Record<string, unknown>>;
  readonly dataStart: number;
  readonly size: number;
} {
  let handle: number;
  try {
    handle = openSync(file, 'r');
  } catch (error) {
    throw new Failure(
      'model-missing',
      l10n.t`The weights file cannot be read (${String((error as NodeJS.ErrnoException).code)}).`,
      { file },
      l10n.t`Put it back, or add the model again.`,
    );
  }
  try {
    const { size } = fstatSync(handle);
    const head = Buffer.alloc(headLength);
    if (readSync(handle, head, 0, headLength, 0) < headLength) throw damaged(file);
    const length = Number(head.readBigUInt64LE());
    if (length > longestHeader || headLength + length > size) throw damaged(file);
    const text = Buffer.alloc(length);
    if (readSync(handle, text, 0, length, headLength) < length) throw damaged(file);
    const header = parseJson(text.toString('utf8'));
    if (!isObject(header)) throw damaged(file);
    return { header, dataStart: headLength + length, size };
  } catch (error) {
    throw error instanceof Failure ? error : damaged(file);
  } finally {
    closeSync(handle);
  }
}

interface Entry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

function isEntry(value: unknown): value is Entry {
  const { dtype, shape, data_offsets: offsets } = (value ?? {}) as Partial<Entry>;
  const sizes = (numbers: unknown): numbers is readonly number[] =>
    Array.isArray(numbers) && numbers.every((number) => Number.isSafeInteger(number) && number >= 0);
  return (
    typeof dtype === 'string' && sizes(shape) && sizes(offsets) && offsets.length === 2 && offsets[0]! <= offsets[1]!
  );
}
