import * as l10n from '@vscode/l10n';
import type { RunRecord } from '../../runs/record/record';
import { runMethods, trains, type RunStatus } from '../../runs/record/words/recordWords';
import { hostedModelOf } from '../../template/read/hostedModel';
import { fingerprint } from './fingerprint';

/** Runs of one method on one text, with the same model and settings, that differ in nothing but the seed. */
export interface Study {
  /** Tells studies apart; stays the same while runs come and go. */
  readonly key: string;
  /** Lowest seed first, of each seed the newest run. */
  readonly runs: readonly [RunRecord, ...RunRecord[]];
}

/**
 * The studies among some runs, in reading order: templates by name, each before its variants; methods as they are
 * listed; of one method the newest first.
 * @param runs in any order
 */
export function studiesOf(runs: readonly RunRecord[]): readonly Study[] {
  const groups = new Map<string, Map<number, RunRecord>>();
  for (const run of [...runs].sort(byCreation)) {
    const key = studyKey(run);
    const seeds = groups.get(key) ?? new Map<number, RunRecord>();
    groups.set(key, seeds.set(run.settings.seed, run));
  }
  return [...groups]
    .map(([key, seeds]) => ({ key, runs: bySeed([...seeds.values()]) as unknown as Study['runs'] }))
    .sort(inReadingOrder);
}

/** By the record, which nobody changes: a tree of a thousand runs asks twice for each. */
const keys = new WeakMap<RunRecord, string>();

function studyKey(run: RunRecord): string {
  const key = keys.get(run) ?? makeStudyKey(run);
  keys.set(run, key);
  return key;
}

/** Everything that two runs of a study have in common; text and settings as a fingerprint. */
function makeStudyKey(run: RunRecord): string {
  const { template, method, settings, model, versions, form, given, result } = run;
  const shared = { ...settings, seed: undefined, seeds: undefined };
  const { text, partials = {} } = template;
  const read = [
    text,
    partials,
    model.id,
    model.sha256,
    shared,
    versions.numbers,
    ...(form ? [form] : []),
    ...(given ? [given.name, given.sha256] : []),
    ...(result?.hosted ? [result.hosted.address] : []),
  ];
  return `${template.path}|${method}|${fingerprint(read)}`;
}

function bySeed(runs: readonly RunRecord[]): readonly RunRecord[] {
  return [...runs].sort((a, b) => a.settings.seed - b.settings.seed);
}

/** Oldest first. */
function byCreation(a: RunRecord, b: RunRecord): number {
  return a.created.localeCompare(b.created) || a.id.localeCompare(b.id);
}

function inReadingOrder(a: Study, b: Study): number {
  const [{ template: mine, method }] = a.runs;
  const [{ template: other, method: otherMethod }] = b.runs;
  return (
    byTemplate(mine.path, other.path) ||
    runMethods.indexOf(method) - runMethods.indexOf(otherMethod) ||
    newestRun(b).created.localeCompare(newestRun(a).created) ||
    a.runs[0].id.localeCompare(b.runs[0].id)
  );
}

/** By folder and name; a template before its variants. */
export function byTemplate(a: string, b: string): number {
  const stem = (path: string) => path.replace(/\.prompt$/, '');
  return stem(a).localeCompare(stem(b));
}

/** @param study of which at least one run is given */
export function newestRun({ runs }: { readonly runs: readonly RunRecord[] }): RunRecord {
  return runs.reduce((newest, run) => (byCreation(newest, run) < 0 ? run : newest));
}

/**
 * Leaves out studies that a newer one of the same {@link supersessionKey} has replaced. Those of one grid, planned
 * together to find out what a setting does, stay together.
 */
export function currentStudies(studies: readonly Study[]): readonly Study[] {
  const newest = new Map<string, Study>();
  for (const study of studies) {
    const key = supersessionKey(study);
    const other = newest.get(key);
    if (!other || byCreation(newestRun(other), newestRun(study)) < 0) newest.set(key, study);
  }
  return studies.filter((study) => {
    const successor = newest.get(supersessionKey(study))!;
    return successor === study || (gridOf(successor) !== undefined && gridOf(successor) === gridOf(study));
  });
}

/**
 * Studies with the same key answer the same question, so that the newest represents all: of answers from elsewhere
 * those of the same name. One trained on another file
 * answers another: what its rows are worth; and so does one that was read in another form, or measured on a model that
 * runs elsewhere.
 */
function supersessionKey({ runs: [{ template, method, data, form, settings, given, model }] }: Study): string {
  return JSON.stringify([
    template.path,
    method,
    given?.name ?? null,
    !trains(method) ? null : (data.train?.path ?? null),
    form?.format ?? settings.format ?? 'text',
    ...(hostedModelOf(model.id) ? [model.id] : []),
  ]);
}

/** The grid that the study was planned in; the run's record calls it a study. */
function gridOf({ runs: [run] }: Study): string | undefined {
  return run.study?.id;
}

/** What is called first when several runs stand for one study. */
const urgency: readonly RunStatus[] = ['running', 'queued', 'failed', 'lost', 'stopped', 'done'];

/** The run that needs most attention, and whose state is that of its study. */
export function mostUrgentRun(runs: Study['runs']): RunRecord {
  return runs.reduce((chosen, run) => (urgency.indexOf(run.status) < urgency.indexOf(chosen.status) ? run : chosen));
}

/** A run's name within its study: `soft`, or where there are several seeds `soft, seed 2`. */
export function seedName(name: string, { runs }: Study, run: RunRecord): string {
  return runs.length > 1 ? l10n.t`${name}, seed ${run.settings.seed}` : name;
}
