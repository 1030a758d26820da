import * as l10n from '@vscode/l10n';
import type { ConfusionMatrix } from '../../scoring/classification';
import { reliability } from '../../scoring/statistics/calibration';
import { hasLabels, isOnTrainingRows as isTrainedOn } from '../../runs/record/words/describeProvenance';
import { fieldScores } from '../../scoring/fields/fieldScores';
import { holm } from '../../scoring/statistics/holm';
import { createTextNumbers, readOutcomes, type Outcomes, type TextNumbers } from './answerColumns';
import { pairStudies, unpaired, type Pairing } from './pairStudies';
import { scoreDistributions } from './distributions';
import type { AnsweredStudy, MeasuredRun } from './answeredStudy';
import type { PairedDifference, StudyAnalysis } from './studyAnalysis';
import { estimatesOf, macroF1Of } from './studyEstimates';
import { recordedResults, resultsOf, type AnsweredResults } from '../study/recordedResults';
import { fieldResults } from '../../scoring/fields/fieldResults';
import type { StudyResults } from '../study/studyResults';
import type { Study } from '../study/studies';

interface OutcomesOfStudy {
  readonly study: AnsweredStudy;
  readonly outcomes: Outcomes | undefined;
}

/**
 * What the answers of some studies tell, as numbers: results with intervals, paired differences from the baseline with
 * corrected p, confusions, calibration, fields. Depends on nothing but what it is given.
 * @param baseline key of the study that the others are measured against
 * @returns an analysis of each study, in their order
 */
export function analyseStudies(studies: readonly AnsweredStudy[], baseline: string | null): readonly StudyAnalysis[] {
  const numbers = createTextNumbers();
  const read = studies.map((study): OutcomesOfStudy => ({ study, outcomes: readOutcomes(study, numbers) }));
  const reference = read.find(({ study }) => study.key === baseline);
  const pairings = read.map((one) => pairingOf(one, reference));
  const differences = withCorrectedP(pairings);
  const distributions = scoreDistributions(read.map(({ outcomes }) => outcomes));
  return read.map(({ study, outcomes }, i) => {
    const labelled = outcomes !== undefined && isLabelled(outcomes.runs);
    return {
      key: study.key,
      results: studyResults(study, outcomes, numbers),
      differences: differences[i]!,
      withoutDifference: 'withoutDifference' in pairings[i]! ? pairings[i].withoutDifference : '',
      isUnpaired: 'withoutDifference' in pairings[i]! && pairings[i].isUnpaired,
      dropped: droppedOf(study, outcomes),
      unpaired: 'unpaired' in pairings[i]! ? pairings[i].unpaired : [],
      confusion: labelled ? confusionOf(outcomes, numbers) : null,
      reliability: labelled ? reliabilityOf(outcomes) : null,
      distributions: distributions[i]!,
      fields: outcomes && !labelled ? fieldsOf(outcomes) : null,
      adapterBytes: study.adapterBytes,
    };
  });
}

function pairingOf({ study, outcomes }: OutcomesOfStudy, reference: OutcomesOfStudy | undefined): Pairing {
  if (reference?.study === study) return { withoutDifference: l10n.t`The baseline.`, isUnpaired: false };
  if (!study.runs.some(({ record }) => record.result)) return unpaired(l10n.t`Not paired: it has no results.`);
  if (!outcomes) return unpaired(l10n.t`Not paired: its answers are missing.`);
  if (isOnTrainingRows(outcomes))
    return {
      withoutDifference: l10n.t`Not compared: it was measured on the rows of train, which say nothing of other rows.`,
      isUnpaired: false,
    };
  if (!reference?.outcomes) return unpaired(l10n.t`Not paired: the answers of the baseline are missing.`);
  return pairStudies(outcomes, reference.outcomes);
}

const isOnTrainingRows = ({ runs }: Outcomes): boolean => runs.some(({ record: { result } }) => isTrainedOn(result));

/** Corrects the p-values of all comparisons with the baseline by one metric together. */
function withCorrectedP(pairings: readonly Pairing[]): readonly (readonly PairedDifference[])[] {
  const differences = pairings.map((pairing) => ('differences' in pairing ? pairing.differences : []));
  const corrected = new Map<PairedDifference, number>();
  for (const metric of new Set(differences.flat().map((difference) => difference.metric))) {
    const together = differences.flat().filter((difference) => difference.metric === metric);
    holm(together.map(({ p }) => p)).forEach((p, rank) => corrected.set(together[rank]!, p));
  }
  return differences.map((list) => list.map((difference) => ({ ...difference, p: corrected.get(difference)! })));
}

function droppedOf(study: AnsweredStudy, outcomes: Outcomes | undefined): readonly string[] {
  if (outcomes) return outcomes.dropped;
  return study.runs.some(({ record }) => record.result) ? [l10n.t`its answers are missing`] : [];
}

function studyResults(
  { key, runs }: AnsweredStudy,
  outcomes: Outcomes | undefined,
  numbers: TextNumbers,
): StudyResults | null {
  if (outcomes)
    return resultsOf(
      outcomes.runs.map(({ record }) => record),
      answeredResults(outcomes, numbers),
    );
  const records = runs.map(({ record }) => record);
  return records.length === 0 ? null : recordedResults({ key, runs: records as unknown as Study['runs'] });
}

function answeredResults(outcomes: Outcomes, numbers: TextNumbers): AnsweredResults {
  const { rows, runs } = outcomes;
  const metrics = estimatesOf(outcomes);
  if (rows.length === 0) return { n: 0, metrics, macroF1: null, macroF1Interval: null };
  const macroF1 = isLabelled(runs) ? macroF1Of(outcomes, numbers) : null;
  const isTrained = isOnTrainingRows(outcomes);
  return {
    n: rows.length,
    metrics,
    macroF1: macroF1 && macroF1.mean,
    macroF1Interval: macroF1 && !isTrained ? [macroF1.low, macroF1.high] : null,
  };
}

/** Whether the answers are labels: with their probabilities, where they were produced here. */
function isLabelled([first]: readonly MeasuredRun[]): boolean {
  if (!first) return false;
  return first.record.method === 'answers' || first.record.result.hosted
    ? hasLabels(first.record.result)
    : first.predictions[0]?.probabilities !== undefined;
}

/** In the order of the template's enum. */
const labelsOf = ({ predictions, record }: MeasuredRun): readonly string[] =>
  Object.keys(predictions[0]!.probabilities ?? record.settings.labels);

function confusionOf({ runs, expected, predicted }: Outcomes, numbers: TextNumbers): ConfusionMatrix {
  const inOrder = labelsOf(runs[0]!).map((label) => numbers.of(label.trim()));
  const present = new Set([...inOrder, ...expected, ...predicted.flatMap((seed) => [...new Set(seed)])]);
  const labels = [...present];
  const positionOf = new Map(labels.map((label, position) => [label, position]));
  const counts = labels.map(() => labels.map(() => 0));
  for (const seed of predicted)
    seed.forEach((text, i) => counts[positionOf.get(expected[i]!)!]![positionOf.get(text)!]!++);
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

/** Over the rows that all seeds have; null where the answers of any are not judged as JSON. */
function fieldsOf({ runs, rows }: Outcomes): StudyAnalysis['fields'] {
  const common = new Set(rows);
  const seeds = runs.flatMap(({ record, predictions }) => {
    const fields = fieldScores(
      predictions.filter(({ row }) => common.has(row)),
      record.settings.metrics,
    );
    return fields ? [fields] : [];
  });
  return seeds.length === 0 || seeds.length < runs.length ? null : fieldResults(seeds);
}
