import * as l10n from '@vscode/l10n';
import { isActive } from '../../runs/store/runStatus';
import { isolated } from '../../words/isolateText';
import { hasResults } from '../../comparison/study/baseline';
import { compareStudies } from '../../comparison/compareStudies';
import { fingerprint } from '../../comparison/study/fingerprint';
import { currentStudies, mostUrgentRun, studiesOf, type Study } from '../../comparison/study/studies';
import { familyNames } from '../../comparison/study/studyNames';
import type { ComparisonAnalysis, ComparisonSubject } from '../../comparison/analysis/subject';
import type { StudyComparison, TaskComparison } from '../../comparison/taskComparison';
import { listed } from '../../words/listed';
import type { MetricLine } from '../../runs/store/files/metricLine';
import { decidingMetric } from '../../runs/record/measuredMetrics';
import type { RunRecord } from '../../runs/record/record';
import { partDone } from '../../runs/record/runStage';
import { partialReader } from '../../template/read/partials';
import { readTemplate } from '../../template/read/template';
import { templateFamily } from '../../template/read/templateName';
import { markAt, markOf, type ChosenRuns } from '../runs/runColours';
import { describeState } from '../runs/runText';
import type {
  AnsweredComparison,
  ComparisonChoice,
  ComparisonState,
  CurvePoints,
  DevPoint,
  StudyRow,
  TrainingPoint,
} from './contract';
import { learnedOf } from './learnedModel';

/** The family of the runs chosen in the tree, whatever their templates. */
export const chosenFamily = 'chosen';

export interface ComparisonContext {
  /** Runs chosen in the tree, whose badges and colours hold here too. */
  readonly chosen: ChosenRuns;
  readonly trusted: boolean;
  /** In what the template of a run asks otherwise by now. */
  changesOf?(run: string): readonly string[];
}

/** What is shown: the state for the page, and the comparison that it is made of. */
export interface ShownComparison {
  readonly state: ComparisonState;
  /** As far as the records tell. */
  readonly comparison: TaskComparison;
}

/**
 * What the page shows of the runs.
 * @param runs newest first; studies that a newer one has replaced are shown upon choice
 */
export function showComparison(
  runs: readonly RunRecord[],
  choice: ComparisonChoice,
  context: ComparisonContext = { chosen: [], trusted: true },
): ShownComparison {
  const { families, family, ofFamily } = chooseFamily(runs, choice, context.chosen);
  const all = studiesOf(ofFamily);
  const current = family === chosenFamily ? all : currentStudies(all);
  const name = families.find(({ key }) => key === family)?.name ?? '';
  const comparison = compareStudies(choice.older ? all : current, { name, baseline: choice.baseline });
  const { studies, baseline } = comparison;
  const colours = colourIndexes(studies, context.chosen);
  const state: ComparisonState = {
    families,
    family,
    older: choice.older,
    olderStudies: all.length - current.length,
    studies: studies.map((study, index) => rowOf(study, colours[index]!, context)),
    baseline,
    metric: comparison.metric,
    metrics: comparison.metrics,
    majorities: comparison.majorities,
    notes: comparison.notes,
    warnings: comparison.warnings,
    learned: learnedOf(comparison),
    variables: variablesOf(studies),
    askable: context.trusted,
    token: tokenOf(studies, baseline),
  };
  return { state, comparison };
}

interface FamilyChoice {
  readonly families: ComparisonState['families'];
  readonly family: string | null;
  readonly ofFamily: readonly RunRecord[];
}

/** The family wanted, else that of the newest run. */
function chooseFamily(runs: readonly RunRecord[], { family }: ComparisonChoice, marked: ChosenRuns): FamilyChoice {
  const chosen = runs.filter(({ id }) => marked.includes(id));
  const keys = [...new Set(runs.map((run) => templateFamily(run.template.path)))];
  const names = familyNames(keys);
  const families = [
    ...keys.map((key, i) => ({ key, name: names[i]! })),
    ...(chosen.length > 1 ? [{ key: chosenFamily, name: l10n.t`Chosen runs (${chosen.length})` }] : []),
  ];
  const shown = families.find(({ key }) => key === family)?.key ?? keys[0] ?? null;
  return {
    families,
    family: shown,
    ofFamily: shown === chosenFamily ? chosen : runs.filter((run) => templateFamily(run.template.path) === shown),
  };
}

/** The comparison with what the answers tell: what report and exports say of the same runs. */
export function answeredComparison({ comparison }: ShownComparison, analysis: ComparisonAnalysis): TaskComparison {
  const { name, baseline, studies } = comparison;
  return compareStudies(studies, { name, baseline, analysis: analysis.studies });
}

