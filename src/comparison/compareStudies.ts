import * as l10n from '@vscode/l10n';
import { unansweredText } from '../runs/record/words/describeProvenance';
import { largest } from '../lists';
import { confusionDifference, withShares, type LabelShares } from '../scoring/classification';
import { trains } from '../runs/record/words/recordWords';
import { fewSeeds, verdictOn } from '../scoring/statistics/verdict';
import { templateName } from '../template/read/templateName';
import { chooseBaseline } from './study/baseline';
import { majoritiesOf } from './study/majorities';
import { methodsNote } from './methodsNote';
import { settingDifferences } from './study/settingDifferences';
import { mostUrgentRun, type Study } from './study/studies';
import type { PairedDifference, StudyAnalysis, StudyDifference } from './analysis/studyAnalysis';
import { givenName, studyNames } from './study/studyNames';
import { studyNotes } from './study/studyNotes';
import { recordedResults } from './study/recordedResults';
import { faceOf, type MetricFace } from '../scoring/metricFace';
import { metricOf, type StudyResults } from './study/studyResults';
import type { StudyComparison, TaskComparison } from './taskComparison';
import { textAloneOf } from './study/textAlone';
import { warningsOn } from './warnings';

export interface ComparisonRequest {
  /** What the comparison is called. */
  readonly name: string;
  /**
   * Key of the study that the others are measured against; left out, or without results, {@link chooseBaseline} takes
   * one.
   */
  readonly baseline?: string | null;
  /** What the answers tell, of each study; left out while they are not read. */
  readonly analysis?: readonly StudyAnalysis[];
}

/**
 * Puts studies side by side: names, results, differences with verdicts, and what must be said of them.
 * @param studies in reading order, as `studiesOf` gives them
 */
export function compareStudies(studies: readonly Study[], request: ComparisonRequest): TaskComparison {
  const baseline = chooseBaseline(studies, request.baseline);
  const names = studyNames(studies);
  const named = studies.map((study, i) => resultsOfStudy(study, names[i]!, request.analysis));
  const reference = named.find(({ study }) => study.key === baseline);
  const metric = decidingMetricOf(reference ?? named.find(({ results }) => results));
  const compared = named.map((one) => studyComparison(one, { reference, metric }));
  const dropped = request.analysis && named.flatMap((one) => droppedOf(one, reference));
  return {
    name: request.name,
    studies: compared,
    baseline,
    metric,
    metrics: metricsOfAll(named, metric),
    majorities: majoritiesOf(studies),
    settings: settingDifferences(studies.map(({ runs: [run] }) => run)),
    warnings: warningsOn(compared),
    dropped: dropped ?? [],
    notes: methodsNote({ studies: compared, baseline, dropped }),
  };
}

/** What decides of a study, by its name and kind alone. */
const decidingMetricOf = (named: NamedStudy | undefined): MetricFace | null =>
  named?.results?.metrics[0] ? faceOf(named.results.metrics[0]) : null;

/** All metrics that some study was measured by, the one that decides first. */
function metricsOfAll(named: readonly NamedStudy[], deciding: MetricFace | null): readonly MetricFace[] {
  const all = named.flatMap(({ results }) => results?.metrics ?? []).map(faceOf);
  return [...new Map([...(deciding ? [deciding] : []), ...all].map((face) => [face.name, face])).values()];
}

interface Against {
  readonly reference: NamedStudy | undefined;
  readonly metric: MetricFace | null;
}

interface NamedStudy {
  readonly study: Study;
  readonly name: string;
  readonly results: StudyResults | null;
  readonly analysis: StudyAnalysis | undefined;
}

function resultsOfStudy(study: Study, name: string, analyses: readonly StudyAnalysis[] | undefined): NamedStudy {
  const analysis = analyses?.find(({ key }) => key === study.key);
  return { study, name, analysis, results: analysis ? analysis.results : recordedResults(study) };
}

