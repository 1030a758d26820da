import type { Random } from '../../../data/random';
import { append } from '../../../lists';
import { requireSplit } from '../../../objective/rows/splits';
import type { FrontText } from '../front/frontText';
import { scoreThese } from '../judging/instructionScorer';
import type { Incumbent, SearchContext } from '../searchContext';
import type { MeasuredRow, WrittenText } from './textWriter';

/** Training rows that writers are shown, with what the model made of them. */
export const rowsShown = 16;
/** Share of the whole budget that all writers may spend in a round. */
const shareOfRound = 0.05;

/**
 * What writers of whole texts propose in a round. Their prompts and the rows measured for them count against the
 * budget.
 * @param rows training rows, which propose and neither accept nor choose
 */
export async function askWriters(
  setting: SearchContext,
  { source, task }: Incumbent,
  {
    rows,
    ...round
  }: {
    readonly round: number;
    readonly front: readonly FrontText[];
    readonly rows: readonly number[];
    readonly random: Random;
  },
): Promise<readonly WrittenText[]> {
  const { writers, forwards, start, signal } = setting;
  if (writers.length === 0) return [];
  const shown = await measuredRows(setting, task, rows.slice(0, rowsShown));
  const texts: WrittenText[] = [];
  for (const writer of writers) {
    const written = await writer.write({
      ...round,
      original: start.source,
      current: source,
      rows: shown,
      prompts: Math.floor((shareOfRound * forwards.budget) / writers.length),
      signal,
    });
    forwards.done += written.prompts;
    append(texts, written.texts);
  }
  return texts;
}

async function measuredRows(
  setting: SearchContext,
  task: Incumbent['task'],
  rows: readonly number[],
): Promise<readonly MeasuredRow[]> {
  const read = new Map((await requireSplit(task, 'train').read(rows)).map((values, i) => [rows[i]!, values]));
  const scored = await scoreThese(setting, task, 'train', rows);
  setting.forwards.done += rows.length;
  return (scored ?? []).map(({ example, predicted, loss }) => ({
    values: read.get(example.row)!,
    expected: example.expected,
    ...(task.labels.length > 0 && { predicted: task.labels[predicted]! }),
    loss,
  }));
}
