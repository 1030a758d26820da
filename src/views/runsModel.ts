import { dirname } from 'node:path';
import type { RunRecord } from '../runs/record';
import { duration } from '../runs/format';
import { describeState, formatRate, isActive, templateFamily, templateName } from './runText';
import type { UnreadableRun, WatchedRun } from './runWatcher';

/** An entry of the *Runs* view, without a word of the editor's. */
export type RunsNode = TemplateGroup | StudyGroup | RunLeaf | UnreadableLeaf;

/** The runs of one template and, beside them, its studies; newest first. */
export interface TemplateGroup {
  readonly kind: 'template';
  readonly path: string;
  readonly label: string;
  readonly description: string;
  readonly children: readonly (StudyGroup | RunLeaf)[];
}

/** The runs of a grid: they differ only in the settings that it varies. */
export interface StudyGroup {
  readonly kind: 'study';
  readonly id: string;
  readonly label: string;
  readonly description: string;
  readonly children: readonly RunLeaf[];
}

export interface RunLeaf {
  readonly kind: 'run';
  readonly run: WatchedRun;
  readonly label: string;
  readonly description: string;
}

export interface UnreadableLeaf {
  readonly kind: 'unreadable';
  readonly run: UnreadableRun;
}

/** The tree of all runs. @param runs newest first */
export function runsTree(runs: readonly WatchedRun[], unreadable: readonly UnreadableRun[]): readonly RunsNode[] {
  const places = queuePlaces(runs);
  const groups = [...groupBy(runs, ({ record }) => record.template.path)].map(([path, ofTemplate]): TemplateGroup => ({
    kind: 'template',
    path,
    label: templateName(path),
    description: groupWords(ofTemplate),
    children: withStudies(ofTemplate, places),
  }));
  return [...groups, ...unreadable.map((run): UnreadableLeaf => ({ kind: 'unreadable', run }))];
}

/** A study stands where its newest run does. */
function withStudies(runs: readonly WatchedRun[], places: QueuePlaces): readonly (StudyGroup | RunLeaf)[] {
  const studies = groupBy(runs.filter(({ record }) => record.study), ({ record }) => record.study!.id);
  return runs.flatMap((run): readonly (StudyGroup | RunLeaf)[] => {
    const { study } = run.record;
    if (!study) return [leafOf(run, places)];
    const members = studies.get(study.id)!;
    return members[0] === run ? [studyOf(study.id, members, places)] : [];
  });
}

function studyOf(id: string, members: readonly WatchedRun[], places: QueuePlaces): StudyGroup {
  const { varied } = members[0]!.record.study!;
  return {
    kind: 'study',
    id,
    label: `Study over ${varied.join(', ')}`,
    description: groupWords(members),
    children: members.map((run) => leafOf(run, places, varied)),
  };
}

function leafOf(run: WatchedRun, places: QueuePlaces, varied: readonly string[] = []): RunLeaf {
  const { record } = run;
  const values = varied.map((name) => `${name} ${settingText(record.settings, name)}`).join(', ');
  const states = record.status === 'queued' ? [waitingWords(run, places)] : describeState(record);
  const state = [varied.length > 0 ? undefined : record.method, ...states].filter(Boolean).join(' · ');
  const title = record.name || values;
  // A narrow view cuts the end off, so how a run stands comes before when it was started.
  return {
    kind: 'run', run,
    label: [record.starred && '★', title || state].filter(Boolean).join(' '),
    description: [title && state, timeLeft(record), !title && startedWords(record)].filter(Boolean).join(' · '),
  };
}

/** Place of each waiting run in its queue, from 1; one that was set aside has none. */
type QueuePlaces = ReadonlyMap<string, number>;

function queuePlaces(runs: readonly WatchedRun[]): QueuePlaces {
  const waiting = runs.filter(({ record, ticket }) => record.status === 'queued' && !ticket?.paused);
  const order = ({ record, ticket }: WatchedRun) => ticket?.order ?? (Date.parse(record.created) || 0);
  return new Map([...groupBy(waiting, ({ folder }) => dirname(folder)).values()].flatMap((queue) =>
    [...queue].sort((a, b) => order(a) - order(b) || a.record.created.localeCompare(b.record.created)).map(({ record }, index): [string, number] => [record.id, index + 1])));
}

