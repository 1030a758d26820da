import { readFileSync } from 'node:fs';
import { mean, standardDeviation } from '../../../src/scoring/statistics/mean';
import { rankTrials, type RateTrial } from '../../../src/tuning/rankTrials';
import type { Point } from './rates';

/**
 * Prints rules of choosing a learning rate by short trials, weighed by what `rates.mjs` has measured: how far the
 * training at the chosen rate ends on dev below that at the best of the rates, and how many steps the trials take.
 * usage: rateRules.js RESULTS
 */

interface Training {
  readonly task: string;
  readonly method: string;
  readonly seed: number;
  readonly rate: number;
  readonly steps: number;
  /** Of the training itself. */
  readonly whole: readonly Point[];
  /** Of one of 60 steps by its own whole schedule; measured for `soft` alone. */
  readonly decayed: readonly Point[];
}

interface Judged extends RateTrial {
  readonly training: Training;
  readonly accuracy: number;
  /** Of each row, the same ones in every trial. */
  readonly losses: readonly number[];
}

/** The trials in the order in which they are chosen. */
type Order = (trials: readonly Judged[]) => readonly Judged[];

interface Rule {
  readonly name: string;
  /** Of the trials together, of so many rates. */
  steps(rates: number): number;
  /** Undefined where it cannot be said. */
  pick(trainings: readonly Training[]): Training | undefined;
}

/** Rows of dev that a trial looks at. */
const trialRows = 200;
/** Trainings keep the best of their evaluations on dev from here on. */
const judgedFrom = 200;

const byLoss: Order = rankTrials;
const byAccuracy: Order = (trials) =>
  [...trials].sort((one, other) => other.accuracy - one.accuracy || one.loss - other.loss);
const byTrainLoss: Order = (trials) =>
  [...trials].sort((one, other) => trainLossOf(one) - trainLossOf(other) || one.loss - other.loss);
const trainLossOf = ({ training, loss }: Judged): number =>
  training.whole.find((point) => point.loss === loss)?.trainLoss ?? Infinity;
/** The highest of the rates whose loss is near the lowest, then by the loss. */
const highestNear =
  (isNear: (trial: Judged, best: Judged) => boolean): Order =>
  (trials) => {
    const [best, ...others] = byLoss(trials);
    if (!best) return [];
    const near = [best, ...others.filter((trial) => isNear(trial, best))].sort((one, other) => other.rate - one.rate);
    return [...near, ...others.filter((trial) => !near.includes(trial))];
  };
const withinNats = (nats: number): Order => highestNear(({ loss }, best) => loss <= best.loss + nats);
/** Within one standard error of the mean difference row by row. */
const withinNoise: Order = highestNear(({ loss, losses }, best) => {
  const differences = losses.map((value, row) => value - best.losses[row]!);
  return loss - best.loss <= standardDeviation(differences) / Math.sqrt(differences.length);
});

const orders: readonly (readonly [string, Order])[] = [
  ['lowest loss', byLoss],
  ['highest accuracy', byAccuracy],
  ['lowest loss of the last batches', byTrainLoss],
  ['highest rate within 0.01 nats', withinNats(0.01)],
  ['highest rate within 0.03 nats', withinNats(0.03)],
  ['highest rate within a standard error', withinNoise],
];

function judgedAt(points: readonly Point[], training: Training, step: number): Judged[] {
  const point = points.find((one) => one.step === step && one.rows <= trialRows);
  if (!point) return [];
  const { loss, accuracy, rowLosses = [] } = point;
  return [{ training, rate: training.rate, loss, accuracy, losses: rowLosses.map((hundredths) => hundredths / 100) }];
}

const wholeAt =
  (step: number) =>
  (training: Training): Judged[] =>
    judgedAt(training.whole, training, step);

/** All rates alike. */
const alike = (step: number, name: string, order: Order): Rule => ({
  name: `${step} steps, ${name}`,
  steps: (rates) => rates * step,
  pick: (trainings) => order(trainings.flatMap(wholeAt(step)))[0]?.training,
});

/** All rates at first, the best of them further. */
const halved = (
  [first, last]: readonly [number, number],
  keep: number,
  [name, goOn, choose = goOn]: readonly [string, Order, Order?],
): Rule => ({
  name: `${first} steps, ${keep} of them to ${last}, ${name}`,
  steps: (rates) => rates * first + keep * (last - first),
  pick(trainings) {
    const kept = goOn(trainings.flatMap(wholeAt(first))).slice(0, keep);
    return choose(kept.flatMap(({ training }) => wholeAt(last)(training)))[0]?.training;
  },
});

const rules: readonly Rule[] = [
  ...orders.map(([name, order]): Rule => ({
    name: `60 steps that decay to zero, ${name}`,
    steps: (rates) => rates * 60,
    pick: (all) => order(all.flatMap((training) => judgedAt(training.decayed, training, 60)))[0]?.training,
  })),
  ...[60, 90].flatMap((step) => orders.map(([name, order]) => alike(step, name, order))),
  ...[
    ...orders,
    ['within a standard error the highest rates go on, lowest loss', withinNoise, byLoss] as const,
  ].flatMap((order) => [
    halved([30, 90], 3, order),
    halved([30, 90], 4, order),
    halved([30, 120], 2, order),
    halved([60, 90], 2, order),
    halved([60, 120], 2, order),
  ]),
];

const endOf = ({ whole }: Training): number =>
  Math.max(...whole.filter(({ step }) => step >= judgedFrom).map(({ accuracy }) => accuracy));

/** How far below the best rate the chosen one ends. */
function regret(rule: Rule, trainings: readonly Training[]): number | undefined {
  const picked = rule.pick(trainings);
  return picked && Math.max(...trainings.map(endOf)) - endOf(picked);
}

const nameOf = ({ method, task, seed }: Training): string => `${method} ${task} ${seed}`;

const number = (values: readonly number[]): string => (values.length > 0 ? mean(values).toFixed(3) : '–');

function main([file]: readonly string[]): void {
  const lines = readFileSync(file!, 'utf8').split('\n');
  const all = lines.filter((line) => line.endsWith('}')).map((line) => JSON.parse(line) as Training);
  const names = [...new Set(all.map(nameOf))];
  const cells = names
    .map((name) => all.filter((training) => nameOf(training) === name).sort((one, other) => one.rate - other.rate))
    .filter((trainings) => trainings.length > 2);
  const write = (cells: readonly string[]) => process.stdout.write(`| ${cells.join(' | ')} |\n`);
  const methods = [...new Set(cells.map(([training]) => training!.method))];
  for (const trainings of cells)
    write([
      nameOf(trainings[0]!),
      ...trainings.map((training) => `${training.rate}: ${number([endOf(training)].filter(Number.isFinite))}`),
    ]);
  process.stdout.write('\n');
  write(['trials', 'steps of 5 rates', ...methods, 'most']);
  write(['---', '---', ...methods.map(() => '---'), '---']);
  for (const rule of rules) {
    const regrets = cells.map((trainings) => ({ of: trainings[0]!.method, value: regret(rule, trainings) }));
    const values = (method?: string) =>
      regrets.flatMap(({ of, value }) => (value !== undefined && (!method || of === method) ? [value] : []));
    write([
      rule.name,
      String(rule.steps(5)),
      ...methods.map((method) => number(values(method))),
      Math.max(...values()).toFixed(3),
    ]);
  }
}

main(process.argv.slice(2));
