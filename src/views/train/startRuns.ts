import { join } from 'node:path';
import * as l10n from '@vscode/l10n';
import { largest } from '../../lists';
import { Failure } from '../../failure';
import { requireProduced } from '../../runs/record/producedRun';
import type { NewRunRequest } from '../../runs/queue/queue';
import { planStudy, type PlannedRun } from '../../runs/work/study/planStudy';
import type { RunRecord } from '../../runs/record/record';
import { isText, listOf, object, oneOf, tableOf } from '../../channel/guards';
import { loadTemplate } from '../../template/read/loadTemplate';
import type { FormValues, SlurmChoice } from './contract';
import { splitText } from '../../template/settings/data/dataShares';
import { writtenSetting } from '../../template/settings/settingText';
import type { WatchedRun } from '../runs/runWatcher';

/** Trainings that are started together, or measurements of a text whose model runs elsewhere. */
export interface TrainingPlan {
  /** Absolute path of the template. */
  readonly file: string;
  readonly methods: readonly PlannedRun['method'][];
  /** Settings that outrank the template's, as `tune.*` keys with YAML values; lists make a grid. */
  readonly set: Readonly<Record<string, string>>;
  /** Folder of the adapter to start from. */
  readonly initFrom?: string;
  /** What is asked of Slurm; absent where this machine trains. */
  readonly slurm?: SlurmChoice;
}

const isChoice = object({
  methods: listOf(oneOf('soft', 'v1', 'v2')),
  set: tableOf(isText),
});

/**
 * The runs of a plan, ready for the queue.
 * @throws Failure when template or settings are wrong; then nothing has been queued
 */
export async function requestsOf(
  { file, methods, set, initFrom }: TrainingPlan,
  runs: string,
): Promise<readonly NewRunRequest[]> {
  const { runs: planned, study } = planStudy(await loadTemplate(file), methods, set);
  return planned.map((run) => ({
    file,
    runs,
    ...run,
    ...(study && { study }),
    ...(initFrom !== undefined && { initFrom }),
  }));
}

/** What makes the same training again: every setting of the run, whatever the template says by now. */
export function planOf({ record, folder }: WatchedRun): TrainingPlan {
  requireProduced(record, folder, l10n.t`train`);
  const { method, template } = record;
  if (method === 'hard')
    throw new Failure(
      'nothing-to-train',
      l10n.t`A hard prompt has nothing to train.`,
      {},
      l10n.t`Evaluate it again instead.`,
    );
  return { file: template.path, methods: [method], set: settingsOf(record) };
}

/**
 * Runs of one study have one text.
 * @throws Failure "template-changed" where the template has been edited since
 */
export async function requireSameText({ record }: WatchedRun, file: string): Promise<void> {
  const { text } = await loadTemplate(file);
  if (text === record.template.text) return;
  throw new Failure(
    'template-changed',
    l10n.t`The template has been edited since this run: more seeds would train another text.`,
    { file },
    l10n.t`Restore the text, or train the new one with three seeds (tune.seeds: 3).`,
  );
}

/** The same training with so many further seeds, from the one behind those taken. */
export function moreSeedsOf(run: WatchedRun, taken: readonly number[], more: number): TrainingPlan {
  const plan = planOf(run);
  const first = largest(taken) + 1;
  return { ...plan, set: { ...plan.set, 'tune.seed': String(first), 'tune.seeds': String(more) } };
}

/** The same training with the run's vectors to start from. */
export function continuationOf(run: WatchedRun): TrainingPlan {
  const plan = planOf(run);
  const set = Object.fromEntries(Object.entries(plan.set).filter(([name]) => name !== 'tune.init'));
  return { ...plan, set, initFrom: join(run.folder, 'adapter') };
}

/** A plan as the form is filled in. */
export function valuesOf({ methods, set, slurm }: TrainingPlan): FormValues {
  return {
    ...(slurm && { slurm }),
    methods,
    set: Object.fromEntries(Object.entries(set).map(([name, text]) => [name.replace(/^tune\./, ''), text])),
  };
}

/**
 * Paths of data go one by one, because the form has a field for each; labels are those of the template, and a run is
 * one of its seeds.
 */
function settingsOf({ settings }: RunRecord): Readonly<Record<string, string>> {
  const left = new Set(['method', 'data', 'labels', 'seeds']);
  return {
    ...Object.fromEntries(
      Object.entries(settings.data).map(([split, source]) => [`tune.data.${split}`, splitText(source)]),
    ),
    ...Object.fromEntries(
      Object.entries(settings)
        .filter(([name]) => !left.has(name))
        .map(([name, value]) => [`tune.${name}`, writtenSetting(value)]),
    ),
  };
}

/** What another command may give along with the template, so that nothing is asked. */
export function isTrainingChoice(value: unknown): value is Omit<TrainingPlan, 'file'> {
  return isChoice(value) && value.methods.length > 0;
}
