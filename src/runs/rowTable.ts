import { noAnswer, type LabelProbability, type RowAnswer, type RowChunk, type RowDetail, type StudyFolders } from './inspection';
import { readPredictions } from './metrics';
import type { PredictionLine } from './record';

/** Every answer of a comparison, packed: ten thousand rows of eight studies take less than a megabyte beside their texts. */
export interface RowTable {
  readonly studies: readonly string[];
  readonly inputs: readonly string[];
  readonly texts: readonly string[];
  /** `[rows]` */
  readonly numbers: Uint32Array;
  readonly expected: Uint32Array;
  /** `[studies][rows]` */
  readonly predicted: readonly Uint32Array[];
  readonly probabilities: readonly Float32Array[];
}

/** Rows in a chunk: some hundred kilobytes, which travel while the page goes on drawing. */
const chunkRows = 4000;

/** Reads the answers of all studies into one table, in the order of the rows in the data file. Rows that only some studies have are kept. */
export async function readRowTable(studies: readonly StudyFolders[]): Promise<RowTable> {
  const builder = createTableBuilder();
  for (const { folders } of studies) {
    const seeds: (readonly PredictionLine[])[] = [];
    for (const folder of folders) seeds.push(await readPredictions(folder));
    builder.add(seeds);
  }
  return builder.table(studies.map(({ key }) => key));
}

/** Puts together the table from predictions in memory. @param studies predictions of each seed, lowest seed first */
export function rowTableOf(studies: Readonly<Record<string, readonly (readonly PredictionLine[])[]>>): RowTable {
  const builder = createTableBuilder();
  for (const seeds of Object.values(studies)) builder.add(seeds);
  return builder.table(Object.keys(studies));
}

function createTableBuilder(): { add(seeds: readonly (readonly PredictionLine[])[]): void; table(studies: readonly string[]): RowTable } {
  const texts = new Map<string, number>();
  const rows = new Map<number, { readonly input: string; readonly expected: number }>();
  const columns: ReadonlyMap<number, readonly [text: number, probability: number]>[] = [];
  const textOf = (text: string): number => {
    const known = texts.get(text);
    if (known !== undefined) return known;
    texts.set(text, texts.size);
    return texts.size - 1;
  };
  return {
    add(seeds) {
      const column = new Map<number, readonly [number, number]>();
      for (const [row, lines] of bySeed(seeds)) {
        const [first] = lines;
        if (!rows.has(row)) rows.set(row, { input: first!.input, expected: textOf(first!.expected.trim()) });
        const { answer, probability } = agreed(lines);
        column.set(row, [textOf(answer), probability]);
      }
      columns.push(column);
    },
    table(studies) {
      const numbers = Uint32Array.from(rows.keys()).sort();
      const kept = Array.from(numbers, (row) => rows.get(row)!);
      return {
        studies,
        numbers,
        inputs: kept.map(({ input }) => input),
        texts: [...texts.keys()],
        expected: Uint32Array.from(kept, ({ expected }) => expected),
        predicted: columns.map((column) => Uint32Array.from(numbers, (row) => column.get(row)?.[0] ?? noAnswer)),
        probabilities: columns.map((column) => Float32Array.from(numbers, (row) => column.get(row)?.[1] ?? Number.NaN)),
      };
    },
  };
}

function bySeed(seeds: readonly (readonly PredictionLine[])[]): ReadonlyMap<number, readonly PredictionLine[]> {
  const rows = new Map<number, PredictionLine[]>();
  for (const line of seeds.flat()) {
    const known = rows.get(line.row);
    if (known) known.push(line);
    else rows.set(line.row, [line]);
  }
  return rows;
}

/** The answer that most seeds gave, of equals that of the lowest seed, and its mean probability over all of them. */
function agreed(lines: readonly PredictionLine[]): { readonly answer: string; readonly probability: number } {
  const [first] = lines;
  // One seed is the usual case, and there are many rows.
  if (lines.length === 1) return { answer: first!.predicted.trim(), probability: first!.probabilities?.[first!.predicted.trim()] ?? Number.NaN };
  const votes = new Map<string, number>();
  for (const { predicted } of lines) votes.set(predicted.trim(), (votes.get(predicted.trim()) ?? 0) + 1);
  const [answer] = [...votes].reduce((best, vote) => (vote[1] > best[1] ? vote : best));
  const probability = lines.reduce((sum, line) => sum + (line.probabilities?.[answer] ?? Number.NaN), 0) / lines.length;
  return { answer, probability };
}

/** A piece of the table. Texts are sent with the chunk that first needs them, so they are numbered in the order of their sending. */
export function chunkOf(table: RowTable, token: string, from: number): RowChunk {
  const { numbers, studies } = table;
  const until = Math.min(from + chunkRows, numbers.length);
  const count = until - from;
  const predicted = new Uint32Array(studies.length * count);
  const probabilities = new Float32Array(studies.length * count);
  studies.forEach((_, study) => {
    predicted.set(table.predicted[study]!.subarray(from, until), study * count);
    probabilities.set(table.probabilities[study]!.subarray(from, until), study * count);
  });
  return {
    token, from, total: numbers.length, studies,
    // All texts go with the first chunk: labels are few, and generated texts are about as many as their rows.
    texts: from === 0 ? table.texts : [],
    inputs: table.inputs.slice(from, until),
    numbers: numbers.slice(from, until),
    expected: table.expected.slice(from, until),
    predicted,
    probabilities,
  };
}

/** What each run made of one row, with all its probabilities. */
export async function readRowDetail(studies: readonly StudyFolders[], row: number): Promise<RowDetail> {
  let found: Pick<RowDetail, 'input' | 'expected'> | undefined;
  const answers: RowAnswer[] = [];
  for (const { key, folders } of studies) {
    for (const folder of folders) {
      const line = (await readPredictions(folder)).find((candidate) => candidate.row === row);
      if (!line) continue;
      found ??= { input: line.input, expected: line.expected };
      answers.push({ study: key, run: folder.split(/[\\/]/).at(-1)!, predicted: line.predicted, probabilities: probabilitiesOf(line) });
    }
  }
  return { row, input: found?.input ?? '', expected: found?.expected ?? '', answers };
}

function probabilitiesOf({ probabilities }: PredictionLine): readonly LabelProbability[] {
  return Object.entries(probabilities ?? {}).map(([label, probability]) => ({ label, probability }));
}
