import * as l10n from '@vscode/l10n';
import type { MeasureRequest } from '../inspection/trainerContract';
import type { TrainingEstimate } from '../inspection/estimate/trainingEstimate';
import { Failure } from '../failure';
import type { NewRunRequest } from '../runs/queue/queue';
import { resolveSettings } from '../template/read/resolveSettings';
import { loadTemplate } from '../template/read/loadTemplate';
import type { Method } from '../template/settings/settings';

/** Settings by which two trainings may differ without one needing more memory than the other. */
const withoutMemory = new Set([
  'seed',
  'seeds',
  'learningRate',
  'steps',
  'schedule',
  'warmup',
  'weightDecay',
  'clip',
  'evalEvery',
  'evalRows',
  'patience',
  'labelSmoothing',
  'accumulate',
  'dropout',
  'init',
  'searchBudget',
  'readability',
]);

/** What a task needs beside what was measured: the program, and what the runtime keeps at its start. */
const reserveBytes = 256 << 20;

/**
 * Megabytes to ask for: of the trainings that differ in what memory depends on, one of each is opened and its steps are
 * measured here, and the largest counts. A text that is only evaluated needs no more than a training on it.
 * @param measure takes a real step
 * @throws Failure as training does, or "slurm-options" where there is no step to measure
 */
export async function measureMemory(
  requests: readonly NewRunRequest[],
  measure: (request: MeasureRequest) => Promise<Pick<TrainingEstimate, 'mostMemoryBytes'>>,
): Promise<number> {
  const unlike = new Map<string, { readonly file: string; readonly method: Method; readonly set: Texts }>();
  for (const { file, method, set } of requests) {
    const measured = method === 'hard' ? 'soft' : method;
    const settings = resolveSettings(await loadTemplate(file), measured, set);
    if (settings.blackBox)
      throw new Failure(
        'slurm-options',
        l10n.t`What black-box tuning needs cannot be measured by a training step.`,
        { file },
        l10n.t`Say how much memory to ask for with --mem.`,
      );
    const needs = Object.entries(settings).filter(([name]) => !withoutMemory.has(name));
    // The text alone is measured by a training that is measured anyway, where there is one.
    const key = method === 'hard' ? `${file} hard` : JSON.stringify([file, needs]);
    if (!unlike.has(key)) unlike.set(key, { file, method: measured, set: textsOf(set) });
  }
  const trained = [...unlike].filter(([key]) => !key.endsWith(' hard'));
  let most = 0;
  for (const [, request] of trained.length > 0 ? trained : [...unlike]) {
    most = Math.max(most, (await measure(request)).mostMemoryBytes);
  }
  return Math.ceil((most + reserveBytes) / (1 << 20));
}

type Texts = Readonly<Record<string, string>>;

const textsOf = (set: NewRunRequest['set']): Texts =>
  Object.fromEntries(
    Object.entries(set).map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]),
  );
