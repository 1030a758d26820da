import { noAnswer, type RowChunk } from './rowChunk';
import type { PredictionLine } from '../../runs/store/files/predictionLine';

/** Rows of the first chunk: more than a window shows, few enough to be there at once. */
const firstRows = 500;
/** Rows of each later chunk: some hundred kilobytes, which travel while the page goes on drawing. */
const laterRows = 4000;

/** Where the chunks of a table begin and end. @param index of the chunk, from 0 */
export function chunkSpan(index: number, total: number): { readonly from: number; readonly until: number } {
  const from = index === 0 ? 0 : firstRows + (index - 1) * laterRows;
  return { from: Math.min(from, total), until: Math.min(from + (index === 0 ? firstRows : laterRows), total) };
}

/** The chunk that begins at a row of the table; undefined where none does. */
export function chunkAt(from: number): number | undefined {
  const index = from === 0 ? 0 : 1 + (from - firstRows) / laterRows;
  return Number.isInteger(index) && index >= 0 ? index : undefined;
}

/** One study's answers to some rows: a list for each seed, lowest seed first, in any order. */
export type SeedAnswers = readonly (readonly PredictionLine[])[];

export interface RowSpan {
  /** Place of the first row in the table. */
  readonly from: number;
  /** `[rows]` numbers in the data file, rising. */
  readonly numbers: Uint32Array;
}

/**
 * Packs the table chunk by chunk. Texts are numbered in the order in which chunks first need them, and go with that
 * chunk.
 * @param metric name of the one whose scores stand beside the answers
 */
export function createChunkPacker(
  table: Pick<RowChunk, 'token' | 'studies' | 'total'>,
  metric?: string | null,
): (span: RowSpan, answers: readonly SeedAnswers[]) => RowChunk {
  const known = new Map<string, number>();
  return ({ from, numbers }, answers) => {
    const texts: string[] = [];
    const textOf = (text: string): number => {
      const number = known.get(text);
      if (number !== undefined) return number;
      texts.push(text);
      known.set(text, known.size);
      return known.size - 1;
    };
    const rows = numbers.length;
    const positions = new Map(Array.from(numbers, (row, position) => [row, position]));
    const inputs = new Array<string>(rows).fill('');
    const [expected, filled] = [new Uint32Array(rows), new Uint8Array(rows)];
    const predicted = new Uint32Array(answers.length * rows).fill(noAnswer);
    const probabilities = new Float32Array(answers.length * rows).fill(Number.NaN);
    const scores = new Float32Array(answers.length * rows).fill(Number.NaN);
    answers.forEach((seeds, study) => {
      for (const [row, lines] of byRow(seeds)) {
        const position = positions.get(row);
        if (position === undefined) continue;
        if (filled[position] === 0) {
          filled[position] = 1;
          inputs[position] = lines[0]!.input;
          expected[position] = textOf(lines[0]!.expected.trim());
        }
        // Of other data, or of the same before they were changed, a row of that number is another.
        const same = lines.filter(
          (line) => line.input === inputs[position] && known.get(line.expected.trim()) === expected[position],
        );
        if (same.length === 0) continue;
        const { answer, probability } = agreed(same);
        predicted[study * rows + position] = textOf(answer);
        probabilities[study * rows + position] = probability;
        scores[study * rows + position] = meanScore(same, metric);
      }
    });
    // A row whose every line is damaged expects nothing.
    filled.forEach((has, position) => {
      if (has === 0) expected[position] = textOf('');
    });
    return { ...table, from, texts, inputs, numbers, expected, predicted, probabilities, scores };
  };
}

/** A table whose answers are in memory, in its chunks. @param studies answers of each, by its key */
export function chunksOf(
  token: string,
  studies: Readonly<Record<string, SeedAnswers>>,
  metric?: string,
): readonly RowChunk[] {
  const numbers = Uint32Array.from(
    new Set(
      Object.values(studies)
        .flat(2)
        .map(({ row }) => row),
    ),
  ).sort();
  const pack = createChunkPacker({ token, studies: Object.keys(studies), total: numbers.length }, metric);
  const chunks: RowChunk[] = [];
  for (let index = 0; index === 0 || chunkSpan(index, numbers.length).from < numbers.length; index++) {
    const { from, until } = chunkSpan(index, numbers.length);
    const span = numbers.slice(from, until);
    const within = ({ row }: PredictionLine): boolean => row >= span[0]! && row <= span.at(-1)!;
    chunks.push(
      pack(
        { from, numbers: span },
        Object.values(studies).map((seeds) => seeds.map((lines) => lines.filter(within))),
      ),
    );
  }
  return chunks;
}

/** Over the seeds; NaN where one of them has none. */
function meanScore(lines: readonly PredictionLine[], metric: string | null | undefined): number {
  if (!metric) return Number.NaN;
  return lines.reduce((sum, { scores }) => sum + (scores?.[metric] ?? Number.NaN), 0) / lines.length;
}

/** Lines of the same row together, lowest seed first. */
function byRow(seeds: SeedAnswers): ReadonlyMap<number, readonly PredictionLine[]> {
  const rows = new Map<number, PredictionLine[]>();
  for (const line of seeds.flat()) {
    const found = rows.get(line.row);
    if (found) found.push(line);
    else rows.set(line.row, [line]);
  }
  return rows;
}

/** The answer that most seeds gave, of equals that of the lowest seed, and its mean probability over all of them. */
function agreed(lines: readonly PredictionLine[]): { readonly answer: string; readonly probability: number } {
  const [first] = lines;
  // One seed is the usual case, and there are many rows.
  if (lines.length === 1)
    return {
      answer: first!.predicted.trim(),
      probability: first!.probabilities?.[first!.predicted.trim()] ?? Number.NaN,
    };
  const votes = new Map<string, number>();
  for (const { predicted } of lines) votes.set(predicted.trim(), (votes.get(predicted.trim()) ?? 0) + 1);
  const [answer] = [...votes].reduce((best, vote) => (vote[1] > best[1] ? vote : best));
  const probability = lines.reduce((sum, line) => sum + (line.probabilities?.[answer] ?? Number.NaN), 0) / lines.length;
  return { answer, probability };
}