/** The same for the page, which has the rest already. */
export function answersForPage(shown: ShownComparison, analysis: ComparisonAnalysis): AnsweredComparison {
  const { studies, notes } = answeredComparison(shown, analysis);
  return {
    token: analysis.token,
    notes,
    studies: studies.map((study) => ({
      key: study.key,
      results: study.results,
      difference: study.difference,
      differences: study.differences,
      withoutDifference: study.withoutDifference,
      confusion: study.confusion,
      confusionDifference: study.confusionDifference,
      reliability: study.reliability,
      distributions: study.distributions,
      fields: study.fields,
      adapterBytes: study.adapterBytes,
    })),
  };
}

/** What the answers are read from. @param folderOf where a run is */
export function subjectOf(
  { state, comparison: { studies } }: ShownComparison,
  folderOf: (run: string) => string | undefined,
): ComparisonSubject {
  return {
    token: state.token ?? '',
    baseline: state.baseline,
    metric: state.metric?.name ?? null,
    studies: studies
      .map(({ key, runs }) => ({
        key,
        folders: runs.filter(({ result }) => result).flatMap(({ id }) => folderOf(id) ?? []),
      }))
      .filter(({ folders }) => folders.length > 0),
  };
}

/** The points in new lines of `metrics.jsonl`. @param from points that went before */
export function pointsOf(run: string, from: number, lines: readonly MetricLine[]): CurvePoints {
  const training: TrainingPoint[] = [];
  const dev: DevPoint[] = [];
  for (const line of lines) {
    if ('dev' in line) dev.push([line.step, finite(line.dev.loss), finite(line.dev.score?.value ?? line.dev.accuracy)]);
    else training.push([line.step, finite(line.loss)]);
  }
  return { run, from, training, dev };
}

/** Studies of chosen runs keep the colours of those; the others take the ones that are left, in order. */
function colourIndexes(studies: readonly Study[], chosen: ChosenRuns): readonly number[] {
  const marked = studies.map(({ runs }) =>
    runs.map(({ id }) => markOf(chosen, id)?.colourIndex).find((colourIndex) => colourIndex !== undefined),
  );
  const taken = new Set(marked);
  let free = 0;
  return marked.map((colourIndex) => {
    if (colourIndex !== undefined) return colourIndex;
    while (taken.has(free)) free++;
    return free++;
  });
}

/** Changes with whatever the answers are read from: a result that comes or goes, and the baseline. */
function tokenOf(studies: readonly Study[], baseline: string | null): string | null {
  const measured = studies
    .filter(hasResults)
    .map(({ key, runs }) => [key, runs.filter(({ result }) => result).map(({ id, finished }) => [id, finished])]);
  return measured.length === 0 ? null : fingerprint([measured, baseline]);
}

function rowOf(study: StudyComparison, colourIndex: number, { changesOf }: ComparisonContext): StudyRow {
  const { runs, results } = study;
  const changed = (results && changesOf?.(results.runs[0]!)) ?? [];
  const representative = mostUrgentRun(runs);
  const { step, steps } = partDone(representative.progress);
  return {
    key: study.key,
    badge: markAt(colourIndex).badge,
    colourIndex,
    template: study.template,
    method: study.method,
    name: study.name,
    givenName: study.givenName,
    starred: runs.some(({ starred }) => starred),
    runs: runs.map(({ id, settings, status, result }) => ({
      run: id,
      seed: settings.seed,
      status,
      score: result ? finite(decidingMetric(result).value) : null,
      loss: finite(result?.loss),
    })),
    status: study.status,
    state: stateOf(representative, runs.length),
    progress: { step, steps },
    older: listed(changed),
    created: runs[0].created,
    results,
    missingSeeds: runs.some(isActive) ? 0 : study.missingSeeds,
  };
}

function stateOf(run: RunRecord, seeds: number): string {
  const state = ownState(run);
  return seeds > 1 && state !== '' ? l10n.t`seed ${run.settings.seed}: ${state}` : state;
}

function ownState(run: RunRecord): string {
  if (run.status === 'done')
    return run.collapsed === undefined ? '' : l10n.t`collapsed onto “${isolated(run.collapsed)}”`;
  if (run.error) return l10n.t`failed: ${run.error.message}`;
  return describeState(run).join(' · ');
}

/** Variables of the templates as they were when the runs began, in order of first use. */
function variablesOf(studies: readonly Study[]): readonly string[] {
  return [
    ...new Set(
      studies.flatMap(
        ({
          runs: [
            {
              template: { path, text, partials },
            },
          ],
        }) =>
          readTemplate(text, path, partials ? (name) => partials[name] : partialReader(path)).template?.variables ?? [],
      ),
    ),
  ];
}

function finite(value: number | null | undefined): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}
