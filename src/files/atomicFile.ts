import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/**
 * Replaces a file so that a reader, or a crash at any instant, sees the old content or the new, never a part.
 * @throws the system's error when the folder is missing or the disk is full; the old file then stands.
 */
export async function writeAtomically(path: string, content: string | Uint8Array): Promise<void> {
  const temporary = `${path}.${randomBytes(4).toString('hex')}.tmp`;
  try {
    await writeDurably(temporary, content);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

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

/** Removes what writers that were killed have left below a folder; only for whoever holds it. */
export async function removeTemporary(folder: string): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const left = entries.filter(({ name }) => name.endsWith('.tmp')).map((entry) => join(entry.parentPath, entry.name));
  await Promise.all(left.map((path) => rm(path, { recursive: true, force: true })));
}
