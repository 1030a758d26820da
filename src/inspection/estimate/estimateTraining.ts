import * as l10n from '@vscode/l10n';
import { Failure } from '../../failure';
import { resolveSettings } from '../../template/read/resolveSettings';
import { loadTemplate } from '../../template/read/loadTemplate';
import { probeStep, type StepCost } from '../../tuning/probeStep';
import type { Task } from '../../objective/task';
import type { Settings } from '../../template/settings/settings';
import { closeTask } from '../../objective/rows/splits';
import { devRows, trialDevRows } from '../../tuning/train';
import { trialRounds, trialsTotal, type TrialRound } from '../../tuning/optimizer/trialRates';
import { finalSplit } from '../../runs/work/openTask';
import { openWithDraw } from '../../runs/work/measuring/showExamples';
import type { MeasureRequest } from '../trainerContract';
import type { TrainingEstimate } from './trainingEstimate';
import { watchMemory } from '../../runs/work/peakMemory';
import { rewritesText } from '../../runs/work/rewriting';
import { requireTrainable } from '../../runs/work/trainRun';

/**
 * By how much the memory of whole trainings exceeded that of the measured steps, at most: the runtime keeps what each
 * new size of batch has taken. On both examples with default settings it was 1.13 to 1.27 times as much, and 1.8 times
 * where the instruction was rewritten, whose texts are of many sizes.
 */
const memoryGrowth = { training: 1.3, rewriting: 2 } as const;

/**
 * Opens template, model and data as a training would, measures a step, and multiplies.
 * @throws Failure as training does
 */
export async function estimateTraining(
  { file, method, set }: MeasureRequest,
  signal?: AbortSignal,
): Promise<TrainingEstimate> {
  requireTrainable(method);
  const template = await loadTemplate(file);
  const settings = resolveSettings(template, method, set);
  if (settings.blackBox)
    throw new Failure(
      'not-measured',
      l10n.t`Black-box tuning takes no training step that could be measured.`,
      { file },
      l10n.t`Set tune.blackBox to false to measure the training by gradients.`,
    );
  const began = performance.now();
  const memory = watchMemory();
  const { task, model } = await openWithDraw(template, settings);
  const openingSeconds = (performance.now() - began) / 1000;
  try {
    const { answerSeconds, ...cost } = await probeStep(task, model, signal);
    const peakMemoryBytes = memory.stop();
    const growth = rewritesText(settings) ? memoryGrowth.rewriting : memoryGrowth.training;
    return {
      ...cost,
      ...(answerSeconds !== undefined && {
        answers: { rows: answeringOf(task).evaluation, seconds: answeringOf(task).evaluation * answerSeconds },
      }),
      seconds: openingSeconds + workSeconds(task, { ...cost, answerSeconds }),
      peakMemoryBytes,
      mostMemoryBytes: growth * peakMemoryBytes,
    };
  } finally {
    memory.stop();
    await closeTask(task);
  }
}

/** Seconds of everything after opening, by the same counts as the training loop. */
export function workSeconds(
  task: Pick<Task, 'settings' | 'splits'>,
  { stepSeconds, rowSeconds, answerSeconds = 0 }: Pick<StepCost, 'stepSeconds' | 'rowSeconds' | 'answerSeconds'>,
): number {
  const { settings, splits } = task;
  const dev = splits.dev?.rows ?? 0;
  const rounds = roundsOf(settings);
  const trials = trialsTotal(rounds) * stepSeconds + judgements(rounds) * Math.min(dev, trialDevRows) * rowSeconds;
  const training =
    settings.steps * stepSeconds + Math.ceil(settings.steps / settings.evalEvery) * Math.min(dev, devRows) * rowSeconds;
  const search = rewritesText(settings) ? settings.searchBudget * rowSeconds : 0;
  const test = (splits[finalSplit(task)]?.rows ?? 0) * rowSeconds * (rewritesText(settings) ? 3 : 1);
  return trials + training + search + test + answeringOf(task).all * answerSeconds;
}

/** The trials of the learning rate; none where it is given. */
const roundsOf = (settings: Settings): readonly TrialRound[] =>
  settings.learningRate === 'auto' ? trialRounds(settings) : [];

/** How often a trial is judged. */
const judgements = (rounds: readonly TrialRound[]): number => rounds.reduce((sum, { rates }) => sum + rates, 0);

/** Answers of free text that are written at one evaluation on dev, and in the whole run. */
function answeringOf({ settings, splits }: Pick<Task, 'settings' | 'splits'>): {
  readonly evaluation: number;
  readonly all: number;
} {
  const dev = splits.dev?.rows ?? 0;
  const most = settings.evalRows ?? 0;
  const evaluation = Math.min(dev, devRows, most);
  const trials = judgements(roundsOf(settings));
  const test = (splits[finalSplit({ splits })]?.rows ?? 0) * (rewritesText(settings) ? 3 : 1);
  return {
    evaluation,
    all:
      Math.ceil(settings.steps / settings.evalEvery) * evaluation + trials * Math.min(dev, trialDevRows, most) + test,
  };
}
