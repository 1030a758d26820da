import * as l10n from '@vscode/l10n';
import { requireMethodThere } from '../../template/read/needsLocalModel';
import { largest, smallest } from '../../lists';
import { rm } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { Failure } from '../../failure';
import { resolveSettings } from '../../template/read/resolveSettings';
import { settingsOfForms } from '../../template/settings/settingGrid';
import type { Format, Method } from '../../template/settings/settings';
import { requireAnswerSlot } from '../../template/read/template';
import { loadTemplate } from '../../template/read/loadTemplate';
import { removeTemporary } from '../../files/atomicFile';
import { readLock } from '../../files/fileLock';
import { readJson, writeJson } from '../../files/jsonFile';
import { newRecord } from '../record/newRecord';
import type { RunRecord } from '../record/record';
import { changeIdleRun, holdRun } from '../record/changeRun';
import { createRun, readRun, runFolders } from '../store/runFolder';
import { lookAtRun, lookAtRuns } from '../store/runIndex';
import { labelsName, type RunLabels } from '../store/runLabels';
import { isFlag, isNumber, isObject, isText, object, optional, type Infer } from '../../channel/guards';
import { clearStopRequest, requestStop } from './stopRequest';
import { announceChange } from './trainerFolder';

/** A run to be put into the queue: a training, or for `hard` an evaluation of the text. */
export interface NewRunRequest {
  /** Absolute path of the template. */
  readonly file: string;
  readonly method: Method;
  /** Settings that outrank the template's: `tune.*` keys with YAML values. */
  readonly set: Readonly<Record<string, unknown>>;
  /** The runs folder. */
  readonly runs: string;
  /** Folder of the adapter to start from. */
  readonly initFrom?: string;
  readonly labels?: RunLabels;
  /** The study that the run is part of. */
  readonly study?: RunRecord['study'];
}

export interface CompareRequest {
  readonly file: string;
  readonly methods: readonly Method[];
  /** Forms of the prompt to put side by side; that of the template when left out. */
  readonly formats?: readonly Format[];
  /** Trainings of each method, with seeds one after another; the template's `tune.seeds` when left out. */
  readonly seeds?: number;
  readonly set?: Readonly<Record<string, unknown>>;
  readonly runs: string;
}

/** The turn of a waiting run, in `queue.json` of its folder; the record itself belongs to whoever works on the run. */
const isTicket = object({
  /** Lower comes first. */
  order: isNumber,
  paused: optional(isFlag),
  /** Folder of the adapter that the run starts from. */
  initFrom: optional(isText),
  /** Settings given beside the template's, which an adapter's own come under. */
  set: optional<Readonly<Record<string, unknown>>>(isObject),
});
export type QueueTicket = Infer<typeof isTicket>;

export interface QueuedRun {
  readonly folder: string;
  readonly record: RunRecord;
  readonly ticket: QueueTicket;
}

const ticketName = 'queue.json';

/** What a run without a readable ticket counts as: queued when it was made. */
const ticketOf = (record: RunRecord, ticket: QueueTicket | undefined): QueueTicket =>
  ticket ?? { order: Date.parse(record.created) || 0 };

export function readTicket(folder: string): Promise<QueueTicket | undefined> {
  return readJson(ticketPath(folder), isTicket);
}

/** Takes the ticket of a run that has begun or ended, unless it was paused meanwhile. */
export async function removeTicket(folder: string): Promise<void> {
  if (!(await readTicket(folder))?.paused) await rm(ticketPath(folder), { force: true });
}

/**
 * Makes a run that waits for the trainer; nothing of the model or the data is opened.
 * @returns its folder
 * @throws Failure when the template or a setting is wrong
 */
export async function enqueueRun(request: NewRunRequest): Promise<string> {
  const { runs } = request;
  const { record, files } = await newRun(request, await nextOrder(runs));
  const folder = await createRun(runs, record, files);
  await announceChange(runs);
  return folder;
}

/** A run that has no folder yet: its record, and the files that are made with it. */
export interface NewRun {
  readonly record: RunRecord;
  readonly files: Readonly<Record<string, object>>;
}

