import { isActive } from '../../runs/store/runStatus';
import { templateName, templateFamily } from '../../template/read/templateName';
import { fewRows } from '../../scoring/statistics/verdict';
import { chooseBaseline } from '../../comparison/baseline';
import type { MetricLine } from '../../runs/store/metricLine';
import type { EvaluationResult, RunRecord } from '../../runs/store/record';
import type { RunStatus } from '../../runs/store/recordWords';
import type { ComparisonSubject } from '../../comparison/subject';
import { readTemplate } from '../../template/read/template';
import { partialReader } from '../../template/read/partials';
import type {
  ComparisonChoice,
  ComparisonState,
  CurvePoints,
  DevPoint,
  MajorityRow,
  StudyResults,
  StudyRow,
  TrainingPoint,
} from './contract';
import { learnedOf } from './learnedModel';
import { markAt, markOf, type ChosenRuns } from '../runs/runColours';
import { describeRun } from '../runs/runText';
import { fingerprint, inReadingOrder, newestStudies, ofFamily, studiesOf, type Study } from '../studies';

/** The family of the runs chosen in the tree, whatever their templates. */
export const chosenFamily = 'chosen';

export interface ComparisonContext {
  /** Runs chosen in the tree, whose letters and colours hold here too. */
  readonly chosen: ChosenRuns;
  readonly trusted: boolean;
}

/** What is shown, as studies: the state for the page is made of it, and the folders for whoever reads the answers. */
export interface ShownComparison {
  readonly state: ComparisonState;
  readonly studies: readonly Study[];
}

/**
 * What the page shows of the runs.
 * @param runs newest first; of each template and method the newest study is shown, earlier ones upon choice
 */
export function compareRuns(
  runs: readonly RunRecord[],
  choice: ComparisonChoice,
  context: ComparisonContext = { chosen: [], trusted: true },
): ShownComparison {
  const chosen = runs.filter(({ id }) => context.chosen.includes(id));
  const families = [...new Set(runs.map((run) => templateFamily(run.template.path)))];
  const keys = chosen.length > 1 ? [...families, chosenFamily] : families;
  const family = keys.find((key) => key === choice.family) ?? families[0] ?? null;
  const all = studiesOf(family === chosenFamily ? chosen : ofFamily(runs, family));
  const newest = family === chosenFamily ? all : newestStudies(all);
  const studies = inReadingOrder(choice.older ? all : newest);
  const baseline = baselineOf(studies, choice.baseline);
  const places = placesOf(studies, context.chosen);
  const state: ComparisonState = {
    families: keys.map((key) => ({
      key,
      name: key === chosenFamily ? `Chosen runs (${chosen.length})` : familyName(key, families),
    })),
    family,
    older: choice.older,
    olderStudies: all.length - newest.length,
    studies: studies.map((study, index) => rowOf(study, places[index]!)),
    baseline,
    majorities: majoritiesOf(studies),
    notes: notesOn(studies),
    warnings: warningsOn(studies),
    learned: learnedOf(studies, baseline),
    variables: variablesOf(studies),
    askable: context.trusted,
    token: tokenOf(studies, baseline),
  };
  return { state, studies };
}

/** What the answers are read from. @param folderOf where a run lies */
export function subjectOf(
  { state, studies }: ShownComparison,
  folderOf: (run: string) => string | undefined,
): ComparisonSubject {
  return {
    token: state.token ?? '',
    baseline: state.baseline,
    studies: studies
      .map(({ key, runs }, index) => ({
        key,
        name: nameOf(state.studies[index]!),
        folders: runs.filter(hasResult).flatMap(({ id }) => folderOf(id) ?? []),
      }))
      .filter(({ folders }) => folders.length > 0),
  };
}

