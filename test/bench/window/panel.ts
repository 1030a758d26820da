import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { analyseStudies } from '../../../src/comparison/analysis/analyseStudies';
import { createRun } from '../../../src/runs/store/runFolder';
import { writePredictions } from '../../../src/runs/store/files/predictionsFile';
import { chunksOf } from '../../../src/comparison/rows/rowChunks';
import { openRowTable } from '../../../src/comparison/rows/rowTable';
import { answersForPage, showComparison } from '../../../src/views/comparison/model';
import type { PredictionLine } from '../../../src/runs/store/files/predictionLine';
import { predictionsOf, sketchRun } from '../../support/comparison/comparison';

export { webviewPage } from '../../../src/views/page/webviewPage';
export { themes } from '../../webview/support/themes';

/**
 * How long the trainer's process takes to look through the answers on disk, to give the first rows, all of them, and
 * the detail of one.
 */
export async function benchTable(
  runs: number,
  rows: number,
): Promise<{ readonly open: number; readonly first: number; readonly all: number; readonly detail: number }> {
  const parent = mkdtempSync(join(tmpdir(), 'prompt-tuner-bench-'));
  try {
    const folders = Array.from({ length: runs }, (_, index) => join(parent, `run-${index}`));
    for (const [index, folder] of folders.entries()) {
      mkdirSync(folder);
      await writePredictions(folder, predictionsOf(index + 3, 0.4 + 0.05 * index, rows));
    }
    const began = performance.now();
    const table = await openRowTable({
      token: 't',
      studies: folders.map((folder) => ({ key: folder, folders: [folder] })),
    });
    const open = performance.now() - began;
    let read = (await table.chunk(0)).inputs.length;
    const first = performance.now() - began;
    while (read < rows) read += (await table.chunk(read)).inputs.length;
    const all = performance.now() - began;
    const asked = performance.now();
    await table.detail(rows - 7);
    return { open, first, all, detail: performance.now() - asked };
  } finally {
    rmSync(parent, { recursive: true, force: true });
  }
}

/** The same answers where all texts are some hundred characters long, as those of conversations are. */
const lengthened = (lines: readonly PredictionLine[]): readonly PredictionLine[] =>
  lines.map((line) => ({
    ...line,
    input: `${line.input} `.repeat(20),
    expected: `${line.expected} ${line.row} `.repeat(30),
    predicted: `${line.predicted} ${line.row} `.repeat(30),
    probabilities: undefined,
  }));

export interface BenchSize {
  readonly runs: number;
  readonly rows: number;
  /** Texts of some hundred characters in place of labels. */
  readonly long: boolean;
}

const methods = ['hard', 'soft', 'v1', 'v2'] as const;

/** Runs of each method on each of the template's variants. */
const sketchesOf = (runs: number, rows: number) =>
  Array.from({ length: runs }, (_, index) => ({
    id: `run-${10 + index}`,
    method: methods[index % 4]!,
    template: index < 4 ? 'triage' : `triage.v${Math.floor(index / 4)}`,
    accuracy: 0.4 + 0.05 * index,
    trained: index % 4 === 0 ? 0 : 5120,
    rows,
  }));

/** Writes the runs of a comparison with their answers into a folder of runs. */
export async function writeComparison(folder: string, { runs, rows }: Omit<BenchSize, 'long'>): Promise<void> {
  for (const [index, sketch] of sketchesOf(runs, rows).entries()) {
    await writePredictions(await createRun(folder, sketchRun(sketch)), predictionsOf(3 + index, sketch.accuracy, rows));
  }
}

/** A comparison of so many runs of so many rows, with what the page asks for, and how long its analysis takes. */
export function benchComparison({ runs, rows, long }: BenchSize): object {
  const sketches = sketchesOf(runs, rows);
  const records = sketches.map(sketchRun);
  const shown = showComparison(records, { family: null, older: false, baseline: null });
  const { state } = shown;
  const answers = sketches.map(({ accuracy }, index) => predictionsOf(3 + index, accuracy, rows));
  const predictions = new Map(sketches.map(({ id }, index) => [id, answers[index]!]));
  const studies = state.studies.map(({ key, runs: seeds }) => ({
    key,
    adapterBytes: 0,
    runs: seeds.map(({ run }) => ({
      record: records.find(({ id }) => id === run)!,
      predictions: predictions.get(run)!,
    })),
  }));
  const began = performance.now();
  const analysis = answersForPage(shown, { token: state.token!, studies: analyseStudies(studies, state.baseline) });
  const analysisMilliseconds = performance.now() - began;
  const chunks = chunksOf(
    state.token!,
    Object.fromEntries(
      studies.map(({ key, runs: ofStudy }) => [
        key,
        ofStudy.map((run) => (long ? lengthened(run.predictions) : run.predictions)),
      ]),
    ),
  );
  const plain = chunks.map((chunk) => ({
    ...chunk,
    numbers: [...chunk.numbers],
    expected: [...chunk.expected],
    predicted: [...chunk.predicted],
    probabilities: [...chunk.probabilities],
    scores: [...chunk.scores],
  }));
  const points = records.map(({ id }) => ({
    run: id,
    from: 0,
    training: Array.from({ length: 300 }, (_, i) => [i + 1, 1 / (i + 1)] as const),
    dev: [],
  }));
  return { state, analysis, analysisMilliseconds, chunks: plain, points };
}
