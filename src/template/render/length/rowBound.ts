import { lengthOf, type ColumnLength } from '../../../data/survey/columnLengths';
import type { Analysis } from '../../read/analysis';
import { outputOf } from '../../read/template';
import type { TokenEncoder } from '../../text/tokenEncoder';
import { chatBound, type ChatBound } from '../chat/chatBound';
import { promptEncoder } from '../promptEncoder';
import { isOneText, longestCounted, tokensAroundText, trainableTemplate } from './promptLength';
import { messagesColumn } from '../chat/rowMessages';
import { textForm, type TextForm } from './textForm';
import { mostTokensOf } from './tokenBound';

interface Rows {
  readonly columns: ReadonlyMap<string, ColumnLength>;
  readonly limit: number;
}

/**
 * The rows that may take more positions than the limit, as far as the lengths of their values tell: every value and
 * every text of the body is counted as often as it can be written, on both sides of a condition, for each item of a
 * loop.
 * @returns numbers of rows, from 0; undefined where lengths tell nothing, so that any row may
 */
export function rowsThatMayExceed(
  analysis: Analysis,
  encoder: TokenEncoder,
  { columns, limit }: Rows,
): ReadonlySet<number> | undefined {
  if (analysis.parts.body.text.length > longestCounted) return new Set();
  if (!analysis.body || !isKnown(analysis, columns)) return undefined;
  const bound = mostTokensOf(encoder);
  const form = textForm(analysis.body.tree, analysis, bound);
  const around = tokensAroundText(analysis, encoder);
  const chat = isOneText(analysis, encoder) ? oneText : chatOf(analysis, encoder, columns);
  if (!form || around === undefined || !chat) return undefined;
  const constant = around + chat.own + chat.times * (form.constant + defaultTokens(form, analysis, encoder));
  const weighed = [...columns].flatMap(([name, { ascii, other, items }]) => {
    // A free answer follows the prompt.
    const answer = analysis.output?.name === name && !analysis.output.values ? 1 : 0;
    const { text = 0, perItem = 0 } = form.values.get(name) ?? {};
    const written = { text: chat.times * text + answer, perItem: chat.times * perItem };
    return written.text + written.perItem > 0 ? [{ ...written, ascii, other, items }] : [];
  });
  const deciding = Array.from(chat.filled, (name) => columns.get(name)?.filled);
  const found = new Set<number>();
  const rows = columns.values().next().value?.ascii.length ?? 0;
  for (let row = 0; row < rows; row++) {
    let tokens = constant;
    for (const { text, perItem, ascii, other, items } of weighed) {
      tokens += text * (bound.perAscii * ascii[row]! + bound.perOther * other[row]!);
      if (items) tokens += perItem * items[row]!;
    }
    if (!(tokens <= limit) || deciding.some((filled) => filled?.[row] !== 1)) found.add(row);
  }
  return found;
}

const oneText: ChatBound = { own: 0, times: 1, filled: new Set() };

function chatOf(analysis: Analysis, encoder: TokenEncoder, columns: Rows['columns']): ChatBound | undefined {
  try {
    const { template, settings } = trainableTemplate(analysis);
    const { chat, ...form } = promptEncoder(encoder, settings);
    if (!chat) return undefined;
    const rendering = { template, form: { ...form, chat }, bound: mostTokensOf(encoder) };
    return chatBound(analysis, rendering, new Set(columns.keys()));
  } catch {
    return undefined;
  }
}

/** Whether all that is read of a row has a name, and the answer is the value of a column. */
function isKnown(analysis: Analysis, columns: Rows['columns']): boolean {
  const { usage } = analysis;
  if (!usage || usage.readsWholeRow || usage.histories.length > 0 || columns.has(messagesColumn)) return false;
  return !outputOf(analysis)?.object;
}

/** What stands in for missing values: it counts beside what a row has. */
function defaultTokens(form: TextForm, { defaults }: Analysis, encoder: TokenEncoder): number {
  const { perAscii, perOther } = mostTokensOf(encoder);
  let tokens = 0;
  for (const [name, value] of Object.entries(defaults)) {
    const { text = 0, perItem = 0 } = form.values.get(name) ?? {};
    const { ascii, other, items = 0 } = lengthOf(value);
    tokens += text * (perAscii * ascii + perOther * other) + perItem * items;
  }
  return tokens;
}
