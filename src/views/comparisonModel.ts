import type { MetricLine, RunRecord } from '../runs/record';
import type { ComparisonChoice, ComparisonMeasures, ComparisonRow, ComparisonState, CurvePoints, DevPoint, MajorityRow, TrainingPoint } from './comparisonContract';
import { describeRun, isActive, templateFamily, templateName } from './runText';

/** Below this many rows an estimate says too little for a verdict. */
const fewRows = 15;

/**
 * What the page shows of the runs.
 * @param runs newest first; of each template and method the newest is shown, earlier ones upon choice
 */
export function compareRuns(runs: readonly RunRecord[], choice: ComparisonChoice): ComparisonState {
  const families = [...new Set(runs.map((run) => templateFamily(run.template.path)))];
  const family = families.find((key) => key === choice.family) ?? families[0] ?? null;
  const ofFamily = runs.filter((run) => templateFamily(run.template.path) === family);
  const newest = ofFamily.filter((run, index) => ofFamily.findIndex((other) => contest(other) === contest(run)) === index);
  const shown = [...(choice.older ? ofFamily : newest)].sort(byMethod);
  return {
    families: families.map((key) => ({ key, name: familyName(key, families) })),
    family,
    older: choice.older,
    olderRuns: ofFamily.length - newest.length,
    rows: shown.map((run, index) => rowOf(run, letterOf(index))),
    majorities: majoritiesOf(shown),
    notes: notesOn(shown),
  };
}

/** A, B, … Z, AA, AB, … */
export function letterOf(index: number): string {
  const last = String.fromCharCode(65 + (index % 26));
  return index < 26 ? last : letterOf(Math.floor(index / 26) - 1) + last;
}

/** The points in new lines of `metrics.jsonl`. @param from points that went before */
export function pointsOf(run: string, from: number, lines: readonly MetricLine[]): CurvePoints {
  const training: TrainingPoint[] = [];
  const dev: DevPoint[] = [];
  for (const line of lines) {
    if ('dev' in line) dev.push([line.step, finite(line.dev.loss), finite(line.dev.accuracy)]);
    else training.push([line.step, finite(line.loss)]);
  }
  return { run, from, training, dev };
}

/** Runs that answer the same question, so that the newest stands for all. */
function contest(run: RunRecord): string {
  return JSON.stringify([run.template.path, run.method, run.settings.seed]);
}

const methodOrder = ['hard', 'soft', 'v1', 'v2'] as const;

/** Templates one after the other, untrained before trained, newest first. */
function byMethod(a: RunRecord, b: RunRecord): number {
  return a.template.path.localeCompare(b.template.path)
    || methodOrder.indexOf(a.method) - methodOrder.indexOf(b.method)
    || b.created.localeCompare(a.created);
}

function familyName(key: string, all: readonly string[]): string {
  const name = templateName(key);
  const same = all.filter((other) => templateName(other) === name).length > 1;
  return same ? `${name} (${key.split('/').slice(-2, -1).join('')})` : name;
}

function rowOf(run: RunRecord, letter: string): ComparisonRow {
  return {
    run: run.id,
    letter,
    template: templateName(run.template.path),
    method: run.method,
    status: run.status,
    state: run.status === 'done' ? '' : run.error ? `failed: ${run.error.message}` : describeRun(run).split(' · ').slice(1).join(' · '),
    progress: { step: run.progress.step, steps: run.progress.steps },
    created: run.created,
    measures: measuresOf(run),
  };
}

function measuresOf(run: RunRecord): ComparisonMeasures | undefined {
  const result = run.result;
  if (!result) return undefined;
  const accuracy = finite(result.accuracy);
  return {
    split: result.split,
    n: result.n,
    accuracy,
    accuracyInterval: accuracy === null ? null : result.accuracyInterval,
    macroF1: finite(result.macroF1),
    loss: finite(result.loss),
    trainedParameters: result.trainedParameters,
    seconds: result.seconds,
    peakMemoryBytes: result.peakMemoryBytes,
  };
}

function majoritiesOf(runs: readonly RunRecord[]): readonly MajorityRow[] {
  const rows = runs.flatMap(({ result }) => (result?.majority ? [{ ...result.majority, split: result.split, n: result.n }] : []));
  return rows.filter((row, index) => rows.findIndex((other) => JSON.stringify(other) === JSON.stringify(row)) === index);
}

function notesOn(runs: readonly RunRecord[]): readonly string[] {
  const results = runs.flatMap(({ result }) => result ?? []);
  if (results.length === 0) return [];
  const samples = [...new Set(results.map(({ split, n }) => `${n} rows of ${split}`))];
  const seeds = [...new Set(runs.filter(({ method }) => method !== 'hard').map(({ settings }) => settings.seed))];
  const notes = [`Measured on ${samples.join(' and ')}. The range behind an accuracy is its Wilson 95 % interval; loss is the mean objective in nats.`];
  if (samples.length > 1) notes.push('Runs measured on different rows do not compare: look at runs of one split and size.');
  if (seeds.length === 1) notes.push(`One seed (${seeds[0]}): how much a result varies from training to training is not shown.`);
  if (results.some(({ n }) => n < fewRows)) notes.push(`Fewer than ${fewRows} rows say little.`);
  if (runs.some(isActive)) notes.push('A run is still going on.');
  return notes;
}

function finite(value: number | null | undefined): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}
