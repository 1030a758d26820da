import { dirname } from 'node:path';
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { Command } from '../../editor/registerCommands';
import { loadTemplate } from '../../template/read/loadTemplate';
import { readsBothForms } from '../../template/render/promptForm';
import type { Method } from '../../template/settings/settings';
import { modelTokenizer } from '../../workspace/modelTokenizer';
import type { ComparisonPanel } from '../comparison/panel';
import { runsOfComparison, type CompareRequest, type NewRunRequest } from '../../runs/queue/queue';
import { beginRuns, methodsAskElsewhere, type BeginParts, type Begun } from '../endpoints/beginRuns';
import { runsElsewhere } from '../endpoints/measureElsewhere';
import { failureOfRun, type QueueClient } from '../../cluster/queueClient';
import { studiesOf } from '../../comparison/study/studies';
import { runFor, runOf } from '../runs/runSelection';
import type { RunWatcher } from '../runs/runWatcher';
import { chooseTemplate, runsFolderOf } from '../runs/templateChoice';
import { formatsGiven, methodsGiven, pickFormats, pickMethods, pickSeeds } from '../train/methodChoice';
import type { SlurmChoice } from '../train/contract';
import type { TrainForm } from '../train/panel';
import { slurmDefaults, submitRuns, type SlurmParts } from '../train/onSlurm';
import {
  continuationOf,
  isTrainingChoice,
  moreSeedsOf,
  requireSameText,
  planOf,
  requestsOf,
  valuesOf,
  type TrainingPlan,
} from '../train/startRuns';
import { askWhere, type Where } from '../train/where';
import { askTraining } from '../train/wizard';

export interface StartCommandParts {
  readonly client: QueueClient;
  readonly watcher: RunWatcher;
  readonly panel: Pick<ComparisonPanel, 'open'>;
  readonly form: Pick<TrainForm, 'open'>;
  readonly slurm: SlurmParts;
  readonly elsewhere: BeginParts['elsewhere'];
  /** Shows an error as one sentence. */
  report(error: unknown): void;
}

/** The commands that put runs into the queue, or lead to it. */
export function startCommands(parts: StartCommandParts): readonly Command[] {
  const one = (id: string, method: Method): Command => ({
    id,
    needsTrust: true,
    run: (selected: unknown) =>
      onTemplate(parts, selected, (file, runs) => begin(parts, [{ file, method, set: {}, runs }])),
  });
  return [
    { id: 'evaluateHard', needsTrust: true, run: (selected: unknown) => evaluateHard(parts, selected) },
    one('trainSoft', 'soft'),
    one('trainV1', 'v1'),
    one('trainV2', 'v2'),
    { id: 'train', needsTrust: true, run: (selected: unknown, choice: unknown) => train(parts, selected, choice) },
    {
      id: 'trainForm',
      needsTrust: false,
      run: async (selected: unknown) => {
        const file = await chooseTemplate(selected);
        if (file !== undefined) parts.form.open({ file });
      },
    },
    { id: 'trainAgain', needsTrust: true, run: (selected: unknown) => trainAgain(parts, selected) },
    { id: 'trainMoreSeeds', needsTrust: true, run: (run: unknown, more: unknown) => trainMoreSeeds(parts, run, more) },
    { id: 'continueRun', needsTrust: true, run: (selected: unknown) => continueRun(parts, selected) },
    {
      id: 'compare',
      needsTrust: true,
      run: (selected: unknown, methods: unknown, formats: unknown) => compare(parts, selected, { methods, formats }),
    },
  ];
}

/** Measures the text alone: here by the queue, elsewhere at its endpoint. */
const evaluateHard = (parts: StartCommandParts, selected: unknown): Promise<void> =>
  onTemplate(parts, selected, (file, runs) => begin(parts, [{ file, method: 'hard', set: {}, runs }]));

/** Begins runs and waits for those that the window's own processes work on. @returns folders of those in the queue */
async function begin(parts: StartCommandParts, requests: readonly NewRunRequest[]): Promise<readonly string[]> {
  const { folders, ended } = await beginRuns(parts, requests);
  await parts.watcher.refresh();
  await ended;
  return folders;
}

/** Asks step by step, unless methods and settings come with the command. */
async function train(parts: StartCommandParts, selected: unknown, choice: unknown): Promise<void> {
  if (isTrainingChoice(choice)) return onTemplate(parts, selected, (file) => beginPlan(parts, { ...choice, file }));
  const outcome = await askTraining(selected);
  if (outcome?.kind === 'form') parts.form.open({ file: outcome.plan.file, values: valuesOf(outcome.plan) });
  if (outcome?.kind === 'start') await onTemplate(parts, outcome.plan.file, () => beginPlan(parts, outcome.plan));
}

async function trainAgain(parts: StartCommandParts, selected: unknown): Promise<void> {
  const run = await runFor('trainAgain', selected, { runs: parts.watcher.runs, work: l10n.t`train again` });
  if (run) await onTemplate(parts, run.record.template.path, () => beginPlan(parts, planOf(run)));
}

/** The same training with seeds that the study does not have yet. */
async function trainMoreSeeds(parts: StartCommandParts, selected: unknown, more: unknown): Promise<void> {
  const run = runOf(selected);
  if (!run || typeof more !== 'number') return;
  const study = studiesOf(parts.watcher.runs.map(({ record }) => record)).find(({ runs }) =>
    runs.some(({ id }) => id === run.record.id),
  );
  const taken = study?.runs.map(({ settings }) => settings.seed) ?? [run.record.settings.seed];
  await onTemplate(parts, run.record.template.path, async (file) => {
    await requireSameText(run, file);
    return beginPlan(parts, moreSeedsOf(run, taken, more));
  });
}

