import { join } from 'node:path';
import type { Holder } from '../../../files/atomicFile';
import { parseJsonLines, readJsonLines, writeJsonLines } from '../../../files/jsonFile';
import { isPrediction, type PredictionLine } from './predictionLine';

/** Writes `predictions.jsonl`, a line for each row of the split evaluated. */
export function writePredictions(
  folder: string,
  predictions: readonly PredictionLine[],
  holder?: Holder,
): Promise<void> {
  return writeJsonLines(predictionsPath(folder), predictions, holder);
}

/** The predictions of a finished run; none when it was not evaluated. */
export function readPredictions(folder: string): Promise<readonly PredictionLine[]> {
  return readJsonLines(predictionsPath(folder), isPrediction);
}

/** The predictions in lines of JSON; a line that is torn, or of another shape, is left out. */
export function parsePredictions(text: string): readonly PredictionLine[] {
  return parseJsonLines(text, isPrediction);
}

export function predictionsPath(folder: string): string {
  return join(folder, 'predictions.jsonl');
}
