import { meanByObjective } from '../../../scoring/scoreSplit';
import { mean, sampleVariance } from '../../../scoring/statistics/mean';
import { wilsonInterval } from '../../../scoring/statistics/wilson';
import { normalQuantile } from '../../../scoring/statistics/normal';
import { upperTail } from '../../../scoring/statistics/interval';
import type { AcceptedEdit, FrontText } from '../front/frontText';
import type { Incumbent, SearchContext } from '../searchContext';
import type { ScoredRow } from '../../../scoring/scoredRow';
import { pairedGain, scoreThese } from './instructionScorer';

/** Losses of the original on the rows that choose, by row; filled by the first text that is measured. */
export type OriginalLosses = Map<number, number>;

/** Rows on which a text is first compared with the one that it is to take the place of, where many choose. */
const firstRows = 64;
/** Standard errors by which it may be worse there. */
const mayBeWorse = 1;

export interface Chosen {
  readonly text: FrontText;
  /** By row. */
  readonly losses: ReadonlyMap<number, number>;
}

const confidence = 0.95;

/**
 * An instruction measured on the rows that choose among instructions; undefined when one of them no longer fits into
 * the context, and where the first of many rows show that it is worse than its rival.
 * @param original losses of the text as it was written; empty while that is the text to measure
 * @param rival losses of the text that it is to take the place of, where they are known
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
  rival: ReadonlyMap<number, number> = new Map(),
): Promise<Chosen | undefined> {
  const { selection, start } = setting;
  const measure = (rows: readonly number[]): Promise<readonly ScoredRow[] | undefined> => {
    setting.forwards.done += rows.length;
    return scoreThese(setting, task, selection.split, rows);
  };
  const isRaced = selection.rows.length >= 2 * firstRows && selection.rows.every((row) => rival.has(row));
  const first = await measure(isRaced ? selection.rows.slice(0, firstRows) : selection.rows);
  if (!first || (isRaced && isWorse(first, rival))) return undefined;
  const others = isRaced ? await measure(selection.rows.slice(firstRows)) : [];
  if (!others) return undefined;
  const scored = [...first, ...others];
  if (original.size === 0) for (const { example, loss } of scored) original.set(example.row, loss);
  const right = scored.filter(({ example, predicted }) => predicted === example.label).length;
  const hasLabels = task.labels.length > 0;
  const [gain, half] = gainOf(scored.map(({ example, loss }) => original.get(example.row)! - loss));
  const text: FrontText = {
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
  return { text, losses: new Map(scored.map(({ example, loss }) => [example.row, loss])) };
}

function isWorse(scored: readonly ScoredRow[], rival: ReadonlyMap<number, number>): boolean {
  const losses = new Map(scored.map(({ example, loss }) => [example.row, loss]));
  const { gain, standardError } = pairedGain(rival, losses, [...losses.keys()]);
  return gain < -mayBeWorse * standardError;
}

/** Mean and half the width of its interval. */
function gainOf(saved: readonly number[]): readonly [gain: number, half: number] {
  const error = saved.length > 1 ? Math.sqrt(sampleVariance(saved) / saved.length) : 0;
  return [mean(saved), normalQuantile(upperTail(confidence)) * error];
}
