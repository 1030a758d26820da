import * as l10n from '@vscode/l10n';
import { closeSync, openSync, readSync } from 'node:fs';
import { Failure } from '../failure';
import type { ElementType, Tensor } from './graph';

/** A stretch of a file: where the bytes of a weight are on the disk, in bytes from the beginning of the file. */
export interface FileRegion {
  readonly file: string;
  readonly offset: number;
  readonly length: number;
}

/**
 * Weights from this size on stay on the disk: they are mapped by the runtime, and read here only where somebody looks
 * at their numbers.
 */
export const mappedBytes = 64 * 1024;

const regions = new WeakMap<Tensor, FileRegion>();

/** Where a weight is on the disk, byte for byte; undefined for one that was computed here, or changed. */
export function regionOf(tensor: Tensor): FileRegion | undefined {
  return regions.get(tensor);
}

/**
 * A weight that stays on the disk. Its bytes are read when they are looked at, and held no longer than somebody holds
 * them.
 */
export function storedTensor(
  { type, dims }: { readonly type: ElementType; readonly dims: readonly number[] },
  region: FileRegion,
): Tensor {
  let held: WeakRef<Uint8Array> | undefined;
  const tensor: Tensor = {
    type,
    dims,
    get bytes() {
      const bytes = held?.deref() ?? readRegion(region);
      held = new WeakRef(bytes);
      return bytes;
    },
  };
  regions.set(tensor, region);
  return tensor;
}

/** The same bytes as numbers of another type; they stay on the disk where they are there. */
export function readAs(
  { type, dims }: { readonly type: ElementType; readonly dims: readonly number[] },
  tensor: Tensor,
): Tensor {
  const region = regionOf(tensor);
  return region ? storedTensor({ type, dims }, region) : { type, dims, bytes: tensor.bytes };
}

/** @returns the open file's descriptor @throws Failure "model-missing" */
export function openModelFile(file: string): number {
  try {
    return openSync(file, 'r');
  } catch (error) {
    throw new Failure(
      'model-missing',
      l10n.t`The model file cannot be read (${String((error as NodeJS.ErrnoException).code)}).`,
      { file },
      l10n.t`Put it back, or add the model again.`,
    );
  }
}

/** @throws Failure "model-missing" when the file is gone, "model-truncated" when it has become shorter */
export function readRegion({ file, offset, length }: FileRegion): Uint8Array {
  const handle = openModelFile(file);
  try {
    const bytes = new Uint8Array(length);
    for (let done = 0; done < length;) {
      const count = readSync(handle, bytes, done, Math.min(length - done, 2 ** 30), offset + done);
      if (count === 0)
        throw new Failure(
          'model-truncated',
          l10n.t`The model file ends before its weights do.`,
          { file },
          l10n.t`Download or copy it again.`,
        );
      done += count;
    }
    return bytes;
  } finally {
    closeSync(handle);
  }
}
