import * as l10n from '@vscode/l10n';
import { requireMethodThere } from '../../template/read/needsLocalModel';
import { join } from 'node:path';
import { baseModelMismatch, writeAdapter, type AdapterBase } from '../../adapters/peft';
import { Failure, withLocation } from '../../failure';
import { readInputs } from '../../scoring/evaluate';
import { openTaskJudge } from '../../scoring/judgeAnswers';
import { resolveSettings } from '../../template/read/resolveSettings';
import type { Method } from '../../template/settings/settings';
import { costOfMissing } from '../../template/settings/data/missingSplits';
import type { PromptTemplate } from '../../template/read/template';
import { loadTemplate } from '../../template/read/loadTemplate';
import { tuneBlackBox } from '../../tuning/blackBox/blackBox';
import { blackBoxStatement } from '../../objective/blackBoxStatement';
import type { SoftPrompt } from '../../objective/prompt';
import { train } from '../../tuning/train';
import {
  readCheckpoint,
  startingPoint,
  startOf,
  writeCheckpoint,
  type StoredCheckpoint,
} from '../store/files/checkpointFolder';
import { errorOf, startRun, type LiveRun } from './liveRun';
import { truncateMetrics } from '../store/files/metrics';
import { logPath } from '../store/files/logFile';
import { atWork, newRecord, withSources } from '../record/newRecord';
import { prepareTask } from '../../objective/task';
import { closeTask } from '../../objective/rows/splits';
import { openAdapter, withInstruction } from './openAdapter';
import { requireFitting, type OpenTask } from './openTask';
import { openWithExamples, settledSettings, withExamplesOf } from './measuring/showExamples';
import { warnRun } from './warnRun';
import { watchMemory, type MemoryWatch } from './peakMemory';
import { requireModelOfStudy } from './study/modelOfStudy';
import { readTicket, removeTicket, type NewRunRequest } from '../queue/queue';
import type { RunRecord } from '../record/record';
import { dayOfRun } from '../../objective/recordedForm';
import { recordedTemplate, requireSameSources } from '../record/recordedTemplate';
import { lacksResult } from '../record/runStage';
import { rewriteInstruction, rewritesText } from './rewriting';
import { endMeasured, measure, measureTrained } from './measuring/measureRun';
import { checkRows, selectionOf, withShared, type RowsOfRun } from './measuring/rowsOfRun';
import type { RunOptions } from '../store/runEvent';
import { sha256 } from '../../files/sha256';
import { readSearch } from '../store/files/searchFile';
import { createRun, readRun } from '../store/runFolder';
import { findRun } from '../store/scanRuns';
import { forgetSamples } from '../store/files/samples';
import { followTraining } from './trainingProgress';
import { asFailure, failureLog, isStopped } from '../../classifyError';
import { readVersions } from '../record/versions';

export interface TrainRunRequest extends Omit<NewRunRequest, 'labels'> {
  /** The run to go on with, by id or folder; its own template and settings hold. */
  readonly resume?: string;
}

export interface RunOutcome {
  readonly folder: string;
  readonly record: RunRecord;
  /** Why a run failed that had begun to train. */
  readonly failure?: Failure;
}

/** A run that is about to be worked on. */
interface Plan {
  readonly folder: string;
  readonly id: string;
  /** What it starts from where its ticket does not say. */
  readonly start?: SoftPrompt;
  /** The model that the adapter to start from says it was trained for. */
  readonly base?: AdapterBase;
}

interface Preparation {
  readonly template: PromptTemplate;
  readonly record: RunRecord;
  readonly start?: SoftPrompt;
  /** The model that the adapter to start from says it was trained for. */
  readonly base?: AdapterBase;
  readonly resume?: StoredCheckpoint;
}

/**
 * One training from template to result: run folder, training, adapter, evaluation on the test split.
 * @throws Failure when the input is wrong; a run that fails later is an outcome with status `failed`.
 */
export async function trainRun(request: TrainRunRequest, options: RunOptions = {}): Promise<RunOutcome> {
  if (request.resume === undefined) return carryOut(await planNew(request), options);
  return continueTraining(await findRun(request.runs, request.resume), options);
}

/**
 * Trains in a run's folder: one that waits from its beginning, one that was stopped, failed or lost from its
 * checkpoint.
 * @throws Failure "run-busy", "run-done", and as {@link trainRun}
 */
export async function continueTraining(folder: string, options: RunOptions = {}): Promise<RunOutcome> {
  const { id, status } = await readRun(folder);
  // A task that Slurm starts again finds its run as the end before has left it; the lock decides.
  if (status === 'running' && !options.task)
    throw new Failure('run-busy', l10n.t`The run ${id} is at work.`, { file: folder }, l10n.t`Stop it first.`);
  return carryOut({ folder, id }, options);
}

