import { appendLog } from '../store/files/logFile';
import type { LiveRun } from './liveRun';

/** Says what a person should know who would otherwise trust the result, to who follows the run and in its log. */
export async function warnRun(run: LiveRun, line: string): Promise<void> {
  run.emit({ kind: 'warning', run: run.id, line });
  await appendLog(run.folder, line);
}
