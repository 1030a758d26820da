import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { exactMcNemar, holm, pairedBootstrap } from '../scoring/statistics';
import type { ComparisonAnalysis, ComparisonSubject, Confusion, PairedDifference, Reliability, StudyAnalysis } from './inspection';
import { readPredictions } from './metrics';
import type { PredictionLine, RunRecord } from './record';
import { readRun } from './runFolder';

/** A study with all its answers. */
export interface MeasuredStudy {
  readonly key: string;
  readonly trials: readonly { readonly record: RunRecord; readonly predictions: readonly PredictionLine[] }[];
  readonly adapterBytes: number;
}

/** Below this many rows there is no verdict. */
const fewRows = 15;
const bins = 10;
const bootstrapSeed = 1;

/** Reads the answers of the studies and says what they tell: intervals, paired differences, confusions, calibration. */
export async function analyseComparison({ token, studies, baseline }: ComparisonSubject): Promise<ComparisonAnalysis> {
  const measured = await Promise.all(studies.map(async ({ key, folders }): Promise<MeasuredStudy> => ({
    key,
    trials: await Promise.all(folders.map(async (folder) => ({ record: await readRun(folder), predictions: await readPredictions(folder) }))),
    adapterBytes: folders[0] === undefined ? 0 : await folderBytes(join(folders[0], 'adapter')),
  })));
  return { token, ...analyseStudies(measured, baseline) };
}

export function analyseStudies(studies: readonly MeasuredStudy[], baseline: string | null): Omit<ComparisonAnalysis, 'token'> {
  const reference = studies.find(({ key }) => key === baseline);
  const compared = studies.map((study) => ({ study, difference: reference && study !== reference ? differenceOf(study, reference) : undefined }));
  const tested = compared.filter(({ difference }) => difference?.p !== undefined && difference.p !== null);
  const corrected = holm(tested.map(({ difference }) => difference!.p!));
  return {
    studies: compared.map(({ study, difference }): StudyAnalysis => {
      const place = tested.findIndex((other) => other.study === study);
      const told = difference && place >= 0 ? { ...difference, p: corrected[place]! } : difference;
      return {
        key: study.key,
        accuracy: accuracyOf(study),
        difference: told ?? null,
        without: told ? '' : study === reference ? 'the baseline' : 'no rows in common with the baseline',
        confusion: confusionOf(study),
        reliability: reliabilityOf(study),
        adapterBytes: study.adapterBytes,
      };
    }),
    notes: [],
  };
}

async function folderBytes(folder: string): Promise<number> {
  const names = await readdir(folder).catch(() => []);
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(folder, name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

function rightness({ trials }: MeasuredStudy): ReadonlyMap<number, number> {
  const totals = new Map<number, number>();
  for (const { predictions } of trials) for (const { row, expected, predicted } of predictions) totals.set(row, (totals.get(row) ?? 0) + Number(expected.trim() === predicted.trim()));
  return new Map([...totals].map(([row, total]) => [row, total / trials.length]));
}

function accuracyOf(study: MeasuredStudy): StudyAnalysis['accuracy'] {
  const [first] = study.trials;
  if (!first?.record.result || first.record.result.accuracy === null) return null;
  if (study.trials.length === 1) {
    const [low, high] = first.record.result.accuracyInterval;
    return { mean: first.record.result.accuracy, low, high };
  }
  return pairedBootstrap([...rightness(study).values()], { seed: bootstrapSeed, resamples: 2000 });
}

function differenceOf(study: MeasuredStudy, reference: MeasuredStudy): PairedDifference | undefined {
  const [ours, theirs] = [rightness(study), rightness(reference)];
  const shared = [...ours.keys()].filter((row) => theirs.has(row));
  if (shared.length === 0) return undefined;
  const { mean, low, high } = pairedBootstrap(shared.map((row) => ours.get(row)! - theirs.get(row)!), { seed: bootstrapSeed, resamples: 2000 });
  const once = study.trials.length === 1 && reference.trials.length === 1;
  const p = once ? exactMcNemar(shared.filter((row) => ours.get(row)! > theirs.get(row)!).length, shared.filter((row) => ours.get(row)! < theirs.get(row)!).length) : null;
  const verdict = shared.length < fewRows ? 'unsaid' : low > 0 ? 'better' : high < 0 ? 'worse' : 'unclear';
  return { mean, low, high, p, verdict, words: verdict };
}

function confusionOf({ trials }: MeasuredStudy): Confusion | null {
  const labels = Object.keys(trials[0]?.predictions[0]?.probabilities ?? {});
  if (labels.length === 0) return null;
  const counts = labels.map(() => labels.map(() => 0));
  for (const { predictions } of trials) {
    for (const { expected, predicted } of predictions) {
      const [row, column] = [labels.indexOf(expected), labels.indexOf(predicted)];
      if (row >= 0 && column >= 0) counts[row]![column]!++;
    }
  }
  return { labels, counts };
}

function reliabilityOf({ trials }: MeasuredStudy): Reliability | null {
  const answers = trials.flatMap(({ predictions }) => predictions.flatMap(({ probabilities, predicted, expected }) => (probabilities?.[predicted] === undefined ? [] : [{ p: probabilities[predicted], right: expected === predicted }])));
  if (answers.length === 0) return null;
  const filled = Array.from({ length: bins }, (_, bin) => ({ low: bin / bins, high: (bin + 1) / bins, of: answers.filter(({ p }) => Math.min(bins - 1, Math.floor(p * bins)) === bin) })).filter(({ of }) => of.length > 0)
    .map(({ low, high, of }) => ({ low, high, n: of.length, confidence: of.reduce((sum, { p }) => sum + p, 0) / of.length, accuracy: of.filter(({ right }) => right).length / of.length }));
  return { bins: filled, calibrationError: filled.reduce((sum, { n, confidence, accuracy }) => sum + n * Math.abs(confidence - accuracy), 0) / answers.length };
}