function studyComparison(named: NamedStudy, { reference, metric }: Against): StudyComparison {
  const { study, name, results, analysis } = named;
  const [{ template, method }] = study.runs;
  const differences = (analysis?.differences ?? []).map((difference) => differenceOf(difference, [named, reference!]));
  const difference = differences.find((one) => one.metric === metric?.name) ?? null;
  return {
    ...study,
    name,
    givenName: givenName(study),
    template: templateName(template.path),
    method,
    status: mostUrgentRun(study.runs).status,
    results,
    textAlone: textAloneOf(study),
    missingSeeds: missingSeeds(named),
    difference,
    differences,
    withoutDifference: withoutDifference(named, difference, metric),
    confusion: analysis?.confusion ? withShares(analysis.confusion) : null,
    confusionDifference: confusionsOf(named, reference),
    reliability: analysis?.reliability ?? null,
    distributions: analysis?.distributions ?? [],
    fields: analysis?.fields ?? null,
    adapterBytes: analysis?.adapterBytes ?? 0,
    notes: studyNotes(name, study, { verdict: difference?.sentence, results }),
  };
}

function withoutDifference(
  { analysis, results }: NamedStudy,
  difference: StudyDifference | null,
  metric: MetricFace | null,
): string {
  if (!analysis) return results ? '' : l10n.t`Not paired: it has no results.`;
  if (analysis.withoutDifference || difference || !metric) return analysis.withoutDifference;
  return l10n.t`Not paired: it was not measured by ${metric.name}.`;
}

function confusionsOf(named: NamedStudy, reference: NamedStudy | undefined): LabelShares | null {
  const [own, others] = [named.analysis?.confusion, reference?.analysis?.confusion];
  return own && others && named !== reference ? confusionDifference(own, others) : null;
}

function differenceOf(difference: PairedDifference, sides: readonly NamedStudy[]): StudyDifference {
  const { rows, p } = difference;
  return {
    ...difference,
    ...verdictOn({
      difference,
      rows,
      p,
      underSeeded: sides.flatMap(seedsLacking),
      trainedOn: rowsTrainedOn(sides),
      metric: metricOf(sides[0]!.results, difference.metric) ?? undefined,
    }),
  };
}

/** Rows measured that were trained on, of the side that has most; a text alone is not trained on any. */
const rowsTrainedOn = (sides: readonly NamedStudy[]): number =>
  largest(
    sides.map(({ study, results }) => (trains(study.runs[0].method) ? (results?.shared?.train ?? 0) : 0)),
    0,
  );

/** Trained with too few seeds for a verdict. */
function seedsLacking(named: NamedStudy): readonly { readonly name: string; readonly seeds: number }[] {
  const missing = missingSeeds(named);
  return missing > 0 ? [{ name: named.name, seeds: fewSeeds - missing }] : [];
}

/** A hard prompt, and answers that are there, come out the same whatever the seed. */
function missingSeeds({ study, results }: NamedStudy): number {
  const seeds = results?.seeds.length ?? 0;
  return seeds === 0 || !trains(study.runs[0].method) ? 0 : Math.max(0, fewSeeds - seeds);
}

/** What of a study was left out, a sentence each. The warnings name studies without results. */
function droppedOf(
  { name, study, analysis, results }: NamedStudy,
  reference: NamedStudy | undefined,
): readonly string[] {
  if (!analysis || !results) return [];
  const { dropped, unpaired, withoutDifference, isUnpaired } = analysis;
  return [
    ...dropped.map((what) => l10n.t`${name}: ${what}.`),
    ...study.runs.flatMap(({ id, result }) => {
      const unanswered = results.runs.includes(id) && result?.hosted ? unansweredText(result.hosted) : '';
      return unanswered ? [l10n.t`${name}: ${unanswered}.`] : [];
    }),
    ...unpaired.map((what) => l10n.t`${name} against ${reference!.name}: ${what}.`),
    ...(isUnpaired ? [l10n.t`${name}: ${withoutDifference}`] : []),
  ];
}
