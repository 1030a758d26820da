import { stat } from 'node:fs/promises';

/** What the file system says of a file at one moment, by which a later self can be told from it. */
export interface FileState {
  /** Another one where the file is another or has been written to; empty where there is none. */
  readonly mark: string;
  /**
   * Whether every later writing shows in the mark. A file that was written just now may be written once more within
   * the same tick of the file system's clock, and to the same size.
   */
  readonly isSettled: boolean;
}

/** The coarsest clock of a file system that is in use: FAT keeps even seconds. */
const coarsestTick = 2000;

/**
 * Looks at a file, for what is read from it afterwards: a writing between the two shows at the next look.
 * @param now milliseconds since 1970
 */
export async function stateOfFile(path: string, now = Date.now()): Promise<FileState> {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
    const newest = Number((mtimeNs > ctimeNs ? mtimeNs : ctimeNs) / 1_000_000n);
    return { mark: `${dev} ${ino} ${size} ${mtimeNs} ${ctimeNs}`, isSettled: now - newest > coarsestTick };
  } catch (error) {
    // A file that is not there becomes one with a mark; of one that may not be looked at, nothing is known.
    return { mark: '', isSettled: (error as NodeJS.ErrnoException).code === 'ENOENT' };
  }
}

/** The state of several files together. */
export async function stateOfFiles(paths: readonly string[]): Promise<FileState> {
  const now = Date.now();
  const states = await Promise.all(paths.map((path) => stateOfFile(path, now)));
  return {
    mark: states.map(({ mark }) => mark).join(' | '),
    isSettled: states.every(({ isSettled }) => isSettled),
  };
}
