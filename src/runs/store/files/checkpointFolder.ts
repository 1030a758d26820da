import * as l10n from '@vscode/l10n';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../../../failure';
import type { SoftPrompt } from '../../../objective/prompt';
import type { Checkpoint } from '../../../tuning/train';
import { readJson } from '../../../files/jsonFile';
import { syncFolder, temporaryFor, writeDurably, type Holder } from '../../../files/atomicFile';
import { sha256 } from '../../../files/sha256';
import { isNumber, isObject, isText, listOf, object, type Guard, type Infer } from '../../../channel/guards';
import { isThere } from '../../../files/isThere';

/** A checkpoint, and how much of `metrics.jsonl` came before it. */
export interface StoredCheckpoint {
  readonly checkpoint: Checkpoint;
  readonly metricsOffset: number;
}

const isArrayEntry = object({ name: isText, offset: isNumber, length: isNumber });
type ArrayEntry = Infer<typeof isArrayEntry>;

interface Index {
  /** 1 has no `check`. */
  readonly format: 1 | 2;
  readonly step: number;
  readonly metricsOffset: number;
  /** Position of each array in `arrays.f32`, in numbers. */
  readonly arrays: readonly ArrayEntry[];
  readonly sha256: string;
  readonly state: unknown;
  /** SHA-256 of all the rest as JSON. */
  readonly check?: string;
}

const bytesPerNumber = 4;

/**
 * Writes `checkpoint/`: little-endian float32 arrays and a JSON index. The one before stays until this one is complete.
 * @param holder as `writeAtomically` has it
 */
export async function writeCheckpoint(folder: string, stored: StoredCheckpoint, holder?: Holder): Promise<void> {
  const { checkpoint } = stored;
  const fresh = temporaryFor(currentPath(folder));
  await mkdir(fresh);
  try {
    const { bytes, arrays } = packArrays(checkpoint.arrays);
    const index: Index = {
      format: 2,
      step: checkpoint.step,
      metricsOffset: stored.metricsOffset,
      arrays,
      sha256: sha256(bytes),
      state: checkpoint.state,
    };
    await writeDurably(join(fresh, 'arrays.f32'), bytes);
    await writeDurably(join(fresh, 'index.json'), `${JSON.stringify({ ...index, check: checkOf(index) }, null, 1)}\n`);
    await syncFolder(fresh);
    await holder?.requireHeld();
    await setAside(folder);
    await rename(fresh, currentPath(folder));
    await syncFolder(folder);
    await rm(previousPath(folder), { recursive: true, force: true });
  } catch (error) {
    await rm(fresh, { recursive: true, force: true });
    // What was set aside too late is the last checkpoint of whoever has taken over.
    await rename(previousPath(folder), currentPath(folder)).catch(() => undefined);
    await holder?.requireHeld();
    throw error;
  }
}

/** Makes room for a new checkpoint, such that one that can be read is there all the while. */
async function setAside(folder: string): Promise<void> {
  const [current, previous] = [currentPath(folder), previousPath(folder)];
  const hasPrevious = await isThere(previous);
  const readable = !hasPrevious || (await readCheckpointAt(current).then(Boolean, () => false));
  if (!readable) return rm(current, { recursive: true, force: true });
  await rm(previous, { recursive: true, force: true });
  await rename(current, previous).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
}

/**
 * The last complete checkpoint of a run.
 * @throws Failure "checkpoint-missing" or "checkpoint-damaged"
 */
export async function readCheckpoint(folder: string): Promise<StoredCheckpoint> {
  let problem: unknown;
  // A crash between the two renames leaves only the one before, a disk that lost power perhaps a torn one beside it.
  for (const path of [currentPath(folder), previousPath(folder)]) {
    try {
      const stored = await readCheckpointAt(path);
      if (stored) return stored;
    } catch (error) {
      problem ??= error;
    }
  }
  if (problem) throw problem as Error;
  throw new Failure(
    'checkpoint-missing',
    l10n.t`The run has no checkpoint to go on from.`,
    { file: folder },
    l10n.t`Train again from the start.`,
  );
}

