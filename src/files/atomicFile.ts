import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** Who writes in a folder. */
export interface Holder {
  /** @throws where another process has taken over */
  requireHeld(): Promise<void>;
}

/** A name beside a path for what is to take its place; {@link removeTemporary} knows it. */
export const temporaryFor = (path: string): string => `${path}.${randomBytes(4).toString('hex')}.tmp`;

/**
 * Replaces a file so that a reader, or a crash at any instant, sees the old content or the new, never a part.
 *
 * Where another process may take the folder over, this one may sleep at any instant and wake when that one is done: it
 * is asked whether it still holds the folder once the new content lies there, and whoever takes over clears such
 * content away first. What is written too late then finds nothing to put in the file's place.
 * @param holder absent where no other process can take over
 * @throws the system's error when the folder is missing or the disk is full, and what the holder throws; the old file
 * then stands.
 */
export async function writeAtomically(path: string, content: string | Uint8Array, holder?: Holder): Promise<void> {
  const temporary = temporaryFor(path);
  try {
    await writeDurably(temporary, content);
    await holder?.requireHeld();
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    await holder?.requireHeld();
    throw error;
  }
}

/**
 * Puts a new folder in the place of another, in the same way.
 * @param fill writes into the folder that it is given
 * @throws what `fill` throws, too; the old folder then stands
 */
export async function replaceFolder(
  path: string,
  fill: (fresh: string) => Promise<void>,
  holder?: Holder,
): Promise<void> {
  const [fresh, before] = [temporaryFor(path), temporaryFor(path)];
  await makeFolder(fresh);
  try {
    await fill(fresh);
    await holder?.requireHeld();
    const isReplaced = await renamed(path, before);
    await rename(fresh, path).catch(async (error: unknown) => {
      // What was set aside too late belongs to whoever has taken over.
      if (isReplaced) await rename(before, path);
      throw error;
    });
  } catch (error) {
    await rm(fresh, { recursive: true, force: true });
    await holder?.requireHeld();
    throw error;
  }
  await rm(before, { recursive: true, force: true });
}

/** @returns whether there was something to be renamed */
const renamed = (from: string, to: string): Promise<boolean> =>
  rename(from, to).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false;
      throw error;
    },
  );

/** Writes a new file and waits until it is on the disk. */
export async function writeDurably(path: string, content: string | Uint8Array): Promise<void> {
  const file = await open(path, 'w');
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Makes a folder, and those that it lies in. @throws the system's error when it cannot */
export async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
  } catch (error) {
    // On a drive that cannot be written to, Node says of a whole way that it is not there; asked for one folder, the
    // system says why.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || dirname(path) === path) throw error;
    await makeFolder(dirname(path));
    await mkdir(path);
  }
}

/**
 * Waits until the names in a folder, new and changed, are on the disk; without it a power cut may take a rename back.
 */
export async function syncFolder(folder: string): Promise<void> {
  // Windows opens no folders, and keeps names without being asked.
  const handle = await open(folder, 'r').catch(() => undefined);
  if (!handle) return;
  try {
    await handle.sync();
  } catch {
    // Some network drives refuse; their server decides.
  } finally {
    await handle.close();
  }
}

/** Waits until what was appended to a file is on the disk. */
export async function syncFile(path: string): Promise<void> {
  const handle = await open(path, 'r+').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (!handle) return;
  try {
    await handle.datasync();
  } finally {
    await handle.close();
  }
}

/** Removes what writers of one file that were killed, or sleep, have left; only for whoever holds its folder. */
export async function removeTemporaryFor(path: string): Promise<void> {
  const [folder, start] = [dirname(path), `${basename(path)}.`];
  const left = (await readdir(folder)).filter((name) => name.startsWith(start) && name.endsWith('.tmp'));
  await Promise.all(left.map((name) => rm(join(folder, name), { recursive: true, force: true })));
}

/** Removes what writers that were killed have left below a folder; only for whoever holds it. */
export async function removeTemporary(folder: string): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const left = entries.filter(({ name }) => name.endsWith('.tmp')).map((entry) => join(entry.parentPath, entry.name));
  await Promise.all(left.map((path) => rm(path, { recursive: true, force: true })));
}
