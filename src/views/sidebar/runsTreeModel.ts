import * as l10n from '@vscode/l10n';
import { givenTitle } from '../../comparison/study/methodText';
import { byDeciding, decidingOf } from '../../comparison/study/studyResults';
import { stateWord } from '../../runs/record/words/recordWords';
import { lacksResult } from '../../runs/record/runStage';
import { dirname } from 'node:path';
import { isActive } from '../../runs/store/runStatus';
import { templateName, templateFamily } from '../../template/read/templateName';
import { studyResults } from '../../comparison/study/standingResults';
import type { RunRecord } from '../../runs/record/record';
import { counted, duration, shortMetric } from '../../words/formatNumbers';
import { describeAccuracy, describeState, ofOlderText, pausedText } from '../runs/runText';
import { settingText } from '../../template/settings/settingText';
import { isHeld } from '../../runs/slurm/slurmJob';
import { allocationText } from '../../runs/slurm/slurmWords';
import { capabilitiesOf } from '../../runs/queue/runCapabilities';
import type { UnreadableRun, WatchedRun } from '../runs/runWatcher';
import { shortDate, timeOfDay } from '../../words/formatDates';
import { enumerated } from '../../words/listed';

/** An entry of the *Runs* view, without the editor's types. */
export type RunsNode = TemplateGroup | GridGroup | RunLeaf | UnreadableLeaf;

/** The runs of one template and, beside them, its grids; newest first. */
export interface TemplateGroup {
  readonly kind: 'template';
  readonly path: string;
  readonly label: string;
  readonly description: string;
  readonly children: readonly (GridGroup | RunLeaf)[];
}

/** The runs of a grid: they differ only in the settings that it varies. */
export interface GridGroup {
  readonly kind: 'grid';
  readonly id: string;
  readonly label: string;
  /** The label for screen readers, and where there is room for it. */
  readonly fullLabel: string;
  readonly description: string;
  readonly children: readonly RunLeaf[];
}

export interface RunLeaf {
  readonly kind: 'run';
  readonly run: WatchedRun;
  readonly label: string;
  /** The label for screen readers, and where there is room for it. */
  readonly fullLabel: string;
  readonly description: string;
}

export interface UnreadableLeaf {
  readonly kind: 'unreadable';
  readonly run: UnreadableRun;
}

/** The tree of all runs, in texts short enough for a view of the usual 300 pixels. @param runs newest first */
export function runsTree(
  runs: readonly WatchedRun[],
  unreadable: readonly UnreadableRun[],
  now = new Date(),
): readonly RunsNode[] {
  const moment: Moment = { positions: queuePositions(runs), now };
  const groups = [...groupBy(runs, ({ record }) => record.template.path)].map(([path, ofTemplate]): TemplateGroup => ({
    kind: 'template',
    path,
    label: templateName(path),
    description: groupDescription(ofTemplate),
    children: withGrids(ofTemplate, moment),
  }));
  return [...groups, ...unreadable.map((run): UnreadableLeaf => ({ kind: 'unreadable', run }))];
}

/** What the texts of all runs depend on beside the runs. */
interface Moment {
  readonly positions: QueuePositions;
  readonly now: Date;
  /** Whether runs side by side read their prompt in different forms, so that each says which. */
  readonly formsDiffer?: boolean;
}

/** A grid is listed where its newest run would be. */
function withGrids(runs: readonly WatchedRun[], now: Moment): readonly (GridGroup | RunLeaf)[] {
  const moment = { ...now, formsDiffer: new Set(runs.map(({ record }) => record.settings.format)).size > 1 };
  // The record of a run calls its grid a study.
  const grids = groupBy(
    runs.filter(({ record }) => record.study),
    ({ record }) => record.study!.id,
  );
  return runs.flatMap((run): readonly (GridGroup | RunLeaf)[] => {
    const { study } = run.record;
    if (!study) return [leafOf(run, moment)];
    const members = grids.get(study.id)!;
    return members[0] === run ? [gridOf(study.id, members, moment)] : [];
  });
}

/** Named by what varies; its runs by the values, in the same order. */
function gridOf(id: string, members: readonly WatchedRun[], moment: Moment): GridGroup {
  const { varied } = members[0]!.record.study!;
  return {
    kind: 'grid',
    id,
    label: varied.join(' × '),
    // Runs that differ only in the seed are one study.
    fullLabel: varied.every((name) => name === 'seed')
      ? l10n.t`Study over ${enumerated(varied)}`
      : l10n.t`Grid over ${enumerated(varied)}`,
    description: groupDescription(members),
    children: members.map((run) => leafOf(run, moment, varied)),
  };
}

