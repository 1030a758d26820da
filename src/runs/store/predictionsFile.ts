import { readFile } from 'fs/promises';
import { writeAtomically } from '../../files/atomicFile';
import { parseLines } from './metrics';
import type { PredictionLine } from './record';
import { join } from 'path/posix';
import { type Guard, isObject, isNumber, isText } from '../../channel/guards';

/** Writes `predictions.jsonl`, a line for each row of the split evaluated. */
export function writePredictions(folder: string, predictions: readonly PredictionLine[]): Promise<void> {
  return writeAtomically(predictionsPath(folder), predictions.map((line) => `${JSON.stringify(line)}\n`).join(''));
}
/** The predictions of a finished run; none when it was not evaluated. */
export async function readPredictions(folder: string): Promise<readonly PredictionLine[]> {
  return parsePredictions(await readFile(predictionsPath(folder), 'utf8').catch(() => ''));
}
/** The predictions in lines of JSON; a line that is torn, or of another shape, is left out. */
export function parsePredictions(text: string): readonly PredictionLine[] {
  return parseLines(text, isPrediction);
}
export function predictionsPath(folder: string): string {
  return join(folder, 'predictions.jsonl');
}
export const isPrediction: Guard<PredictionLine> = (value): value is PredictionLine =>
  isObject(value) && isNumber(value.row) && isText(value.input) && isText(value.expected) && isText(value.predicted);
