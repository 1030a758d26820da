import { shuffle } from '../../data/random';
import { namesRead } from '../../data/rows/rowKey';
import { valueText } from '../../data/valueText';
import { decimals, percent } from '../../words/formatNumbers';
import { keyColumnsOf } from '../../objective/rows/rowColumns';
import type { PromptTemplate } from '../../template/read/template';
import type { FrontText } from '../search/front/frontText';
import type { MeasuredRow, WritingRound } from '../search/proposals/textWriter';
import type { ProposeVariable } from './proposePrompt';

/** Rows and instructions that a prompt shows at most. */
export const [mostRows, mostHistory] = [6, 8];

/** What prompts that ask for an instruction show of a round; a list without entries is left out. */
export type ProposeRow = Partial<Readonly<Record<ProposeVariable, unknown>>>;

type ShownText = Pick<FrontText, 'text' | 'loss' | 'accuracy'>;

/** What is shown of a round. */
export interface ShownRound extends Pick<WritingRound, 'rows' | 'current' | 'original' | 'random'> {
  readonly front: readonly ShownText[];
}

/** @param labels of the task; empty for texts */
export function proposeRow(
  round: ShownRound,
  { template, labels }: { readonly template: PromptTemplate; readonly labels: readonly string[] },
): ProposeRow {
  const shown = shuffle(round.rows, round.random);
  const mistakes = mistakesOf(shown).slice(0, mostRows);
  const history = historyOf(round.front);
  const lists = {
    rows: shown.slice(0, mostRows).map((row) => shownRow(row, template)),
    mistakes: mistakes.map((row) => shownRow(row, template)),
    // One text alone is no history to learn from.
    history: history.length > 1 ? history : [],
    labels,
  };
  return {
    ...Object.fromEntries(Object.entries(lists).filter(([, list]) => list.length > 0)),
    current: round.current.trim(),
    original: round.original.trim(),
  };
}

/** Rows with a wrong label; of texts, whose answers are not written here, the half that the model expected least. */
function mistakesOf(rows: readonly MeasuredRow[]): readonly MeasuredRow[] {
  if (rows.some(({ predicted }) => predicted !== undefined))
    return rows.filter(({ predicted, expected }) => predicted !== expected);
  return [...rows].sort((a, b) => b.loss - a.loss).slice(0, Math.ceil(rows.length / 2));
}

const shownRow = ({ values, expected, predicted }: MeasuredRow, template: PromptTemplate) => ({
  input: namesRead(Object.keys(values), keyColumnsOf(template))
    .map((name) => valueText(values[name]).trim())
    .filter((text) => text !== '')
    .join('\n'),
  answer: expected,
  ...(predicted !== undefined && predicted !== expected && { given: predicted }),
});

/** The best last, where a model that goes on from it finds it. */
const historyOf = (front: readonly ShownText[]) =>
  [...front]
    .sort((a, b) => b.loss - a.loss)
    .slice(-mostHistory)
    .map(({ text, accuracy, loss }) => ({
      instruction: text.trim(),
      score: accuracy === undefined ? `loss ${decimals(loss, 3)}` : percent(accuracy),
    }));