/** `B · triage · soft`, or the name that a person gave. */
function nameOf({ badge, name, template, method }: StudyRow): string {
  return `${badge} · ${name || `${template} · ${method}`}`;
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

const hasResult = ({ result }: RunRecord): boolean => result !== undefined;

function baselineOf(studies: readonly Study[], wanted: string | null): string | null {
  return chooseBaseline(
    studies.filter(({ runs }) => runs.some(hasResult)).map(({ key, runs: [record] }) => ({ key, record })),
    wanted,
  );
}

/** Studies of chosen runs keep the places of those; the others take the ones that are left, in order. */
function placesOf(studies: readonly Study[], chosen: ChosenRuns): readonly number[] {
  const marked = studies.map(({ runs }) =>
    runs.map(({ id }) => markOf(chosen, id)?.colourIndex).find((place) => place !== undefined),
  );
  const taken = new Set(marked);
  let free = 0;
  return marked.map((place) => {
    if (place !== undefined) return place;
    while (taken.has(free)) free++;
    return free++;
  });
}

function tokenOf(studies: readonly Study[], baseline: string | null): string | null {
  const measured = studies
    .map(({ key, runs }) => [key, runs.filter(hasResult).map(({ id, finished }) => [id, finished])] as const)
    .filter(([, runs]) => runs.length > 0);
  return measured.length === 0 ? null : fingerprint([measured, baseline]);
}

function familyName(key: string, all: readonly string[]): string {
  const name = templateName(key);
  const same = all.filter((other) => templateName(other) === name).length > 1;
  return same ? `${name} (${key.split('/').slice(-2, -1).join('')})` : name;
}

function rowOf({ key, runs }: Study, place: number): StudyRow {
  const [first] = runs;
  const speaking = mostPressing(runs);
  const results = resultsOf(runs);
  return {
    key,
    badge: markAt(place).badge,
    colourIndex: place,
    template: templateName(first.template.path),
    method: first.method,
    name: runs.find(({ name }) => name)?.name ?? '',
    starred: runs.some(({ starred }) => starred),
    runs: runs.map(({ id, settings, status, result }) => ({
      run: id,
      seed: settings.seed,
      status,
      accuracy: finite(result?.accuracy),
      loss: finite(result?.loss),
    })),
    status: speaking.status,
    state: stateOf(speaking, runs.length),
    progress: { step: speaking.progress.step, steps: speaking.progress.steps },
    created: first.created,
    ...(results && { results }),
  };
}

const pressing: readonly RunStatus[] = ['running', 'queued', 'failed', 'lost', 'stopped', 'done'];

function mostPressing(runs: Study['runs']): RunRecord {
  return runs.reduce((chosen, run) => (pressing.indexOf(run.status) < pressing.indexOf(chosen.status) ? run : chosen));
}

function stateOf(run: RunRecord, seeds: number): string {
  const which = seeds > 1 ? `seed ${run.settings.seed}: ` : '';
  if (run.status === 'done') return run.collapsed === undefined ? '' : `${which}collapsed onto “${run.collapsed}”`;
  if (run.error) return `${which}failed: ${run.error.message}`;
  return which + describeRun(run).split(' · ').slice(1).join(' · ');
}

function resultsOf(runs: Study['runs']): StudyResults | undefined {
  const measured = runs.filter(hasResult);
  const results = measured.map(({ result }) => result!);
  const [first] = results;
  if (!first) return undefined;
  const mean = (measure: (result: EvaluationResult) => number | null | undefined): number | null => {
    const values = results.map((result) => finite(measure(result)));
    return values.includes(null) ? null : values.reduce<number>((sum, value) => sum + value!, 0) / values.length;
  };
  const accuracy = mean((result) => result.accuracy);
  return {
    split: first.split,
    n: first.n,
    accuracy,
    accuracyInterval: accuracy === null || results.length > 1 ? null : first.accuracyInterval,
    macroF1: mean((result) => result.macroF1),
    loss: mean((result) => result.loss),
    trainedParameters: first.trainedParameters,
    seconds: mean((result) => result.seconds) ?? 0,
    promptTokens: mean((result) => result.promptTokens) ?? 0,
    secondsPerRow: mean((result) => result.secondsPerRow),
    peakMemoryBytes: Math.max(...results.map((result) => result.peakMemoryBytes)),
    trainingRows: runs[0].method === 'hard' ? null : (measured[0]!.data.train?.rows ?? null),
  };
}

function majoritiesOf(studies: readonly Study[]): readonly MajorityRow[] {
  const rows = studies
    .flatMap(({ runs }) => runs)
    .flatMap(({ result }) => (result?.majority ? [{ ...result.majority, split: result.split, n: result.n }] : []));
  return rows.filter(
    (row, index) => rows.findIndex((other) => JSON.stringify(other) === JSON.stringify(row)) === index,
  );
}

function notesOn(studies: readonly Study[]): readonly string[] {
  const runs = studies.flatMap((study) => study.runs);
  const results = runs.flatMap(({ result }) => result ?? []);
  if (results.length === 0) return [];
  const samples = [...new Set(results.map(({ split, n }) => `${n} rows of ${split}`))];
  const seeds = [...new Set(runs.filter(({ method }) => method !== 'hard').map(({ settings }) => settings.seed))];
  const notes = [
    `Measured on ${samples.join(' and ')}. The range behind the accuracy of one seed is its Wilson 95 % interval; loss is the mean objective in nats.`,
  ];
  if (seeds.length === 1)
    notes.push(`One seed (${seeds[0]}): how much a result varies from training to training is not shown.`);
  return notes;
}

function warningsOn(studies: readonly Study[]): readonly string[] {
  const runs = studies.flatMap((study) => study.runs);
  const samples = runs.flatMap(({ result, data }) =>
    result ? [`${result.n} ${result.split} ${data[result.split]?.sha256 ?? ''}`] : [],
  );
  const rows = runs.flatMap(({ result }) => result?.n ?? []);
  return [
    ...(new Set(samples).size > 1
      ? ['Runs measured on different rows do not compare: look at runs of one split and size.']
      : []),
    ...(rows.some((n) => n < fewRows) ? [`Fewer than ${fewRows} rows say little.`] : []),
    ...(runs.some(isActive) ? ['A run is still going on.'] : []),
    ...leftOut(studies),
  ];
}

/** What a comparison of results cannot hold, while there are some. */
function leftOut(studies: readonly Study[]): readonly string[] {
  const without = studies.filter(({ runs }) => !runs.some(hasResult));
  if (without.length === 0 || without.length === studies.length) return [];
  return [
    `Left out, for want of results: ${without.map(({ runs }) => `${templateName(runs[0].template.path)} · ${runs[0].method} (${mostPressing(runs).status})`).join(', ')}.`,
  ];
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
