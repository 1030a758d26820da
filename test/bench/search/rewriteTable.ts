import { seedBootstrap, type SeedInterval } from '../../../src/scoring/statistics/seedBootstrap';

/** A search by one method and seed, with which test rows each text answers rightly, a bit a row. */
export interface Result {
  readonly edition: number;
  readonly task: string;
  readonly method: string;
  readonly seed: number;
  readonly before: { readonly right: string };
  readonly after: { readonly right: string };
  readonly readability?: number;
  readonly spent: number;
  readonly seconds: number;
}

const columns = [
  'task',
  'method',
  'seeds',
  'original',
  'new text',
  'gain',
  'against gradient',
  'readability',
  'prompts',
  'seconds',
];
const peer = 'gradient';

/**
 * The results as Markdown: what each method's text gained over the original on the test rows, the mean over seeds with
 * the interval that the product gives a method of several seeds, and its readability, prompts and time.
 * @throws Error where results of different searches would be taken for seeds of one
 */
export function rewriteTable(results: readonly Result[]): string {
  for (const method of unique(results.map((result) => result.method))) {
    const editions = unique(results.filter((result) => result.method === method).map((result) => result.edition));
    if (editions.length > 1)
      throw new Error(`Results of different searches are no seeds of one: ${method} ${editions.join(', ')}.`);
  }
  const of = (task: string, method: string): readonly Result[] =>
    results.filter((result) => result.task === task && result.method === method);
  const rows = unique(results.map(({ task }) => task)).flatMap((task) =>
    unique(results.map(({ method }) => method)).flatMap((method) => row(of(task, method), of(task, peer))),
  );
  return [`| ${columns.join(' | ')} |`, `|${columns.map(() => '---|').join('')}`, ...rows, ''].join('\n');
}

function row(own: readonly Result[], peers: readonly Result[]): readonly string[] {
  const [first] = own;
  if (!first) return [];
  const theirs = peers.filter(({ seed }) => own.some((result) => result.seed === seed));
  const both = own.filter(({ seed }) => theirs.some((result) => result.seed === seed));
  // The original is the same with every seed.
  const gain = seedBootstrap(after(own), [bitsOf(first.before)], { seed: 1 });
  return [
    `| ${[
      first.task,
      first.method,
      own.length,
      mean(bitsOf(first.before)).toFixed(3),
      mean(after(own).map(mean)).toFixed(3),
      interval(gain),
      first.method === peer || both.length === 0
        ? '–'
        : interval(seedBootstrap(after(both), after(theirs), { seed: 1 })),
      readability(own),
      Math.round(mean(own.map(({ spent }) => spent))),
      Math.round(mean(own.map(({ seconds }) => seconds))),
    ].join(' | ')} |`,
  ];
}

const bitsOf = ({ right }: Result['before']): readonly number[] => Array.from(right, Number);
const after = (results: readonly Result[]): readonly (readonly number[])[] =>
  results.map((result) => bitsOf(result.after));

function readability(own: readonly Result[]): string {
  const known = own.flatMap((result) => result.readability ?? []);
  return known.length > 0 ? signed(mean(known)) : '–';
}

const interval = ({ mean: value, low, high }: SeedInterval): string =>
  `${signed(value)} (${signed(low)} to ${signed(high)})`;
const signed = (value: number): string => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(3)}`;
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const unique = <T>(values: readonly T[]): readonly T[] => [...new Set(values)];
