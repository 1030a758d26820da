import { seedBootstrap, type SeedInterval } from '../../../src/scoring/statistics/seedBootstrap';
import { studentQuantile } from '../../../src/scoring/statistics/studentT';

export interface Measured {
  /** A bit a row: answered rightly. */
  readonly right: string;
  readonly loss: number;
}

/** A line of the results. */
export interface Result {
  readonly task: string;
  readonly order: string;
  readonly seed: number;
  /** Of the numbers that a training comes to. */
  readonly edition: number;
  readonly searchEdition: number;
  /** Prompts that the search has spent. */
  readonly spent: number;
  readonly dev: Measured;
  readonly test: Measured;
  readonly textAlone?: Measured;
}

type Split = 'dev' | 'test';
type Difference = Pick<SeedInterval, 'mean' | 'low' | 'high'>;

const columns = [
  'task',
  'order',
  'seeds',
  'dev',
  'dev, against text-first',
  'dev loss',
  'test',
  'test, against v1',
  'test loss',
  'text alone',
];
const searchedFirst = 'text-first';
const peer = 'v1';

/**
 * The results of `v2Orders.mjs` as Markdown: accuracies on dev and test, means over seeds, with differences on the same
 * rows to searching first (dev) and to `v1` (test), over the seeds that both have, and their intervals as the product
 * computes them. The last rows are means over the tasks, of orders that all of them have.
 * @param editions of search and numbers; texts that another search has found are left out, and other trainings
 */
export function v2OrdersTable(
  all: readonly Result[],
  { search, numbers }: { readonly search: number; readonly numbers: number },
): string {
  const results = all.filter(
    ({ spent, edition, searchEdition }) => edition === numbers && (spent === 0 || searchEdition === search),
  );
  const orders = unique(results.map(({ order }) => order));
  const tasks = unique(results.map(({ task }) => task));
  const of = (task: string, order: string): readonly Result[] =>
    results.filter((result) => result.task === task && result.order === order).sort((a, b) => a.seed - b.seed);
  const lines = tasks.flatMap((task) =>
    orders.flatMap((order) => row({ task, order, own: of(task, order) }, (other) => of(task, other))),
  );
  const together = orders.flatMap((order) =>
    row(
      { task: 'mean', order, own: [] },
      () => [],
      tasks.map((task) => [of(task, order), (other: string) => of(task, other)] as const),
    ),
  );
  const head = [`| ${columns.join(' | ')} |`, `|${columns.map(() => '---|').join('')}`];
  return [...head, ...lines, ...together, ''].join('\n');
}

/** @param parts the tasks of a mean over tasks */
function row(
  { task, order, own }: { readonly task: string; readonly order: string; readonly own: readonly Result[] },
  of: (order: string) => readonly Result[],
  parts: readonly (readonly [readonly Result[], (order: string) => readonly Result[]])[] = [[own, of]],
): readonly string[] {
  const present = parts.filter(([results]) => results.length > 0);
  if (present.length < parts.length || present.length === 0) return [];
  const over = (value: (result: Result) => number): number =>
    mean(present.map(([results]) => mean(results.map(value))));
  const against = (other: string, split: Split): string =>
    other === order ? '–' : differenceText(present.map(([results, find]) => difference(results, find(other), split)));
  const alone = present.every(([results]) => results.some(({ textAlone }) => textAlone));
  const seeds = unique(present.map(([results]) => results.length));
  return [
    `| ${[
      task,
      order,
      seeds.length > 1 ? `${Math.min(...seeds)}–${Math.max(...seeds)}` : seeds[0],
      over(({ dev }) => accuracy(dev)).toFixed(3),
      order === peer ? '–' : against(searchedFirst, 'dev'),
      over(({ dev }) => dev.loss).toFixed(3),
      over(({ test }) => accuracy(test)).toFixed(3),
      against(peer, 'test'),
      over(({ test }) => test.loss).toFixed(3),
      alone ? mean(present.map(([results]) => meanAlone(results))).toFixed(3) : '–',
    ].join(' | ')} |`,
  ];
}

/** Where a search has found nothing there is no other text. */
const meanAlone = (results: readonly Result[]): number =>
  mean(results.flatMap(({ textAlone }) => (textAlone ? [accuracy(textAlone)] : [])));

/** On the seeds that both have. */
function difference(own: readonly Result[], others: readonly Result[], split: Split): SeedInterval | undefined {
  const both = own.map(({ seed }) => seed).filter((seed) => others.some((other) => other.seed === seed));
  if (both.length === 0) return undefined;
  const bits = (results: readonly Result[]) =>
    both.map((seed) => Array.from(results.find((result) => result.seed === seed)![split].right, Number));
  return seedBootstrap(bits(own), bits(others), { seed: 1 });
}

/** Of several tasks their mean; standard errors of unlike rows add up by squares, degrees as Satterthwaite has them. */
function differenceText(parts: readonly (SeedInterval | undefined)[]): string {
  const known = parts.filter((part) => part !== undefined);
  if (known.length < parts.length) return '–';
  const [only] = known;
  return known.length === 1 ? interval(only!) : interval(meanOf(known));
}

function meanOf(parts: readonly SeedInterval[]): Difference {
  const value = mean(parts.map((part) => part.mean));
  const variances = parts.map(({ standardError }) => standardError ** 2 / parts.length ** 2);
  const variance = variances.reduce((sum, part) => sum + part, 0);
  const degrees = variance ** 2 / variances.reduce((sum, part, i) => sum + part ** 2 / parts[i]!.degrees, 0);
  const width = studentQuantile(0.95, degrees) * Math.sqrt(variance);
  return { mean: value, low: value - width, high: value + width };
}

const interval = ({ mean: value, low, high }: Difference): string =>
  `${signed(value)} (${signed(low)} to ${signed(high)})`;
const signed = (value: number): string => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(3)}`;
const accuracy = ({ right }: Measured): number => mean(Array.from(right, Number));
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const unique = <T>(values: readonly T[]): readonly T[] => [...new Set(values)];
