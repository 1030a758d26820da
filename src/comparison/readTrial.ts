import { join } from 'node:path';
import type { Trial } from './trial';
import { folderBytes } from '../runs/store/folderBytes';
import { readMetrics } from '../runs/store/metrics';
import { readPredictions } from '../runs/store/predictionsFile';
import { readRun } from '../runs/store/runFolder';

/** A run with its answers and curve, as it lies in its folder. */
export async function readTrial(folder: string): Promise<Trial> {
  const [record, predictions, { lines: metrics }, adapterBytes] = await Promise.all([
    readRun(folder),
    readPredictions(folder),
    readMetrics(folder),
    folderBytes(join(folder, 'adapter')),
  ]);
  return { record, folder, predictions, metrics, adapterBytes };
}
