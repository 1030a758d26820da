import { join } from 'node:path';
import type { Trial } from './comparison';
import { folderBytes } from './folderBytes';
import { readMetrics, readPredictions } from './metrics';
import { readRun } from './runFolder';

/** A run with its answers and curve, as it lies in its folder. */
export async function readTrial(folder: string): Promise<Trial> {
  const [record, predictions, { lines: metrics }, adapterBytes] = await Promise.all([readRun(folder), readPredictions(folder), readMetrics(folder), folderBytes(join(folder, 'adapter'))]);
  return { record, folder, predictions, metrics, adapterBytes };
}