/** Removes the checkpoint before the current one, which a process that was killed behind its last rename has left. */
export async function forgetPrevious(folder: string): Promise<void> {
  const previous = previousPath(folder);
  const isLeft = await isThere(previous);
  if (isLeft && (await readCheckpointAt(currentPath(folder)).then(Boolean, () => false)))
    await rm(previous, { recursive: true, force: true });
}

/** What a run that starts from given vectors keeps until its first step: without it, going on would start elsewhere. */
export function startingPoint({ rows, hiddenSize, values, prefix }: SoftPrompt): StoredCheckpoint {
  const arrays = { start: values, ...(prefix && { startPrefix: prefix.values }) };
  const state = { rows, hiddenSize, ...(prefix && { prefix: { rows: prefix.rows, width: prefix.width } }) };
  return { checkpoint: { step: 0, arrays, state }, metricsOffset: 0 };
}

/** The vectors of a {@link startingPoint}; nothing for a checkpoint of the training itself. */
export function startOf({ checkpoint: { arrays, state } }: StoredCheckpoint): SoftPrompt | undefined {
  const values = arrays.start;
  if (!values || !isObject(state) || !isNumber(state.rows) || !isNumber(state.hiddenSize)) return undefined;
  const prompt = { rows: state.rows, hiddenSize: state.hiddenSize, values };
  const { prefix } = state;
  if (!isObject(prefix) || !isNumber(prefix.rows) || !isNumber(prefix.width) || !arrays.startPrefix) return prompt;
  return { ...prompt, prefix: { rows: prefix.rows, width: prefix.width, values: arrays.startPrefix } };
}

async function readCheckpointAt(path: string): Promise<StoredCheckpoint | undefined> {
  const damaged = (): Failure =>
    new Failure(
      'checkpoint-damaged',
      l10n.t`The checkpoint does not match its own hash.`,
      { file: path },
      l10n.t`Restore the folder, or train again from the start.`,
    );
  const index = await readJson(join(path, 'index.json'), isIndex, { damaged });
  if (!index) return undefined;
  const bytes = await readFile(join(path, 'arrays.f32')).catch(() => undefined);
  if (!bytes || sha256(bytes) !== index.sha256 || !isWhole(index)) throw damaged();
  const arrays = Object.fromEntries(
    index.arrays.map(({ name, offset, length }) => [name, unpackArray(bytes, offset, length)]),
  );
  return { checkpoint: { step: index.step, arrays, state: index.state }, metricsOffset: index.metricsOffset };
}

const isIndex: Guard<Index> = (value): value is Index =>
  isObject(value) &&
  (value.format === 1 || value.format === 2) &&
  isNumber(value.step) &&
  isNumber(value.metricsOffset) &&
  listOf(isArrayEntry)(value.arrays) &&
  isText(value.sha256);

function checkOf({ step, metricsOffset, arrays, sha256: hash, state }: Index): string {
  return sha256(JSON.stringify([step, metricsOffset, arrays, hash, state]));
}

/** Whether the index says what it said when it was written; the first format cannot tell. */
function isWhole(index: Index): boolean {
  return index.format === 1 || index.check === checkOf(index);
}

function packArrays(named: Checkpoint['arrays']): { readonly bytes: Uint8Array; readonly arrays: Index['arrays'] } {
  const entries = Object.entries(named);
  const total = entries.reduce((sum, [, values]) => sum + values.length, 0);
  const view = new DataView(new ArrayBuffer(total * bytesPerNumber));
  let offset = 0;
  const arrays = entries.map(([name, values]) => {
    const start = offset;
    for (const value of values) view.setFloat32(bytesPerNumber * offset++, value, true);
    return { name, offset: start, length: values.length };
  });
  return { bytes: new Uint8Array(view.buffer), arrays };
}

function unpackArray(bytes: Buffer, offset: number, length: number): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Float32Array.from({ length }, (_, index) => view.getFloat32(bytesPerNumber * (offset + index), true));
}

function currentPath(folder: string): string {
  return join(folder, 'checkpoint');
}

function previousPath(folder: string): string {
  return join(folder, 'checkpoint.previous');
}
