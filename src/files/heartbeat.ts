import { readFile, writeFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';

/** How often a process that holds something shows that it is alive, to those who cannot ask the system. */
export const heartbeatMilliseconds = 2000;

/** How often one who doubts looks whether the heartbeat goes on. */
const watchMilliseconds = 500;

/** Rewrites a file at regular times until it is stopped; a write that fails is made up for by the next. */
export function startHeartbeat(path: string): { stop(): void } {
  let count = 0;
  const timer = setInterval(() => {
    writeFile(path, String(++count)).catch(() => undefined);
  }, heartbeatMilliseconds);
  return { stop: () => clearInterval(timer) };
}

/**
 * Whether a heartbeat stands still, by this process's own clock; answers as soon as it goes on.
 * @throws the signal's reason once it is aborted
 */
export async function isHeartbeatSilent(path: string, milliseconds: number, signal?: AbortSignal): Promise<boolean> {
  const read = () => readFile(path, 'utf8').catch(() => '');
  const before = await read();
  const began = performance.now();
  while (performance.now() - began < milliseconds) {
    await setTimeout(Math.min(watchMilliseconds, milliseconds), undefined, { signal });
    if ((await read()) !== before) return false;
  }
  return true;
}
