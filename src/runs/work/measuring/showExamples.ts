import * as l10n from '@vscode/l10n';
import { withoutRows } from '../../../data/rows/withoutRows';
import { Failure } from '../../../failure';
import { closeTask } from '../../../objective/rows/splits';
import { dayOfRun } from '../../../objective/recordedForm';
import { examplesOf } from '../../../template/settings/examplesSetting';
import type { Settings } from '../../../template/settings/settings';
import { requireTemplate, type PromptTemplate } from '../../../template/read/template';
import { chooseExamples, similarPool } from '../../../tuning/examples/chooseExamples';
import { similarExamples } from '../../../tuning/examples/similar';
import { decimals } from '../../../words/formatNumbers';
import { enumerated } from '../../../words/listed';
import type { RunRecord } from '../../record/record';
import type { Split } from '../../record/words/recordWords';
import { recordedTemplate } from '../../record/recordedTemplate';
import type { RecordedExamples } from '../../record/recordedExamples';
import { readExampleRows, writeExampleRows } from '../../store/files/examplesFile';
import type { RunOptions } from '../../store/runEvent';
import type { LiveRun } from '../liveRun';
import { openTask, type OpenTask } from '../openTask';
import { showPhase } from '../timeLeft';

/** Settings of a task whose examples are settled: written into its template, or chosen for each row. */
export const settledSettings = <Given extends Pick<Settings, 'examples'>>(settings: Given): Given =>
  examplesOf(settings) ? { ...settings, examples: 'none' as const } : settings;

/**
 * A task with the examples of a run: rows that are shown are not trained on, and each row has its own where the run
 * chooses them so.
 * @throws Failure "examples-rows" where the run's rows are not there
 */
export async function withExamplesOf(
  opened: OpenTask,
  { examples }: Pick<RunRecord, 'examples'>,
  folder: string,
): Promise<OpenTask> {
  if (!examples) return opened;
  const { task, model } = opened;
  const { hidden, pool, count } = examples;
  const { train } = task.splits;
  return {
    model,
    task: {
      ...task,
      splits: train ? { ...task.splits, train: withoutRows(train, hidden) } : task.splits,
      ...(pool && {
        withExamples: similarExamples(task, model, { shown: await readExampleRows(folder, pool), count }),
      }),
    },
  };
}

/** The task of a run as it was measured, with its data. @throws Failure as `openTask` does */
export async function openRecorded(record: RunRecord, folder: string): Promise<OpenTask> {
  const opened = await openTask(recordedTemplate(record), settledSettings(record.settings), dayOfRun(record));
  return withExamplesOf(opened, record, folder);
}

/**
 * A task with examples that the seed draws, whichever way its settings choose them: for what depends on their length
 * alone, such as time and memory.
 * @throws Failure as `openTask` and `chooseExamples` do
 */
export async function openWithDraw(template: PromptTemplate, settings: Settings): Promise<OpenTask> {
  const opened = await openTask(template, settledSettings(settings));
  const setting = examplesOf(settings);
  if (!setting) return opened;
  try {
    const { text } = await chooseExamples(opened.task, opened.model, { ...setting, choose: 'random' });
    const shown = requireTemplate(text, template.path, (name) => template.partials[name]);
    return await openTask(shown, settledSettings(settings));
  } finally {
    await closeTask(opened.task);
  }
}

/** The task of a run at work. */
interface ShownTask extends OpenTask {
  /** The template as it is put before the model, and the record with the examples. */
  readonly template: PromptTemplate;
  readonly record: RunRecord;
  /** When the model was open, in milliseconds of `performance.now()`. */
  readonly began: number;
}

/**
 * Opens the task of a run at work, with the examples that its settings ask for: as they were chosen, or else chosen
 * now and noted.
 * @throws Failure as `openTask` and `chooseExamples` do
 */
export async function openWithExamples(
  run: LiveRun,
  { template, record }: { readonly template: PromptTemplate; readonly record: RunRecord },
  options: RunOptions,
): Promise<ShownTask> {
  const settings = settledSettings(record.settings);
  const setting = examplesOf(record.settings);
  const day = dayOfRun(record);
  const opened = await openTask(template, settings, day);
  const began = performance.now();
  if (!setting) return { ...opened, record, template, began };
  if (record.examples) return { ...(await withExamplesOf(opened, record, run.folder)), record, template, began };
  try {
    requireMeasured(opened, setting.choose);
    const examples = await choose(run, opened, { setting, options });
    const noted = await run.change((current) => ({ ...current, examples }));
    await run.log(describe(examples));
    const shown = examples.text === undefined ? template : recordedTemplate({ template: record.template, examples });
    await closeTask(opened.task);
    const again = await openTask(shown, settings, day);
    return {
      ...(await withExamplesOf(again, { examples }, run.folder)),
      record: { ...record, examples: noted.examples },
      template: shown,
      began,
    };
  } catch (error) {
    await closeTask(opened.task);
    throw error;
  }
}

/** Rows that are shown cannot be measured on. @throws Failure "data-missing" */
function requireMeasured({ task: { splits, template } }: OpenTask, choose: RecordedExamples['choose']): void {
  if (choose === 'similar' || splits.dev || splits.test) return;
  throw new Failure(
    'data-missing',
    l10n.t`tune.examples shows rows of train, so that there must be others to measure on.`,
    { file: template.path },
    l10n.t`Add dev or test to tune.data, such as dev: 15%.`,
  );
}

/** Rows that are shown with their answers say nothing of a prompt. @throws Failure "examples-rows" */
export function requireNoneShown(
  split: Split,
  record: (Pick<RunRecord, 'examples'> & { readonly template: { readonly path: string } }) | undefined,
): void {
  if (split !== 'train' || !record?.examples || record.examples.hidden.length === 0) return;
  throw new Failure(
    'examples-rows',
    l10n.t`The prompt shows rows of train with their answers, so that it cannot be measured on train.`,
    { file: record.template.path },
    l10n.t`Measure it on dev or test.`,
  );
}

async function choose(
  run: LiveRun,
  { task, model }: OpenTask,
  { setting, options }: { readonly setting: NonNullable<ReturnType<typeof examplesOf>>; readonly options: RunOptions },
): Promise<RecordedExamples> {
  const { choose: how, count } = setting;
  if (how === 'similar') {
    const pool = await writeExampleRows(run.folder, await similarPool(task, model, setting));
    return { choose: how, count, rows: [], hidden: [], pool };
  }
  const chosen = await chooseExamples(task, model, setting, {
    signal: options.signal,
    onProgress: showPhase('examples', (progress) => run.progress(progress)),
  });
  return { choose: how, count, ...chosen };
}

function describe({ choose: how, count, rows, search, pool }: RecordedExamples): string {
  if (pool) return l10n.t`Examples: the ${count} most like each row, of ${pool.rows} rows of train.`;
  const lines = l10n.t`Examples: lines ${enumerated(rows.map(({ line }) => line))} of train`;
  if (how === 'random' || !search) return l10n.t`${lines}, drawn by the seed.`;
  const gains = search.steps.map(({ gain, standardError }) => `${decimals(gain, 4)} ± ${decimals(standardError, 4)}`);
  return gains.length === 0
    ? l10n.t`${lines}, as they were drawn: the search found none better in ${search.prompts} prompts.`
    : l10n.t`${lines}, found in ${search.prompts} prompts; its steps saved ${enumerated(gains)} nats.`;
}
