import { meanByObjective } from '../../../scoring/scoreSplit';
import { mean, sampleVariance } from '../../../scoring/statistics/mean';
import { wilsonInterval } from '../../../scoring/statistics/wilson';
import { normalQuantile } from '../../../scoring/statistics/normal';
import { upperTail } from '../../../scoring/statistics/interval';
import type { AcceptedEdit, FrontText } from '../front/frontText';
import type { Incumbent, SearchContext } from '../searchContext';
import { scoreThese } from './instructionScorer';

/** Losses of the original on the rows that choose, by row; filled by the first text that is measured. */
export type OriginalLosses = Map<number, number>;

const confidence = 0.95;

/**
 * An instruction measured on the rows that choose among instructions; undefined when one of them no longer fits into
 * the context.
 * @param original losses of the text as it was written; empty while that is the text to measure
 */
export async function measureSelection(
  setting: SearchContext,
  {
    source,
    task,
    fluencyScore,
    edits,
    bound,
  }: Incumbent & { readonly edits: readonly AcceptedEdit[]; readonly bound: number },
  original: OriginalLosses,
): Promise<FrontText | undefined> {
  const { selection, forwards, start } = setting;
  const scored = await scoreThese(setting, task, selection.split, selection.rows);
  forwards.done += selection.rows.length;
  if (!scored) return undefined;
  if (original.size === 0) for (const { example, loss } of scored) original.set(example.row, loss);
  const right = scored.filter(({ example, predicted }) => predicted === example.label).length;
  const hasLabels = task.labels.length > 0;
  const [gain, half] = gainOf(scored.map(({ example, loss }) => original.get(example.row)! - loss));
  return {
    text: source,
    tokens: fluencyScore.instructionTokens,
    readability: fluencyScore.fluency - start.fluencyScore.fluency,
    bound: bound === Infinity ? null : bound,
    loss: meanByObjective(scored, task),
    ...(hasLabels && {
      accuracy: right / scored.length,
      accuracyInterval: wilsonInterval(right, scored.length, confidence),
    }),
    gain,
    gainInterval: [gain - half, gain + half],
    rows: scored.length,
    edits,
  };
}

/** Mean and half the width of its interval. */
function gainOf(saved: readonly number[]): readonly [gain: number, half: number] {
  const error = saved.length > 1 ? Math.sqrt(sampleVariance(saved) / saved.length) : 0;
  return [mean(saved), normalQuantile(upperTail(confidence)) * error];
}
