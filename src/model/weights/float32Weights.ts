import * as l10n from '@vscode/l10n';
import { statfsSync } from 'node:fs';
import { mkdir, open, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../../failure';
import { bytes } from '../../words/formatNumbers';
import { ElementType, type Tensor } from '../../onnx/graph';
import { elementCount, floatTensor } from '../../onnx/tensor';
import { mappedBytes, readRegion, storedTensor, type FileRegion } from '../../onnx/fileRegion';
import type { StoredWeight } from './weights';
import { float32, type NumberFormat } from './numberFormats';
import { cleanWeights, useWeights, float32Folder } from './float32Cache';

/** Changes when the numbers of converted weights would. */
const conversionVersion = 1;
/** Weights begin at multiples of this. */
const alignment = 64;
/** Numbers converted at a time; a multiple of every block. */
const chunk = 2 ** 20;
/** Space kept free beside what is written. */
const spareBytes = 100e6;

const float32Bytes = ({ dims }: StoredWeight): number => 4 * elementCount(dims);
const isFloat32 = ({ format, rowOrder }: StoredWeight): boolean => format === float32 && !rowOrder;
const isSmall = (weight: StoredWeight): boolean => float32Bytes(weight) < mappedBytes;

/**
 * The weights in float32. Large ones that are stored so stay where they are. Large ones in other formats (16-bit
 * floats, quantised blocks) are converted once, into one file per model, from which every session of every process then
 * maps them.
 * @param of the checkpoint: its hash names the file, its files are what the weights are kept for
 * @throws Failure "disk-space", "not-writable", "model-truncated", "model-missing"
 */
export async function weightsToFloat32(
  weights: ReadonlyMap<string, StoredWeight>,
  of: { readonly sha256: string; readonly files: readonly string[] },
): Promise<ReadonlyMap<string, Tensor>> {
  const converted = [...weights].filter(([, weight]) => !isFloat32(weight) && !isSmall(weight));
  const regions = converted.length ? await convertOnce(new Map(converted), of) : new Map<string, FileRegion>();
  return new Map(
    [...weights].map(([name, weight]): [string, Tensor] => {
      const { dims, region } = weight;
      if (isSmall(weight)) return [name, floatTensor(dims, toFloat32(weight, readRegion(region)))];
      return [name, storedTensor({ type: ElementType.float, dims }, regions.get(name) ?? region)];
    }),
  );
}

async function convertOnce(
  weights: ReadonlyMap<string, StoredWeight>,
  { sha256, files }: { readonly sha256: string; readonly files: readonly string[] },
): Promise<ReadonlyMap<string, FileRegion>> {
  const file = join(float32Folder(), `${sha256}.${conversionVersion}.f32`);
  const regions = new Map<string, FileRegion>();
  let end = 0;
  for (const [name, weight] of weights) {
    regions.set(name, { file, offset: end, length: float32Bytes(weight) });
    end += Math.ceil(float32Bytes(weight) / alignment) * alignment;
  }
  // Where nothing can be written, weights that are there can be used all the same.
  await useWeights(file, files).catch(() => undefined);
  const there = await stat(file).then(
    ({ size }) => size === end,
    () => false,
  );
  if (!there) await convert(weights, { file, regions, bytes: end });
  return regions;
}

async function convert(
  weights: ReadonlyMap<string, StoredWeight>,
  {
    file,
    regions,
    bytes,
  }: { readonly file: string; readonly regions: ReadonlyMap<string, FileRegion>; readonly bytes: number },
): Promise<void> {
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    await mkdir(float32Folder(), { recursive: true });
    await cleanWeights();
    requireSpace(bytes);
    const handle = await open(temporary, 'w');
    try {
      for (const [name, weight] of weights) await convertWeight(weight, handle, regions.get(name)!.offset);
      await handle.truncate(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    const { code } = error as NodeJS.ErrnoException;
    if (error instanceof Failure || !code) throw error;
    if (code === 'ENOSPC') throw tooSmall(bytes, 0);
    throw new Failure(
      'not-writable',
      l10n.t`The model's weights cannot be kept in float32 here (${code}).`,
      { file: float32Folder() },
      l10n.t`Set PROMPT_TUNER_HOME to a folder that you may write to.`,
    );
  }
}

function requireSpace(needed: number): void {
  const { bavail, bsize } = statfsSync(float32Folder());
  if (needed + spareBytes > bavail * bsize) throw tooSmall(needed, bavail * bsize);
}

const tooSmall = (needed: number, free: number): Failure =>
  new Failure(
    'disk-space',
    l10n.t`The model's weights take ${bytes(needed)} as float32 and ${bytes(free)} are free.`,
    { file: float32Folder() },
    l10n.t`Free some space, or set PROMPT_TUNER_HOME to a folder on a larger disk.`,
  );

/** A chunk at a time; a weight whose rows change regions is held whole. */
async function convertWeight(weight: StoredWeight, handle: FileHandle, offset: number): Promise<void> {
  const { format, region, rowOrder } = weight;
  const count = elementCount(weight.dims);
  const step = rowOrder ? count : chunk;
  for (let from = 0; from < count; from += step) {
    const some = Math.min(step, count - from);
    const bytes = readRegion({
      file: region.file,
      offset: region.offset + (from / format.elements) * format.bytes,
      length: (some / format.elements) * format.bytes,
    });
    const values = toFloat32({ ...weight, dims: rowOrder ? weight.dims : [some] }, bytes);
    await handle.write(new Uint8Array(values.buffer), 0, values.byteLength, offset + 4 * from);
  }
}

/** The numbers of a weight, in the order of its rows. */
function toFloat32({ dims, format, rowOrder }: StoredWeight, bytes: Uint8Array): Float32Array {
  const values = numbersOf(format, bytes, elementCount(dims));
  if (!rowOrder) return values;
  const width = elementCount(dims.slice(1));
  const ordered = new Float32Array(values.length);
  for (let row = 0; row < dims[0]!; row++)
    ordered.set(values.subarray(rowOrder(row) * width, (rowOrder(row) + 1) * width), row * width);
  return ordered;
}

/** `count` numbers from blocks of a format. */
export function numbersOf(format: NumberFormat, bytes: Uint8Array, count: number): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values = new Float32Array(count);
  for (let block = 0; block * format.elements < count; block++)
    format.read(view, block * format.bytes, values, block * format.elements);
  return values;
}