/** @param order its turn in a queue @throws Failure when the template or a setting is wrong */
export async function newRun(
  { file, method, set, initFrom, labels, study }: NewRunRequest,
  order: number,
): Promise<NewRun> {
  const template = await loadTemplate(file);
  requireAnswerSlot(template);
  requireMethodThere(template, method);
  const record: RunRecord = { ...newRecord(template, resolveSettings(template, method, set)), ...(study && { study }) };
  const ticket: QueueTicket = { order, ...(initFrom !== undefined && { initFrom, set }) };
  return { record, files: { [ticketName]: ticket, ...(labels && { [labelsName]: labels }) } };
}

/** Puts the runs of a comparison into the queue. @returns their folders */
export async function enqueueComparison(request: CompareRequest): Promise<readonly string[]> {
  const folders: string[] = [];
  for (const run of await runsOfComparison(request)) folders.push(await enqueueRun(run));
  return folders;
}

/**
 * The runs of a comparison, the text alone first, because it costs least and the others are measured against it; each
 * method once in each form.
 */
export async function runsOfComparison({
  file,
  methods,
  formats,
  seeds,
  set: given = {},
  runs,
}: CompareRequest): Promise<readonly NewRunRequest[]> {
  const template = await loadTemplate(file);
  const ordered = [...new Set(methods)].sort((a, b) => Number(b === 'hard') - Number(a === 'hard'));
  const parts = ordered.flatMap((method) => settingsOfForms(given, formats).map((set) => ({ method, set })));
  return parts.flatMap(({ method, set }): readonly NewRunRequest[] => {
    const settings = resolveSettings(template, method, set);
    if (method === 'hard') return [{ file, method, set, runs }];
    return Array.from({ length: seeds ?? settings.seeds }, (_, index) => ({
      file,
      method,
      set: { ...set, 'tune.seed': String(settings.seed + index) },
      runs,
    }));
  });
}

/**
 * Puts a run that was stopped, failed or lost back into the queue; it goes on from its checkpoint, or begins again
 * where it has none.
 * @throws Failure "run-busy" while it is at work, "run-done" when it is finished
 */
export async function resumeRun(folder: string): Promise<void> {
  const { status, id } = await readRun(folder);
  if (status === 'queued') return setPaused(folder, false);
  if (status === 'done')
    throw new Failure(
      'run-done',
      l10n.t`The run ${id} is finished.`,
      { file: folder },
      l10n.t`Train a new run with more steps, or continue from it.`,
    );
  const ticket = { ...(await readTicket(folder)), order: await nextOrder(resolve(folder, '..')), paused: false };
  await clearStopRequest(folder);
  await changeIdleRun(folder, (record) => {
    if (record.status === 'done') throw new Failure('run-done', l10n.t`The run ${id} is finished.`, { file: folder });
    return { ...record, status: 'queued', error: undefined, finished: undefined, process: undefined };
  });
  await writeTicket(folder, ticket);
}

/** Takes a waiting run out of the queue; it is `stopped`, can be resumed, and keeps what it had reached. */
export async function withdrawRun(folder: string): Promise<void> {
  await changeIdleRun(folder, (record) =>
    record.status === 'queued' ? { ...record, status: 'stopped', finished: new Date().toISOString() } : record,
  );
}

/**
 * Stops a run wherever it is: out of the queue while it waits, at its next step while it works, whichever process that
 * is in.
 */
export async function stopRun(folder: string): Promise<void> {
  const { status } = await readRun(folder);
  if (status === 'queued')
    return withdrawRun(folder).catch((error: unknown) =>
      isBusy(error) ? requestStop(folder) : Promise.reject(error as Error),
    );
  if (status === 'running') await requestStop(folder);
}

/** Pauses one run: a waiting one is passed over, one at work stops with its checkpoint. */
export async function pauseRun(folder: string): Promise<void> {
  const { status } = await readRun(folder);
  if (status === 'running') {
    await writeTicket(folder, {
      order: await firstOrder(resolve(folder, '..')),
      ...(await readTicket(folder)),
      paused: true,
    });
    await requestStop(folder, 'queued');
  } else if (status === 'queued') {
    await setPaused(folder, true);
  }
}

