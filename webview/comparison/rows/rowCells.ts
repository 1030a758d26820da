import * as l10n from '@vscode/l10n';
import { missing, shortFraction, shortMetric } from '../../../src/words/formatNumbers';
import type { MetricFace } from '../../../src/views/comparison/contract';
import { element } from '../../element';
import type { PageView } from '../view';
import type { StoredAnswer, StoredRow } from './rowStore';

/** Characters of a text that a line can show, where the width of its column is not known. */
const mostShown = 300;
/** Pixels that a character of a text takes at least, as a mean over the text. */
const narrowestCharacter = 2;

/** Column of the first study. */
const firstAnswer = 3;

/** Cells of a line: number, input, expected answer, for each study a mark, its answer and the answer's probability. */
export function emptyCells(studies: number): readonly HTMLElement[] {
  const cell = (kind: string, ...content: readonly Node[]): HTMLElement =>
    element('span', { role: 'gridcell', class: kind }, ...content);
  const answer = (): HTMLElement =>
    cell(
      'answer',
      element('span', { class: 'verdict', role: 'img' }),
      element('span', { class: 'said' }),
      element('span', { class: 'probability' }),
    );
  return [cell('number'), cell('input'), cell('expected'), ...Array.from({ length: studies }, answer)];
}

interface Room {
  readonly view: PageView;
  /** Of each column, in pixels; empty while they are not known. */
  readonly widths: readonly number[];
}

/** Puts a row into the cells of a line. */
export function fillCells(
  cells: readonly HTMLElement[],
  { number, input, expected, answers }: StoredRow,
  { view, widths }: Room,
): void {
  const cut = (text: string, column: number): string => {
    wholeTexts.set(cells[column]!, text.slice(0, mostShown));
    return text.slice(0, mostCharacters(widths[column]));
  };
  const { metric } = view.state;
  const scale = metric && !metric.binary ? metric.scale : undefined;
  write(cells[0]!, String(number + 1));
  write(cells[1]!, cut(input, 1));
  write(cells[2]!, cut(expected, 2));
  for (const [column, cell] of cells.entries()) {
    if (column < firstAnswer) continue;
    const answer = answers[column - firstAnswer] ?? null;
    fillAnswer(cell, { answer, said: cut(answer?.text ?? '–', column) }, scale);
  }
}

/** A text is broken into lines of glyphs as a whole, however little of it is in sight. */
const mostCharacters = (width = Infinity): number => Math.min(mostShown, Math.ceil(width / narrowestCharacter));

/**
 * A mark says right or wrong as well as the colour does.
 * @param scale of scores that stand in place of the mark
 */
function fillAnswer(
  cell: HTMLElement,
  { answer, said: text }: { readonly answer: StoredAnswer | null; readonly said: string },
  scale?: MetricFace['scale'],
): void {
  const [mark, said, probability] = [...cell.children] as [HTMLElement, HTMLElement, HTMLElement];
  const verdict = answer === null || scale ? undefined : answer.right ? 'right' : 'wrong';
  const kind = verdict === undefined ? 'answer' : `answer ${verdict}`;
  if (cell.className !== kind || mark.hidden !== (kind === 'answer')) {
    cell.className = kind;
    mark.hidden = kind === 'answer';
    mark.setAttribute('aria-label', `${answer?.right ? l10n.t`right:` : l10n.t`wrong:`} `);
    write(mark, answer?.right ? '✓' : '✗');
  }
  write(said, text);
  write(probability, answer === null ? '' : numberOf(answer, scale));
}

/** The probability of a label, or the score of a text. */
function numberOf({ probability, score }: StoredAnswer, scale: MetricFace['scale'] | undefined): string {
  if (scale) return Number.isNaN(score) ? missing : shortMetric(score, scale);
  return Number.isNaN(probability) ? '' : shortFraction(probability);
}

/** What cells would say if they had the room. */
const wholeTexts = new WeakMap<Element, string>();

/** Gives the cell that is pointed at its text as a tooltip, since there may be no room for all of it. */
export function tellWhole({ target }: Event): void {
  const cell = target instanceof Element ? target.closest<HTMLElement>('[role=gridcell]') : null;
  if (cell) cell.title = wholeTexts.get(cell) ?? cell.textContent ?? '';
}

/** Changes the text of an element where it is another. */
function write(cell: HTMLElement, text: string): void {
  const { firstChild } = cell;
  if (!firstChild) cell.textContent = text;
  else if (firstChild.nodeValue !== text) firstChild.nodeValue = text;
}
