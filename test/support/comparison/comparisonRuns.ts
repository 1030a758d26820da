import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readRun, createRun } from '../../../src/runs/store/runFolder';
import { writePredictions } from '../../../src/runs/store/files/predictionsFile';
import type { RunRecord } from '../../../src/runs/record/record';
import { setLabels } from '../../../src/runs/store/runLabels';
import { predictionsOf, sketchRun } from './comparison';
import { temporaryFolder } from './comparisons';

const rows = 90;
const instruction = 'Say what the message is about: money, a fault, the account or the post.';

type Sketch = Parameters<typeof sketchRun>[0];

/** A run's sketch, and what of its folder is missing. */
interface FolderSketch extends Sketch {
  readonly withoutAnswers?: boolean;
}

const settingsOf = (sketch: Sketch, changes: object): RunRecord['settings'] => ({
  ...sketchRun(sketch).settings,
  ...changes,
});

const steps = (method: 'soft' | 'v1' | 'v2', changes: object, seed = 1) =>
  settingsOf({ id: 'run-00', method, seed }, changes);

/**
 * One of everything that a comparison must get right: seeds; a study that a newer one has replaced; a grid; two
 * variants; names that a person gave; settings that differ and a learning rate that was found; an instruction
 * rewritten, with its text measured alone, and one for which nothing better was found; a run that collapsed; one that
 * failed and a seed that failed; answers that are missing, values that an earlier version did not measure, and rows of
 * another file.
 */
const sketches: readonly FolderSketch[] = [
  { id: 'run-hard-10', method: 'hard', accuracy: 0.45 },
  // Replaced by the seeds below, which were trained later with other settings.
  {
    id: 'run-soft-05',
    method: 'soft',
    accuracy: 0.5,
    trained: 2560,
    more: { settings: steps('soft', { length: 10 }) },
  },
  { id: 'run-soft-11', method: 'soft', accuracy: 0.7, trained: 5120, more: { learningRate: 0.1 } },
  { id: 'run-soft-12', method: 'soft', seed: 2, accuracy: 0.75, trained: 5120, more: { learningRate: 0.1 } },
  { id: 'run-soft-13', method: 'soft', seed: 3, accuracy: 0.72, trained: 5120, more: { learningRate: 0.1 } },
  ...[100, 400].map((count, i) => ({
    id: `run-v1-2${i}`,
    method: 'v1' as const,
    accuracy: 0.5 + 0.1 * i,
    trained: 5120,
    more: {
      settings: steps('v1', { steps: count }),
      study: { id: 'grid', varied: ['steps'] },
      ...(i === 0 && { collapsed: 'billing' }),
    },
  })),
  {
    id: 'run-v2-30',
    method: 'v2',
    accuracy: 0.8,
    trained: 68352,
    more: {
      name: 'the best so far',
      learningRate: 0.0316227766,
      rewritten: {
        original: instruction,
        instruction: `${instruction} Each is as likely\n as the others.`,
        text: '…',
        edits: [{ before: 'post.', after: 'post. Each …', gain: 0.0599, standardError: 0.0108 }],
      },
      textResult: { ...sketchRun({ id: 'run-text-30', method: 'hard', accuracy: 0.5, rows }).result! },
      textGain: { mean: 0.025, interval: [-0.008, 0.067] },
    },
  },
  {
    id: 'run-v2-31',
    method: 'v2',
    seed: 2,
    trained: 68352,
    more: { status: 'failed', error: { code: 'loss-not-finite', message: 'The loss of seed 2 is not a number.' } },
  },
  { id: 'run-also-40', method: 'hard', template: 'triage.also', accuracy: 0.5 },
  {
    id: 'run-also-41',
    method: 'soft',
    template: 'triage.also',
    accuracy: 0.6,
    trained: 5120,
    more: {
      rewritten: { original: instruction, instruction, text: '…', edits: [] },
    },
  },
  { id: 'run-also-42', method: 'soft', seed: 2, template: 'triage.also', accuracy: 0.6, withoutAnswers: true },
  {
    id: 'run-also-43',
    method: 'v1',
    template: 'triage.also',
    accuracy: 0.6,
    trained: 5120,
    more: { data: { test: { path: '/work/triage/data/other.jsonl', rows, sha256: 'other' } } },
  },
  {
    id: 'run-also-44',
    method: 'v2',
    template: 'triage.also',
    more: { status: 'failed', error: { code: 'out-of-memory', message: 'There was not enough memory.' } },
  },
  { id: 'run-short-50', method: 'hard', template: 'triage.short', accuracy: 0.35, withoutAnswers: true },
  // Another task altogether.
  { id: 'run-other-60', method: 'hard', template: '../questions/questions', accuracy: 0.3 },
];

/** A run as it is in its folder. */
export interface RunOnDisk {
  readonly folder: string;
  readonly record: RunRecord;
}

/** Writes the folders of all these runs. @returns the runs, oldest first; they are gone after the test */
export async function writeComparedRuns(): Promise<readonly RunOnDisk[]> {
  const runsFolder = await temporaryFolder();
  const runs: RunOnDisk[] = [];
  for (const sketch of sketches) {
    const folder = await createRun(runsFolder, withoutTiming(sketchRun({ ...sketch, rows })));
    const { id, method, seed = 1, accuracy } = sketch;
    if (accuracy !== undefined && !sketch.withoutAnswers)
      await writePredictions(folder, predictionsOf(seed + id.length, accuracy, rows));
    if (method !== 'hard') {
      await mkdir(join(folder, 'adapter'));
      await writeFile(join(folder, 'adapter', 'adapter_model.safetensors'), new Uint8Array(1000 + 10 * seed));
    }
    if (sketch.more?.name !== undefined) await setLabels(folder, { name: sketch.more.name });
    runs.push({ folder, record: await readRun(folder) });
  }
  return runs;
}

/** The grid was made by a version that measured neither the time of a row nor the label mass. */
function withoutTiming(record: RunRecord): RunRecord {
  if (!record.study || !record.result) return record;
  return {
    ...record,
    result: { ...record.result, secondsPerRow: undefined, labelMass: undefined, likeliest: undefined },
  };
}