function waitingWords({ record, ticket }: WatchedRun, places: QueuePlaces): string {
  if (ticket?.paused) return record.progress.step > 0 ? `set aside at step ${record.progress.step}/${record.progress.steps}` : 'set aside';
  const place = places.get(record.id);
  return place === undefined || place === 1 ? 'waiting, next' : `waiting, number ${place}`;
}

function groupWords(runs: readonly WatchedRun[]): string {
  const active = runs.filter(({ record }) => isActive(record)).length;
  const best = bestAccuracy(runs);
  return [
    runs.length === 1 ? '1 run' : `${runs.length} runs`,
    active > 0 ? `${active} going on` : undefined,
    best === undefined || runs.length === 1 ? undefined : `best ${formatRate(best)}`,
  ].filter(Boolean).join(' · ');
}

function bestAccuracy(runs: readonly WatchedRun[]): number | undefined {
  const accuracies = runs.flatMap(({ record }) => (Number.isFinite(record.result?.accuracy) ? [record.result!.accuracy] : []));
  return accuracies.length > 0 ? Math.max(...accuracies) : undefined;
}

/** `14 Mar, 15:09`: what tells runs apart that have no name. */
function startedWords({ created }: RunRecord): string {
  const at = new Date(created);
  return Number.isNaN(at.getTime()) ? created : at.toLocaleString('en-GB', { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' });
}

/** `2 min 05 s left`, while a run trains and two steps have told how long one takes. */
export function timeLeft({ status, progress }: RunRecord): string | undefined {
  if (status !== 'running' || progress.secondsLeft === undefined || !Number.isFinite(progress.secondsLeft)) return undefined;
  return `${duration(Math.max(1, Math.round(progress.secondsLeft)))} left`;
}

/** A setting as a person writes it. */
export function settingText(settings: RunRecord['settings'], name: string): string {
  const value = (settings as unknown as Readonly<Record<string, unknown>>)[name];
  return typeof value === 'string' ? value : JSON.stringify(value) ?? 'unset';
}

/** Words that the menus' conditions look for: `run.ended.trained.resumable.starred`. */
export function contextOf({ record, ticket }: WatchedRun): string {
  const { status, method, starred, progress } = record;
  const trained = method !== 'hard' && (status === 'done' || status === 'stopped') && progress.step > 0;
  return [
    'run', isActive(record) ? 'active' : 'ended', status, ticket?.paused && 'paused',
    trained && 'trained',
    method !== 'hard' && ['stopped', 'failed', 'lost'].includes(status) && 'resumable',
    starred ? 'starred' : 'plain',
  ].filter(Boolean).join('.');
}

/** The settings of a run that differ from the defaults of its method, as `--set` takes them; ready for the front matter as well. */
export function settingsAsYaml(record: RunRecord): string {
  const hidden = new Set(['method', 'data', 'labels']);
  const settings = record.settings as unknown as Readonly<Record<string, unknown>>;
  return Object.entries(settings).filter(([name]) => !hidden.has(name)).map(([name, value]) => `tune.${name}: ${yamlSetting(value)}`).join('\n');
}

/** A setting of a record as it is written in a front matter. */
export function yamlSetting(value: unknown): string {
  if (typeof value === 'object' && value !== null && 'kind' in value) {
    return 'words' in value ? `{ text: ${JSON.stringify(value.words)} }` : String(value.kind);
  }
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Of the runs of a template's family the newest finished one of each method. @param runs newest first */
export function lastResults(runs: readonly WatchedRun[], path: string): readonly WatchedRun[] {
  const done = runs.filter(({ record }) => record.status === 'done' && record.result && record.template.path === path);
  return done.filter(({ record }, index) => done.findIndex((other) => other.record.method === record.method) === index);
}

/** Whether two templates are variants of one. */
export function areVariants(one: string, other: string): boolean {
  return templateFamily(one) === templateFamily(other);
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}