async function carryOut(plan: Plan, given: RunOptions): Promise<RunOutcome> {
  const { folder, id } = plan;
  const run = await startRun(folder, id, given);
  const options: RunOptions = { ...given, signal: run.signal };
  const {
    method,
    template: { path },
    settings: { steps },
  } = run.record;
  run.emit({ kind: 'run', run: id, folder, method, file: path });
  const memory = watchMemory();
  let begun = false;
  try {
    if (lacksResult(run.record)) {
      begun = true;
      return { folder, record: await measureTrained(run, options) };
    }
    const preparation = await prepare(run, plan);
    const { record } = preparation;
    run.progress({ phase: 'loading', step: preparation.resume?.checkpoint.step ?? 0, steps });
    await run.log(`${preparation.resume ? 'Resumed' : 'Started'}: ${method} on ${path}`);
    const cost = preparation.resume ? undefined : costOfMissing(record.settings.data);
    if (cost !== undefined) await warnRun(run, cost);
    const { template, record: noted, began, ...opened } = await openWithExamples(run, preparation, options);
    try {
      requireModelOfStudy(options, opened.model);
      await noteSources(run, preparation, opened);
      await requireJudge(opened);
      const rows = await checkAllRows(run, opened, options);
      begun = true;
      const work = { preparation: { ...preparation, template, record: noted }, rows, memory, options, began };
      if (!rewritesText(opened.task.settings) || record.rewritten) return await trainAndTest(run, { ...work, opened });
      return await rewriteAndTrain(run, { ...work, opened });
    } finally {
      await closeTask(opened.task);
    }
  } catch (error) {
    if (isStopped(error, options.signal)) return { folder, record: await run.end('stopped') };
    const failure = asFailure(withLocation(error, { file: path }), logPath(folder));
    await run.log(failureLog(failure, error)).catch(() => undefined);
    const failed = await run
      .end('failed', (current) => ({ ...current, error: errorOf(failure) }))
      .catch((): undefined => undefined);
    if (begun && failed) return { folder, record: failed, failure };
    throw failure;
  } finally {
    memory.stop();
  }
}

/** Says whether there is a training for a method. @throws Failure "nothing-to-train" */
export function requireTrainable(method: Method): void {
  if (method === 'hard')
    throw new Failure(
      'nothing-to-train',
      l10n.t`A hard prompt has nothing to train.`,
      {},
      l10n.t`Evaluate it, or choose the method soft, v1 or v2.`,
    );
}

async function planNew(request: TrainRunRequest): Promise<Plan> {
  requireTrainable(request.method);
  const written = await loadTemplate(request.file);
  requireMethodThere(written, request.method);
  const adapter = request.initFrom === undefined ? undefined : await openAdapter(request.initFrom);
  const template = withInstruction(written, adapter?.instruction);
  const settings = resolveSettings(template, request.method, { ...adapter?.use.set, ...request.set });
  const record = {
    ...newRecord(template, settings),
    ...(request.study && { study: request.study }),
    ...(adapter && { initFrom: adapter.folder }),
  };
  return {
    folder: await createRun(request.runs, atWork(record)),
    id: record.id,
    start: adapter?.prompt,
    base: adapter?.base,
  };
}

/** Reads what the run goes on from, now that no other process can change it. */
async function prepare(run: LiveRun, { start, base }: Plan): Promise<Preparation> {
  const { folder, record } = run;
  const stored = await lastCheckpoint(folder);
  await truncateMetrics(folder, stored?.metricsOffset ?? 0);
  await forgetSamples(folder, stored?.checkpoint.step ?? 0);
  if (!stored && !start) {
    const ticket = await readTicket(folder);
    if (ticket?.initFrom !== undefined) return prepareFromAdapter(run, ticket.initFrom, ticket.set);
  }
  const preparation = { template: recordedTemplate(record), record };
  const beginning = start ?? (stored && startOf(stored));
  return beginning ? { ...preparation, start: beginning, base } : { ...preparation, resume: stored };
}

/** A run that waited to start from an adapter takes over what belongs to it only now. */
async function prepareFromAdapter(
  run: LiveRun,
  from: string,
  set: Readonly<Record<string, unknown>> = {},
): Promise<Preparation> {
  const { prompt, use, instruction, base } = await openAdapter(from);
  const template = withInstruction(recordedTemplate(run.record), instruction);
  const settings = resolveSettings(template, run.record.method, { ...use.set, ...set });
  const record = await run.change((current) => ({
    ...current,
    settings,
    initFrom: from,
    template: { ...current.template, text: template.text, sha256: sha256(template.text) },
  }));
  return { template, record, start: prompt, base };
}

