import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { support } from './paths';
import { until } from './until.mjs';

/**
 * The environment of a program of ours that stops its own process, as SIGSTOP does, where it first prints a text or
 * writes it to a file.
 */
export const stopAt = (text: string): NodeJS.ProcessEnv => ({
  NODE_OPTIONS: `--require ${JSON.stringify(join(support, 'standIns', 'stopAt.cjs'))}`,
  PROMPT_TUNER_STOP_AT: text,
});

/** Waits until a process stands still. */
export async function untilStopped(pid: number): Promise<void> {
  await until(`process ${pid} to be stopped`, async () => {
    const { stdout } = await promisify(execFile)('ps', ['-o', 'stat=', '-p', String(pid)]);
    return stdout.startsWith('T');
  });
}
