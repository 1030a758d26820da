import * as l10n from '@vscode/l10n';
import { counted, decimals, duration, metricNumber } from '../../words/formatNumbers';
import type { DevScore } from '../../scoring/devScore';
import type { Task } from '../../objective/task';
import type { Settings } from '../../template/settings/settings';
import type { TrainEvent, TrainedPrompt } from '../../tuning/train';
import { writeCheckpoint } from '../store/files/checkpointFolder';
import type { LiveRun } from './liveRun';
import { collectMetrics, settleMetrics, type MetricWriter } from '../store/files/metrics';
import type { RunProgress } from '../record/record';
import { createTimeLeft } from './timeLeft';
import { appendSamples, type ReadInputs } from '../store/files/samples';

/**
 * Carries a training into its run folder, event by event: metrics, progress, checkpoints.
 * @returns what the training returns
 */
export async function followTraining(
  events: AsyncGenerator<TrainEvent, TrainedPrompt>,
  run: LiveRun,
  { task, inputs }: { readonly task: Pick<Task, 'settings' | 'splits'>; readonly inputs: ReadInputs },
): Promise<TrainedPrompt> {
  const metrics = collectMetrics(run.folder, run, run.metricsMilliseconds ?? 0);
  try {
    return await carry(events, run, { task, inputs, metrics });
  } finally {
    // A failure is said with the steps that led to it; where they cannot be written either, it is said alone.
    await metrics.flush().catch(() => undefined);
  }
}

interface Carrying {
  readonly task: Pick<Task, 'settings' | 'splits'>;
  readonly inputs: ReadInputs;
  readonly metrics: MetricWriter;
}

async function carry(
  events: AsyncGenerator<TrainEvent, TrainedPrompt>,
  run: LiveRun,
  { task, inputs, metrics }: Carrying,
): Promise<TrainedPrompt> {
  const progressAt = progressOf(task.settings);
  for (;;) {
    const next = await events.next();
    if (next.done) {
      await metrics.flush();
      return next.value;
    }
    const event = next.value;
    if (event.kind !== 'checkpoint') run.emit({ kind: 'train', run: run.id, event });
    // A step asks when it is written, and comes too often to ask twice.
    if (event.kind !== 'step') await run.requireHeld();
    await keep(event, run, { task, metrics });
    if (event.kind === 'dev' && event.samples)
      await appendSamples(run.folder, { step: event.step, samples: event.samples }, { inputs, holder: run });
    const progress = progressAt(event, performance.now());
    if (progress) run.progress(progress);
  }
}

/** What the number is that a sweep settles. */
const rateOf = ({ blackBox }: Pick<Settings, 'blackBox'>): string =>
  blackBox ? l10n.t`First step size` : l10n.t`Learning rate`;

async function keep(
  event: TrainEvent,
  run: LiveRun,
  { task, metrics }: Pick<Carrying, 'task' | 'metrics'>,
): Promise<void> {
  switch (event.kind) {
    case 'sweep':
      return run.log(
        `${rateOf(task.settings)} ${event.rate}: ` +
          `${
            task.splits.dev
              ? l10n.t`dev loss`
              : l10n.t`loss on the last training \
rows`
          } ${decimals(event.devLoss, 4)}` +
          `${event.score ? scoreText(event.score) : ''} ` +
          l10n.t`(trial ${event.trial} of ${event.trials}, at step ${event.steps})`,
      );
    case 'rate':
      await run.change((record) => ({ ...record, learningRate: event.learningRate }));
      return run.log(`${rateOf(task.settings)} ${event.learningRate}`);
    case 'step': {
      const { step, loss, learningRate, gradientNorm, examplesPerSecond } = event;
      const memoryBytes = process.memoryUsage.rss();
      return metrics.add({ step, loss, learningRate, gradientNorm, examplesPerSecond, memoryBytes });
    }
    case 'dev': {
      const { step, loss, accuracy, macroF1, score } = event;
      await metrics.add({ step, dev: { loss, accuracy, macroF1, ...(score && { score }) } });
      const measure = score ? scoreText(score) : accuracyText(accuracy);
      return run.log(
        l10n.t`Step ${step}: dev loss ${decimals(loss, 4)}${measure}, ${duration(event.seconds)}` +
          (event.best ? l10n.t` (best so far)` : ''),
      );
    }
    case 'checkpoint':
      // Before the first step the learning rate may be that of a sweep cut short; going on sweeps again.
      if (event.checkpoint.step === 0) return undefined;
      await metrics.flush();
      return writeCheckpoint(
        run.folder,
        { checkpoint: event.checkpoint, metricsOffset: await settleMetrics(run.folder) },
        run,
      );
  }
}

/** What dev came to, for the line that says how far a training is. */
function devNumbers({
  accuracy,
  score,
}: Extract<TrainEvent, { readonly kind: 'dev' }>): Pick<RunProgress, 'devAccuracy' | 'devScore'> {
  if (score) return { devScore: score };
  return Number.isNaN(accuracy) ? {} : { devAccuracy: accuracy };
}

/** `, f1 0.412 of 40 rows answered` */
/** Of a text that has no labels there is none. */
const accuracyText = (accuracy: number): string =>
  Number.isNaN(accuracy) ? '' : l10n.t`, accuracy ${decimals(accuracy, 4)}`;

const scoreText = ({ name, value, scale, rows }: DevScore): string =>
  l10n.t`, ${name} ${metricNumber(value, scale)} of ${counted(rows, 'row')} answered`;

/** How far the training is after each event, and how long its phase still takes. */
export function progressOf(
  settings: Pick<Settings, 'steps'>,
): (event: TrainEvent, milliseconds: number) => RunProgress | undefined {
  const [trialsLeft, stepsLeft] = [createTimeLeft(), createTimeLeft()];
  let last: RunProgress = { phase: 'training', step: 0, steps: settings.steps };
  return (event, milliseconds) => {
    switch (event.kind) {
      case 'trialStep': {
        const { step, steps, trial, trials, done, all } = event;
        const secondsLeft = trialsLeft(done, all, milliseconds);
        return { phase: 'sweep', step, steps, trial, trials, done, all, secondsLeft };
      }
      case 'rate':
        return last;
      case 'step':
        return (last = {
          ...last,
          step: event.step,
          steps: event.steps,
          loss: event.loss,
          secondsLeft: stepsLeft(event.step, event.steps, milliseconds),
        });
      case 'dev':
        return (last = { ...last, ...devNumbers(event) });
      default:
        return undefined;
    }
  };
}
