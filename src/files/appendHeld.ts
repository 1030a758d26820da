import { open } from 'node:fs/promises';

/**
 * Adds to a file that one process writes at a time. The process may sleep at any instant: it is asked whether it still
 * holds the file once that is open, and whoever takes over puts another file in its place first. What is written too
 * late then goes to a file that has no name any more.
 * @param requireHeld throws where another process has taken over
 */
export async function appendHeld(path: string, text: string, requireHeld?: () => Promise<void>): Promise<void> {
  const file = await open(path, 'a');
  try {
    await requireHeld?.();
    await file.writeFile(text);
  } finally {
    await file.close();
  }
}