async function continueRun({ watcher, form }: StartCommandParts, selected: unknown): Promise<void> {
  const run = await runFor('continueRun', selected, {
    runs: watcher.runs,
    work: l10n.t`start from`,
  });
  if (!run) return;
  const plan = continuationOf(run);
  form.open({ file: plan.file, values: valuesOf(plan), initFrom: plan.initFrom });
}

async function compare(
  parts: StartCommandParts,
  selected: unknown,
  given: { readonly methods: unknown; readonly formats: unknown },
): Promise<void> {
  const template = await chooseTemplate(selected);
  if (template === undefined) return;
  const methods = methodsGiven(given.methods);
  const formats = formatsGiven(given.formats);
  const choice = methods ? { methods, ...(formats && { formats }) } : await pickComparison(template);
  const where = choice && (methods ? { slurm: undefined } : await pickWhere(template));
  if (!where) return;
  const { slurm } = where;
  if (slurm) return compareOnSlurm(parts, template, { choice, slurm });
  await onTemplate(parts, template, async (file, runs) => {
    parts.panel.open(file);
    return (await methodsAskElsewhere(file, choice.methods))
      ? begin(parts, await runsOfComparison({ file, runs, ...choice }))
      : parts.client.compare({ file, runs, ...choice });
  });
}

/** Which machine makes the runs of a comparison: this one where Slurm is not at hand, or has nothing to compute. */
async function pickWhere(file: string): Promise<Where | undefined> {
  if (await runsElsewhere(file)) return { slurm: undefined };
  const defaults = await slurmDefaults(runsFolderOf(file));
  return defaults ? askWhere(defaults) : { slurm: undefined };
}

/** Hands the runs of a comparison to Slurm, which may take its time; the comparison is opened when all have ended. */
async function compareOnSlurm(
  parts: StartCommandParts,
  template: string,
  { choice, slurm }: { readonly choice: Choice; readonly slurm: SlurmChoice },
): Promise<void> {
  await onTemplate(parts, template, async (file, runs) =>
    submitRuns(await runsOfComparison({ file, runs, ...choice }), { file, chosen: slurm, parts: parts.slurm }),
  );
  parts.panel.open(template);
}

type Choice = Omit<CompareRequest, 'file' | 'set' | 'runs'>;

/** Asks for methods, for forms where the model reads both, and for seeds where a method is trained. */
async function pickComparison(file: string): Promise<Choice | undefined> {
  // Of a model elsewhere only the text can be measured.
  if (await runsElsewhere(file).catch(() => false)) return { methods: ['hard'] };
  const methods = await pickMethods();
  if (!methods) return undefined;
  const formats = (await offersBothForms(file)) ? await pickFormats() : [];
  if (!formats || methods.every((method) => method === 'hard')) return formats && { methods, formats };
  const seeds = await pickSeeds();
  return seeds === undefined ? undefined : { methods, formats, seeds };
}

/** A template or model that cannot be read ends the work itself, in words of its own. */
async function offersBothForms(file: string): Promise<boolean> {
  try {
    const { model, path } = await loadTemplate(file);
    return readsBothForms((await modelTokenizer(model, dirname(path))).tokenizer);
  } catch {
    return false;
  }
}

/**
 * Puts the trainings of a plan into the queue, hands them to Slurm, or lets the window's own process work on those that
 * ask models elsewhere; all or none.
 */
export async function queuePlan(
  { client, elsewhere, watcher, slurm }: Pick<StartCommandParts, 'client' | 'elsewhere' | 'watcher' | 'slurm'>,
  plan: TrainingPlan,
): Promise<Begun> {
  if (plan.slurm) {
    const requests = await requestsOf(plan, runsFolderOf(plan.file));
    const taken = await submitRuns(requests, { file: plan.file, chosen: plan.slurm, parts: slurm });
    await watcher.refresh();
    return { folders: taken, elsewhere: 0, ended: Promise.resolve() };
  }
  const begun = await beginRuns({ client, elsewhere }, await requestsOf(plan, runsFolderOf(plan.file)));
  await watcher.refresh();
  return begun;
}

/** Begins a plan and waits for what the window's own process works on. @returns folders of those in the queue */
async function beginPlan(parts: StartCommandParts, plan: TrainingPlan): Promise<readonly string[]> {
  const { folders, ended } = await queuePlan(parts, plan);
  await ended;
  return folders;
}

/**
 * Queues work on the template meant and waits for its runs.
 * A failed run of the workspace is shown by the notices; one outside, which nobody watches, is reported here.
 */
async function onTemplate(
  { client, watcher, report }: StartCommandParts,
  selected: unknown,
  work: (file: string, runs: string) => Promise<readonly string[]>,
): Promise<void> {
  const file = await chooseTemplate(selected);
  if (!file) return;
  void vscode.commands.executeCommand('promptTuner.runs.focus', { preserveFocus: true });
  try {
    await vscode.window.withProgress({ location: { viewId: 'promptTuner.runs' } }, async () => {
      const folders = await work(file, runsFolderOf(file));
      await watcher.refresh();
      for (const folder of folders) {
        const failure = failureOfRun(folder, await client.ended(folder));
        if (failure && !watcher.runs.some((run) => run.folder === folder)) report(failure);
      }
    });
  } finally {
    await watcher.refresh();
  }
}
