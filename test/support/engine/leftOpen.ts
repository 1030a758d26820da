import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/**
 * Does some work, and says of which file handles the collection of garbage found that nobody had closed them.
 * @returns the warnings of Node, in its own words
 */
export async function leftOpen(work: () => Promise<unknown>): Promise<readonly string[]> {
  const warnings: string[] = [];
  const note = ({ message }: Error): void => void warnings.push(message);
  process.on('warning', note);
  try {
    await work();
    // What the last turn of the work still held is free in the second.
    for (let turn = 0; turn < 3; turn++) {
      collectGarbage();
      // Node warns in a turn of its own.
      await setImmediate();
    }
    return warnings.filter((message) => message.startsWith('Closing file descriptor'));
  } finally {
    process.off('warning', note);
  }
}
