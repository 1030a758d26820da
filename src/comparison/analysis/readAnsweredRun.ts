import { join } from 'node:path';
import { folderBytes } from '../../runs/store/folderBytes';
import { readMetrics } from '../../runs/store/files/metrics';
import { readPredictions } from '../../runs/store/files/predictionsFile';
import { readRun } from '../../runs/store/runFolder';
import type { AnsweredRun } from './answeredStudy';

/** Reads a run's folder. @throws Failure "run-missing", "run-damaged" */
export async function readAnsweredRun(folder: string): Promise<AnsweredRun> {
  const [record, predictions, { lines: metrics }, adapterBytes] = await Promise.all([
    readRun(folder),
    readPredictions(folder),
    readMetrics(folder),
    folderBytes(join(folder, 'adapter')),
  ]);
  return { record, predictions, metrics, adapterBytes };
}