function leafOf(run: WatchedRun, { positions, now, formsDiffer }: Moment, varied: readonly string[] = []): RunLeaf {
  const { record, changed } = run;
  const values = varied.map((name) => settingText(record.settings, name));
  const title = givenTitle(record) ?? (record.name || values.join(' × '));
  const started = !title && record.status === 'done' && startedText(record, now);
  const state = [
    varied.length > 0 || record.given ? undefined : methodAndForm(record, formsDiffer),
    ...(record.status === 'queued'
      ? [waitingText(run, positions)]
      : changed || record.collapsed !== undefined || started
        ? [describeAccuracy(record, false)]
        : shortState(record)),
  ]
    .filter(Boolean)
    .join(' · ');
  const fullLabel = givenTitle(record) ?? (record.name || varied.map((name, i) => `${name} ${values[i]}`).join(', '));
  const star = record.starred && '★';
  return {
    kind: 'run',
    run,
    label: [star, title || state].filter(Boolean).join(' '),
    fullLabel: [star, fullLabel || state].filter(Boolean).join(' '),
    description: [
      title && state,
      timeLeft(record),
      // There is room for one of them, and what a text no longer says matters less than that it does not.
      changed ? ofOlderText() : record.collapsed !== undefined ? l10n.t`collapsed` : started,
    ]
      .filter(Boolean)
      .join(' · '),
  };
}

/** `soft`, or `soft as chat` beside runs that read their prompt in another form. */
const methodAndForm = ({ method, settings: { format } }: RunRecord, formsDiffer = false): string =>
  formsDiffer && (format === 'chat' || format === 'text') ? l10n.t`${method} as ${format}` : method;

/** The state of a run without what its tooltip and its page add. */
function shortState(record: RunRecord): readonly string[] {
  if (!isActive(record) && lacksResult(record)) return [stateWord(record.status), l10n.t`not measured`];
  const states = describeState(record);
  const allocation = record.status === 'running' && record.slurm ? allocationText(record.slurm) : undefined;
  if (allocation) return [...states.slice(0, 1), allocation];
  return record.status === 'running' || record.status === 'done' ? states.slice(0, 1) : states;
}

/** Position of each waiting run in its queue, from 1; a paused one has none. */
type QueuePositions = ReadonlyMap<string, number>;

function queuePositions(runs: readonly WatchedRun[]): QueuePositions {
  const waiting = runs.filter(({ record, ticket }) => record.status === 'queued' && !record.slurm && !ticket?.paused);
  const order = ({ record, ticket }: WatchedRun) => ticket?.order ?? (Date.parse(record.created) || 0);
  return new Map(
    [...groupBy(waiting, ({ folder }) => dirname(folder)).values()].flatMap((queue) =>
      [...queue]
        .sort((a, b) => order(a) - order(b) || a.record.created.localeCompare(b.record.created))
        .map(({ record }, index): [string, number] => [record.id, index + 1]),
    ),
  );
}

function waitingText({ record, ticket }: WatchedRun, positions: QueuePositions): string {
  // There is room for Slurm's word; what it means, the tooltip says.
  if (record.slurm) return isHeld(record.slurm) ? pausedText() : l10n.t`waiting, ${record.slurm.reason ?? 'Slurm'}`;
  if (ticket?.paused) {
    const [paused = '', step] = describeState(record, ticket);
    return step === undefined ? paused : l10n.t`${paused} at ${step}`;
  }
  const position = positions.get(record.id);
  return position === undefined || position === 1 ? l10n.t`waiting, next` : l10n.t`waiting, number ${position}`;
}

function groupDescription(runs: readonly WatchedRun[]): string {
  const active = runs.filter(({ record }) => isActive(record)).length;
  const best = bestScore(runs);
  return [
    counted(runs.length, 'run'),
    active > 0 ? l10n.t`${active} active` : best === undefined || runs.length === 1 ? undefined : l10n.t`best ${best}`,
  ]
    .filter(Boolean)
    .join(' · ');
}

/** The best of the studies, whose number is the mean of their seeds; none where they are judged by unlike metrics. */
function bestScore(runs: readonly WatchedRun[]): string | undefined {
  const ranked = studyResults(runs.map(({ record }) => record))
    .filter(({ results }) => decidingOf(results).value !== null && !results.onTrainingRows)
    .sort(byDeciding);
  const [best] = ranked.map(({ results }) => decidingOf(results));
  if (!best || ranked.some(({ results }) => decidingOf(results).name !== best.name)) return undefined;
  return shortMetric(best.value, best.scale);
}

/** `15:09` of a run of today, `14 Mar` of an earlier one: distinguishes runs without a name. */
function startedText({ created }: RunRecord, now: Date): string {
  const at = new Date(created);
  if (Number.isNaN(at.getTime())) return created;
  return at.toDateString() === now.toDateString()
    ? timeOfDay(at)
    : shortDate(at, at.getFullYear() !== now.getFullYear());
}

/** `2 min 05 s`, while a run trains and it is known how long a step takes. */
export function durationLeft({ status, progress }: RunRecord): string | undefined {
  if (status !== 'running' || progress.secondsLeft === undefined || !Number.isFinite(progress.secondsLeft))
    return undefined;
  return duration(Math.max(1, Math.round(progress.secondsLeft)));
}

/** `2 min 05 s left`: the same as a statement. */
export function timeLeft(run: RunRecord): string | undefined {
  const left = durationLeft(run);
  return left === undefined ? undefined : l10n.t`${left} left`;
}

/** `run.openRun.showLog.resume`: what may be done with the run, for the conditions of the menus in package.json. */
export function contextValueOf(run: WatchedRun): string {
  return ['run', ...capabilitiesOf(run)].join('.');
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
