import type { ConfusionMatrix } from '../scoring/classification';
import { reliability } from '../scoring/statistics/calibration';
import { holm } from '../scoring/statistics/holm';
import { fewSeeds, verdictOn } from '../scoring/statistics/verdict';
import type {
  ComparisonAnalysis,
  MeasuredStudy,
  MeasuredTrial,
  PairedDifference,
  StudyAnalysis,
} from './studyAnalysis';
import { chooseBaseline } from './baseline';
import { accuracyOf, macroF1Of, total } from './studyEstimates';
import { methodsNote } from './methodsNote';
import { createTextNumbers, readOutcomes, type Outcomes, type TextNumbers } from './answerColumns';
import { pairStudies, type Pairing } from './pairStudies';
import type { EvaluationResult } from '../runs/store/record';

interface Read {
  readonly study: MeasuredStudy;
  readonly name: string;
  readonly outcomes: Outcomes | undefined;
}

/**
 * What the studies tell: measures with intervals, paired differences from the baseline with corrected p and a verdict in words, confusions,
 * calibration, and how all that came about. Depends on nothing but what it is given.
 * @param baseline key of the study that the others are measured against; left out, or without results, {@link chooseBaseline} takes one
 */
export function analyseStudies(studies: readonly MeasuredStudy[], baseline?: string | null): ComparisonAnalysis {
  const numbers = createTextNumbers();
  const read = studies.map((study): Read => ({ study, name: nameOf(study), outcomes: readOutcomes(study, numbers) }));
  const reference = referenceOf(read, baseline);
  const pairings = read.map(({ outcomes }): Pairing | undefined => {
    if (!outcomes) return { without: 'Not paired: it has no results.' };
    return reference?.outcomes && outcomes !== reference.outcomes
      ? pairStudies(outcomes, reference.outcomes)
      : undefined;
  });
  const differences = correct(read, pairings, reference);
  const analysed = read.map((one, i): StudyAnalysis => ({
    ...measuresOf(one, numbers),
    difference: differences[i] ?? null,
    without: withoutOf(pairings[i]),
  }));
  const dropped = read.flatMap(({ name, outcomes }, i) => [
    ...(outcomes?.dropped ?? []).map((what) => `${name}: ${what}.`),
    ...droppedOf(pairings[i]).map((what) => `${name} against ${reference!.name}: ${what}.`),
    ...(pairings[i] && 'without' in pairings[i] ? [`${name}: ${pairings[i].without}`] : []),
  ]);
  const key = reference?.study.key ?? null;
  return {
    studies: analysed,
    baseline: key,
    dropped,
    notes: methodsNote({ studies: analysed, baseline: key, dropped }),
  };
}

function nameOf({ name, trials: [first] }: MeasuredStudy): string {
  return name ?? first?.record.method ?? '';
}

function referenceOf(read: readonly Read[], wanted: string | null | undefined): Read | undefined {
  const measured = read.filter(({ outcomes }) => outcomes);
  const key = chooseBaseline(
    measured.map(({ study }) => ({ key: study.key, record: study.trials[0]!.record })),
    wanted,
  );
  return measured.find(({ study }) => study.key === key);
}

function withoutOf(pairing: Pairing | undefined): string {
  if (!pairing) return 'The baseline.';
  return 'without' in pairing ? pairing.without : '';
}

function droppedOf(pairing: Pairing | undefined): readonly string[] {
  return pairing && 'difference' in pairing ? pairing.dropped : [];
}

/** Corrects the p-values of all comparisons with the baseline together, and says what follows. */
function correct(
  read: readonly Read[],
  pairings: readonly (Pairing | undefined)[],
  reference: Read | undefined,
): readonly (PairedDifference | undefined)[] {
  const tested = pairings.flatMap((pairing, i) =>
    pairing && 'difference' in pairing ? [{ i, difference: pairing.difference }] : [],
  );
  const corrected = holm(tested.map(({ difference }) => difference.p));
  const differences: (PairedDifference | undefined)[] = pairings.map(() => undefined);
  tested.forEach(({ i, difference }, rank) => {
    const p = corrected[rank]!;
    const underSeeded = [read[i]!, reference!].flatMap(seedsLacking);
    differences[i] = { ...difference, p, ...verdictOn({ difference, rows: difference.rows, underSeeded, p }) };
  });
  return differences;
}