/** Lets a paused run wait for its turn again. */
export function continueRun(folder: string): Promise<void> {
  return setPaused(folder, false);
}

/** Moves a waiting run by one place, or to an end. */
export async function moveInQueue(folder: string, to: 'up' | 'down' | 'first' | 'last'): Promise<void> {
  const queue = await listQueue(resolve(folder, '..'));
  const from = queue.findIndex((entry) => basename(entry.folder) === basename(folder));
  if (from < 0) return;
  const target = { up: from - 1, down: from + 1, first: 0, last: queue.length - 1 }[to];
  if (target < 0 || target >= queue.length || target === from) return;
  const moved = queue.filter((_, index) => index !== from);
  moved.splice(target, 0, queue[from]!);
  // Whole numbers in the new order; only those that change are written.
  const first = smallest(queue.map(({ ticket }) => ticket.order));
  await Promise.all(
    moved.map(({ folder: each, ticket }, index) =>
      ticket.order === first + index ? undefined : writeTicket(each, { ...ticket, order: first + index }),
    ),
  );
}

/** The runs that wait, next first, paused ones in their place; one that cannot be read does not wait. */
export async function listQueue(runsFolder: string): Promise<readonly QueuedRun[]> {
  const entries = await lookAtRuns(await runFolders(runsFolder), waitingRun);
  return inOrder(entries.filter((entry) => entry !== undefined));
}

async function waitingRun(folder: string): Promise<QueuedRun | undefined> {
  const record = (await lookAtRun(folder).catch(() => undefined))?.record;
  // A run that waits in Slurm is nobody's turn here.
  if (record?.status !== 'queued' || record.slurm) return undefined;
  return { folder, record, ticket: ticketOf(record, await readTicket(folder)) };
}

/** Clears away what a process has left in runs that it ended, or was just about to change, when it was killed. */
export async function tidyRuns(runsFolder: string): Promise<void> {
  for (const folder of await runFolders(runsFolder)) {
    if ((await readLock(folder).catch(() => undefined))?.state !== 'dead') continue;
    const status = (await readRun(folder).catch(() => undefined))?.status;
    if (status === undefined || status === 'lost') continue;
    const lock = await holdRun(folder).catch(() => undefined);
    if (!lock) continue;
    try {
      await removeTemporary(folder);
      if (status !== 'queued') await Promise.all([clearStopRequest(folder), removeTicket(folder)]);
    } finally {
      await lock.release();
    }
  }
}

/** Waiting runs as they will be taken up. */
export function inOrder<T extends Pick<QueuedRun, 'record' | 'ticket'>>(entries: readonly T[]): readonly T[] {
  return [...entries].sort(
    (a, b) =>
      a.ticket.order - b.ticket.order ||
      a.record.created.localeCompare(b.record.created) ||
      a.record.id.localeCompare(b.record.id),
  );
}

async function setPaused(folder: string, paused: boolean): Promise<void> {
  await writeTicket(folder, { ...ticketOf(await readRun(folder), await readTicket(folder)), paused });
}

async function nextOrder(runsFolder: string): Promise<number> {
  return (
    largest(
      (await listQueue(runsFolder)).map(({ ticket }) => ticket.order),
      0,
    ) + 1
  );
}

async function firstOrder(runsFolder: string): Promise<number> {
  return (
    smallest(
      (await listQueue(runsFolder)).map(({ ticket }) => ticket.order),
      1,
    ) - 1
  );
}

async function writeTicket(folder: string, ticket: QueueTicket): Promise<void> {
  await writeJson(ticketPath(folder), ticket);
  await announceChange(resolve(folder, '..'));
}

function ticketPath(folder: string): string {
  return join(folder, ticketName);
}

const isBusy = (error: unknown): boolean => error instanceof Failure && error.code === 'run-busy';
