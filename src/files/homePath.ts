import { homedir } from 'node:os';
import { join } from 'node:path';

/** A path whose `~` at the beginning is the home folder, as shells and the hub's own tools read it. */
export function fromHome(path: string): string {
  return /^~(?:[\\/]|$)/.test(path) ? join(homedir(), path.slice(1)) : path;
}