/** A hard prompt comes out the same whatever the seed. */
function seedsLacking({ name, outcomes }: Read): readonly { readonly name: string; readonly seeds: number }[] {
  const trials = outcomes?.trials ?? [];
  return trials.length > 0 && trials.length < fewSeeds && trials[0]!.record.method !== 'hard'
    ? [{ name, seeds: trials.length }]
    : [];
}

function measuresOf(
  { study, name, outcomes }: Read,
  numbers: TextNumbers,
): Omit<StudyAnalysis, 'difference' | 'without'> {
  const trials = outcomes?.trials ?? study.trials.filter(({ record }) => record.result);
  const results = trials.map(({ record }) => record.result!);
  const mean = (measure: (result: EvaluationResult) => number | null | undefined): number | null =>
    meanOf(results.map(measure));
  const accuracies = outcomes
    ? outcomes.right.map((right) => total(right) / right.length)
    : results.map(({ accuracy }) => accuracy);
  const labelled = outcomes !== undefined && isLabelled(outcomes.trials);
  return {
    key: study.key,
    name,
    method: study.trials[0]!.record.method,
    runs: trials.map(({ record }) => record.id),
    seeds: trials.map(({ record }) => record.settings.seed),
    split: outcomes?.split ?? results[0]?.split ?? null,
    n: outcomes?.rows.length ?? results[0]?.n ?? 0,
    accuracy: outcomes ? accuracyOf(outcomes) : null,
    accuracies,
    spread: accuracies.length > 1 ? standardDeviation(accuracies) : null,
    macroF1: labelled ? macroF1Of(outcomes) : null,
    loss: mean(({ loss }) => loss),
    trainedParameters: results[0]?.trainedParameters ?? 0,
    seconds: mean(({ seconds }) => seconds) ?? 0,
    promptTokens: mean(({ promptTokens }) => promptTokens) ?? 0,
    secondsPerRow: mean(({ secondsPerRow }) => secondsPerRow),
    peakMemoryBytes: Math.max(0, ...results.map(({ peakMemoryBytes }) => peakMemoryBytes)),
    adapterBytes: study.adapterBytes,
    confusion: labelled ? confusionOf(outcomes, numbers) : null,
    reliability: labelled ? reliabilityOf(outcomes) : null,
  };
}

/** Classification answers carry the probabilities of the labels. */
function isLabelled([first]: readonly MeasuredTrial[]): boolean {
  return first?.predictions[0]?.probabilities !== undefined;
}

function confusionOf({ trials, expected, predicted }: Outcomes, numbers: TextNumbers): ConfusionMatrix {
  const inOrder = Object.keys(trials[0]!.predictions[0]!.probabilities!).map((label) => numbers.of(label.trim()));
  const present = new Set([...inOrder, ...expected, ...predicted.flatMap((seed) => [...new Set(seed)])]);
  const labels = [...present];
  const placeOf = new Map(labels.map((label, place) => [label, place]));
  const counts = labels.map(() => labels.map(() => 0));
  for (const seed of predicted) seed.forEach((text, i) => counts[placeOf.get(expected[i]!)!]![placeOf.get(text)!]!++);
  return { labels: labels.map((label) => numbers.texts[label]!), counts };
}

function reliabilityOf({ right, probabilities }: Outcomes): StudyAnalysis['reliability'] {
  const rows = right[0]!.length;
  const [allProbabilities, allRight] = [new Float64Array(rows * right.length), new Uint8Array(rows * right.length)];
  right.forEach((seed, s) => {
    allProbabilities.set(probabilities[s]!, s * rows);
    allRight.set(seed, s * rows);
  });
  return allProbabilities.some(Number.isNaN) ? null : (reliability(allProbabilities, allRight) ?? null);
}

/** Null where a value is missing or no number. */
function meanOf(values: readonly (number | null | undefined)[]): number | null {
  const numbers = values.filter((value): value is number => typeof value === 'number' && Number.isFinite(value));
  return numbers.length < values.length || numbers.length === 0
    ? null
    : numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
}

function standardDeviation(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
}
