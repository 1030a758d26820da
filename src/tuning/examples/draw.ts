import * as l10n from '@vscode/l10n';
import { shuffle, type Random } from '../../data/random';
import { Failure } from '../../failure';
import type { ExamplePool, ExampleRow } from './pool';

/** Rows of a label that are looked at for one that is short enough. */
const mostTried = 200;

/**
 * Draws examples: of each label as many as of any other, as far as the number allows, in random order.
 * @param taken rows that are not to be drawn
 * @throws Failure "examples-rows" where no row is short enough
 */
export async function drawExamples(
  pool: ExamplePool,
  count: number,
  { random, file }: { readonly random: Random; readonly file: string },
): Promise<readonly ExampleRow[]> {
  const drawn: ExampleRow[] = [];
  const left = new Map([...pool.byLabel].map(([label, rows]) => [label, shuffle(rows, random)]));
  const labels = shuffle(left.keys(), random);
  let shortest = false;
  while (drawn.length < count && labels.some((label) => left.get(label)!.length > 0)) {
    for (const label of labels) {
      if (drawn.length === count) break;
      const found = await nextFitting(pool, left.get(label)!);
      if (found) drawn.push(found);
      else shortest = true;
    }
  }
  if (drawn.length === count) return shuffle(drawn, random);
  throw new Failure(
    'examples-rows',
    shortest
      ? l10n.t`tune.examples asks for ${count} examples; ${drawn.length} are short enough: each may have \
${Math.max(0, pool.tokens)} tokens.`
      : l10n.t`tune.examples asks for ${count} examples; ${drawn.length} are short enough.`,
    { file },
    l10n.t`Lower count, raise tokens, or choose a model with a longer context.`,
  );
}

async function nextFitting(pool: ExamplePool, rows: number[]): Promise<ExampleRow | undefined> {
  for (let tried = 0; tried < mostTried; tried++) {
    const row = rows.pop();
    if (row === undefined) return undefined;
    const example = await pool.example(row);
    if (example) return example;
  }
  rows.length = 0;
  return undefined;
}
