import * as l10n from '@vscode/l10n';
import { open, rename, rm, stat, truncate, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isNumber, isText, object, oneOf, type Infer } from '../../channel/guards';
import { Failure } from '../../failure';
import { makeFolder, syncFolder } from '../../files/atomicFile';
import { takeLock } from '../../files/fileLock';
import { readJson, writeJson } from '../../files/jsonFile';

const isTally = object({
  /** Rows that have been written. */
  rows: isNumber,
  /** Of these, those without a prediction, those to be looked at by hand, and answers cut off by their budget. */
  errors: isNumber,
  review: isNumber,
  truncated: isNumber,
});
export type Tally = Infer<typeof isTally>;

/** How far an output has come. */
const isOutputState = object({
  format: oneOf(1),
  /** Of the prompt and of the way of writing. */
  asked: isText,
  tally: isTally,
  /** Of the rows that have been read so far. */
  read: isText,
  /** Bytes of the output so far. */
  bytes: isNumber,
});
export type OutputState = Infer<typeof isOutputState>;

/** Where predictions go. */
export interface Output {
  /** How far an earlier process has come with the same work. */
  readonly begun?: Pick<OutputState, 'tally' | 'read'>;
  /** Adds a piece, of which a later process then knows. */
  append(text: string, state: Pick<OutputState, 'tally' | 'read'>): Promise<void>;
  /** Adds what stands behind the last row, and puts the whole output in its place. */
  finish(text: string): Promise<void>;
  /** Leaves it as it is, for a later process. */
  close(): Promise<void>;
}

/** The folder beside an output that holds it until it is whole. */
export const unfinishedFolder = (path: string): string => `${path}.unfinished`;

/**
 * An output file, of which nobody sees a part: it grows in a folder beside its place, where a process that was killed
 * leaves it to the next one. What that one had not noted down is cut off, and done once more.
 * @param asked hash of the prompt and of the way of writing
 * @throws Failure "output-exists", "output-busy", "output-changed"; the system's error
 */
export async function openOutputFile(
  path: string,
  { asked, replaces }: { readonly asked: string; readonly replaces: boolean },
): Promise<Output> {
  if (!replaces && (await sizeOf(path)) >= 0)
    throw new Failure(
      'output-exists',
      l10n.t`There is a file already where the output goes.`,
      { file: path },
      l10n.t`Name another with --to, or give --force to replace it.`,
    );
  const folder = unfinishedFolder(path);
  await makeFolder(folder);
  const lock = await takeLock(folder);
  if (!lock)
    throw new Failure(
      'output-busy',
      l10n.t`Another process is writing this output.`,
      { file: path },
      l10n.t`Wait for it, or name another output with --to.`,
    );
  try {
    const begun = await readJson(join(folder, stateName), isOutputState);
    if (begun && begun.asked !== asked && !replaces)
      throw changed(path, l10n.t`by another prompt, or was to be written in another form`);
    const rows = join(folder, rowsName);
    const goesOn = begun?.asked === asked && (await sizeOf(rows)) >= begun.bytes ? begun : undefined;
    if (goesOn) await truncate(rows, goesOn.bytes);
    const file = await open(rows, goesOn ? 'a' : 'w');
    return outputOf({ path, folder, file, asked, lock, begun: goesOn });
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/** What was begun and cannot be gone on with. @param how a clause */
export const changed = (path: string, how: string): Failure =>
  new Failure(
    'output-changed',
    l10n.t`What is begun of this output was made ${how}.`,
    { file: unfinishedFolder(path) },
    l10n.t`Give --force to begin again, or name another output with --to.`,
  );

const [stateName, rowsName] = ['state.json', 'rows'] as const;

interface Growing {
  readonly path: string;
  readonly folder: string;
  readonly file: FileHandle;
  readonly asked: string;
  readonly lock: { requireHeld(): Promise<void>; release(): Promise<void> };
  readonly begun: OutputState | undefined;
}

function outputOf({ path, folder, file, asked, lock, begun }: Growing): Output {
  let bytes = begun?.bytes ?? 0;
  let isInPlace = false;
  const write = async (text: string): Promise<void> => {
    await file.writeFile(text);
    await file.datasync();
    bytes += Buffer.byteLength(text);
  };
  return {
    ...(begun && { begun }),
    async append(text, state) {
      await lock.requireHeld();
      await write(text);
      await writeJson(join(folder, stateName), { format: 1, asked, ...state, bytes } satisfies OutputState);
    },
    async finish(text) {
      await lock.requireHeld();
      await write(text);
      await file.close();
      await rename(join(folder, rowsName), path);
      isInPlace = true;
      await syncFolder(dirname(path));
      await rm(folder, { recursive: true, force: true });
    },
    async close() {
      if (isInPlace) return;
      await file.close();
      if (bytes === 0) await rm(folder, { recursive: true, force: true });
      else await lock.release();
    },
  };
}

const sizeOf = (path: string): Promise<number> =>
  stat(path).then(
    ({ size }) => size,
    () => -1,
  );
