import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Adds a line, with its time, to `log.txt`. */
export function appendLog(folder: string, line: string): Promise<void> {
  return appendFile(logPath(folder), `${new Date().toISOString()} ${line}\n`);
}

export function logPath(folder: string): string {
  return join(folder, 'log.txt');
}
