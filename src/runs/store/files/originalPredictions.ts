import { join } from 'node:path';
import type { Holder } from '../../../files/atomicFile';
import { readJsonLines, writeJsonLines } from '../../../files/jsonFile';
import { isPrediction, type PredictionLine } from './predictionLine';

const pathIn = (folder: string): string => join(folder, 'original-predictions.jsonl');

/** Keeps what the text as it was written answers to the rows of test, with which every other text is compared. */
export function writeOriginalPredictions(
  folder: string,
  predictions: readonly PredictionLine[],
  holder?: Holder,
): Promise<void> {
  return writeJsonLines(pathIn(folder), predictions, holder);
}

/** These answers; none in runs of earlier versions. */
export const readOriginalPredictions = (folder: string): Promise<readonly PredictionLine[]> =>
  readJsonLines(pathIn(folder), isPrediction);
