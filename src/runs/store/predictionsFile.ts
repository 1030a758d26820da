import { join } from 'node:path';
import { isNumber, isObject, isText, type Guard } from '../../channel/guards';
import { parseJsonLines, readJsonLines, writeJsonLines } from '../../files/jsonFile';
import type { PredictionLine } from './record';

/** Writes `predictions.jsonl`, a line for each row of the split evaluated. */
export function writePredictions(folder: string, predictions: readonly PredictionLine[]): Promise<void> {
  return writeJsonLines(predictionsPath(folder), predictions);
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

export const isPrediction: Guard<PredictionLine> = (value): value is PredictionLine =>
  isObject(value) && isNumber(value.row) && isText(value.input) && isText(value.expected) && isText(value.predicted);