/** A run that was ended before its first checkpoint begins again, in the same folder. */
async function lastCheckpoint(folder: string): Promise<StoredCheckpoint | undefined> {
  return readCheckpoint(folder).catch((error: unknown) => {
    if (error instanceof Failure && error.code === 'checkpoint-missing') return undefined;
    throw error;
  });
}

/** A metric that cannot be opened is known before the first step. @throws Failure as {@link openTaskJudge} does */
async function requireJudge({ task }: OpenTask): Promise<void> {
  await (await openTaskJudge(task)).close();
}

/** Every row of every split is looked at before the first step: one that cannot be used would cost the training. */
async function checkAllRows(run: LiveRun, opened: OpenTask, { signal }: RunOptions): Promise<RowsOfRun> {
  const rows = await checkRows(opened, {
    check: ['train', 'dev', 'test'],
    signal,
    progress: (progress) => run.progress(progress),
  });
  await run.change((record) => withShared(record, rows));
  return rows;
}

/** Notes what data and model the run uses; a resumed run must find those it began with. */
async function noteSources(
  run: LiveRun,
  { start, base, resume, record }: Preparation,
  opened: OpenTask,
): Promise<void> {
  const current = withSources(record, opened.task, opened.model);
  if (resume || record.rewritten || (await readSearch(run.folder))) requireSameSources(record, current);
  if (start) {
    requireFitting(start, opened, '--init-from');
    const mismatch = base && baseModelMismatch(base, opened.model);
    if (mismatch) await warnRun(run, mismatch);
    await writeCheckpoint(run.folder, startingPoint(start), run);
  }
  const versions = await readVersions();
  if (versions.providerNote) await run.log(`The graphs run on ${versions.provider}: ${versions.providerNote}.`);
  // What an earlier version has trained stays of its edition, whoever takes the last steps.
  const numbers = resume ? (record.versions.numbers ?? 1) : versions.numbers;
  await run.change((latest) => ({
    ...latest,
    data: current.data,
    model: current.model,
    form: current.form,
    versions: { ...versions, numbers },
  }));
  await removeTicket(run.folder);
}

interface Work {
  readonly preparation: Preparation;
  readonly opened: OpenTask;
  readonly rows: RowsOfRun;
  readonly memory: MemoryWatch;
  readonly options: RunOptions;
  /** When the work began, in milliseconds of `performance.now()`. */
  readonly began: number;
}

async function rewriteAndTrain(run: LiveRun, work: Work): Promise<RunOutcome> {
  const {
    preparation: { template, record },
    opened,
    options,
  } = work;
  const { model } = opened;
  const taskWith = async (instruction: string) => {
    const settings = settledSettings(record.settings);
    const task = await prepareTask(withInstruction(template, instruction), settings, model, dayOfRun(record));
    return (await withExamplesOf({ task, model }, record, run.folder)).task;
  };
  const isUsable = async (instruction: string): Promise<boolean> => {
    const task = await taskWith(instruction);
    try {
      await checkAllRows(run, { task, model }, options);
      return true;
    } catch (error) {
      if (error instanceof Failure && error.code === 'prompt-too-long') return false;
      throw error;
    } finally {
      await closeTask(task);
    }
  };
  const { instruction } = await rewriteInstruction(run, opened, { ...options, isUsable });
  const task = await taskWith(instruction);
  try {
    return await trainAndTest(run, { ...work, opened: { task, model } });
  } finally {
    await closeTask(task);
  }
}

async function trainAndTest(run: LiveRun, work: Work): Promise<RunOutcome> {
  const {
    preparation,
    opened: { task, model },
    options: { signal },
  } = work;
  const { start, resume } = preparation;
  const tuning = task.settings.blackBox ? tuneBlackBox : train;
  if (task.settings.blackBox) await run.log(blackBoxStatement());
  const events = tuning(task, model, { start, resume: resume?.checkpoint, signal });
  const trained = await followTraining(events, run, {
    task,
    inputs: (rows) => readInputs(task, 'dev', rows),
  });
  await writeAdapter(join(run.folder, 'adapter'), trained.prompt, { task, model, holder: run });
  const learned = (record: RunRecord): RunRecord => ({
    ...record,
    learningRate: trained.learningRate,
    ...(trained.best && { best: trained.best }),
  });
  if (trained.stopped) {
    await run.log('Stopped; the checkpoint is kept.');
    return { folder: run.folder, record: await run.end('stopped', learned) };
  }
  const finished = {
    selection: selectionOf(task, { start: preparation.record.initFrom, rows: work.rows }),
    trainingSeconds: (performance.now() - work.began) / 1000,
  };
  const record = await run.change((current) => ({ ...learned(current), ...finished }));
  const measured = await measure(run, { ...work, prompt: trained.prompt, record });
  return { folder: run.folder, record: await endMeasured(run, measured) };
}
