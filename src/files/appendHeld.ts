import { open } from 'node:fs/promises';
import type { Holder } from './atomicFile';

/**
 * Adds to a file that one process writes at a time. The process may sleep at any instant: it is asked whether it still
 * holds the file once that is open, and whoever takes over puts another file in its place first. What is written too
 * late then goes to a file that has no name any more.
 * @param holder absent where no other process can take over
 */
export async function appendHeld(path: string, text: string, holder?: Holder): Promise<void> {
  const file = await open(path, 'a');
  try {
    await holder?.requireHeld();
    await file.writeFile(text);
  } finally {
    await file.close();
  }
}
