import { append } from '../../../src/lists';
import { openModel } from '../../../src/model/openModel';
import { batchOptions } from '../../../src/objective/batch';

import { openTaskObjective } from '../../../src/objective/objective';
import type { SoftPrompt } from '../../../src/objective/prompt';
import { closeTask } from '../../../src/objective/rows/splits';
import { openSource } from '../../../src/objective/rows/source';
import { prepareTask, type Task } from '../../../src/objective/task';
import { scoreRows, summariseRows } from '../../../src/scoring/scoreSplit';
import type { ScoredRow } from '../../../src/scoring/scoredRow';
import { loadTemplate } from '../../../src/template/read/loadTemplate';
import { resolveSettings } from '../../../src/template/read/resolveSettings';
import type { Method } from '../../../src/template/settings/settings';
import { openLearner } from '../../../src/tuning/learner';
import { openBatches } from '../../../src/tuning/order';
import { begin, type Progress } from '../../../src/tuning/progress';
import { takeStep, type StepSetting } from '../../../src/tuning/step';
import { devRows } from '../../../src/tuning/train';

/**
 * A training at a fixed rate, and what dev says of it on the way: what `rates.mjs` starts for each task, method, seed
 * and rate. Prints one JSON object. Test is never read.
 * usage: rates.js TEMPLATE METHOD SEED RATE SET UNTIL; SET holds settings as JSON; UNTIL is the step to end at
 */

/** Rows of dev that a trial looks at. */
const trialRows = 200;
/** Where a trial might end. */
const trialEnds = [30, 60, 90, 120];
/** Where trainings are judged, by as many rows as they look at. */
const judgedAt = [60, 200, 300];
/** Batches whose mean loss judges where there is no dev data. */
const lastBatches = 8;

export interface Point {
  readonly step: number;
  readonly rows: number;
  readonly loss: number;
  readonly accuracy: number;
  /** Mean of the last batches. */
  readonly trainLoss: number;
  /** Of each row in hundredths of a nat, by which two rates can be compared row by row. */
  readonly rowLosses?: readonly number[];
}

async function main([file, method, seed, rate, set, until]: readonly string[]): Promise<void> {
  const template = await loadTemplate(file!);
  const model = await openModel(template.model, process.cwd());
  const instruction = method === 'v2' ? { 'tune.instruction': 'embeddings' } : {};
  const settings = { ...instruction, 'tune.seed': Number(seed), ...(JSON.parse(set ?? '{}') as object) };
  const task = await prepareTask(template, resolveSettings(template, method as Method, settings), model);
  const objective = openTaskObjective(task, model);
  const learner = await openLearner(task, model);
  const source = openSource(task, model, 'train');
  const setting = { task, objective, learner, batch: batchOptions(task, model, 'training'), source };
  const scoring = {
    task,
    objective,
    batch: batchOptions(task, model, 'scoring'),
    source: openSource(task, model, 'dev'),
  };
  const dev = async (prompt: SoftPrompt, most: number): Promise<readonly ScoredRow[]> => {
    const rows: ScoredRow[] = [];
    const scored = scoreRows({ ...scoring, rows: Math.min(most, scoring.source.rows) }, prompt);
    for await (const batch of scored) append(rows, batch.rows);
    return rows.sort((one, other) => one.example.row - other.example.row);
  };
  const began = performance.now();
  const { steps } = task.settings;
  const whole = await follow({ ...setting, dev }, Number(rate), {
    steps,
    until: Number(until),
    trials: trialEnds,
    judged: judgedAt,
  });
  const decayed =
    method === 'soft'
      ? await follow({ ...setting, dev }, Number(rate), { steps: 60, until: 60, trials: [60], judged: [] })
      : [];
  say({ seed: Number(seed), rate: Number(rate), steps, whole, decayed, seconds: (performance.now() - began) / 1000 });
  await learner.close();
  await objective.close();
  await closeTask(task);
}

/** A training of so many steps by its own whole schedule, or its beginning. */
async function follow(
  setting: StepSetting & { dev(prompt: SoftPrompt, most: number): Promise<readonly ScoredRow[]> },
  rate: number,
  ends: {
    readonly steps: number;
    readonly until: number;
    readonly trials: readonly number[];
    readonly judged: readonly number[];
  },
): Promise<readonly Point[]> {
  const { learner, dev } = setting;
  const task: Task = { ...setting.task, settings: { ...setting.task.settings, steps: ends.steps } };
  const batches = openBatches(setting.source, task.settings);
  let progress: Progress = begin(learner.start, await learner.prompt(learner.start), {
    optimizer: task.settings.optimizer,
    learningRate: rate,
  });
  const points: Point[] = [];
  const losses: number[] = [];
  const judge = async (most: number, isTrial: boolean): Promise<void> => {
    const scored = await dev(await learner.prompt(progress.parameters), most);
    const last = losses.slice(-lastBatches);
    const trainLoss = last.reduce((sum, value) => sum + value, 0) / last.length;
    const first = scored.slice(0, trialRows);
    for (const rows of isTrial && first.length < scored.length ? [first, scored] : [scored]) {
      const { loss, accuracy } = summariseRows(rows, task);
      const rowLosses = rows.length <= trialRows && isTrial && rows.map((row) => Math.round(row.loss * 100));
      points.push({
        step: progress.step,
        rows: rows.length,
        loss,
        accuracy,
        trainLoss,
        ...(rowLosses && { rowLosses }),
      });
    }
  };
  while (progress.step < Math.min(ends.steps, ends.until)) {
    const taken = await takeStep({ ...setting, task }, progress, batches);
    progress = taken.progress;
    losses.push(taken.loss);
    if (!Number.isFinite(taken.loss)) break;
    const [isTrial, isJudged] = [ends.trials, ends.judged].map((steps) => steps.includes(progress.step));
    if (isTrial || isJudged) await judge(isJudged ? devRows : trialRows, isTrial!);
  }
  return points;
}

const say = (value: object): void => void process.stdout.write(`${JSON.stringify(value)}\n`);

void main(process.argv.slice(2));
