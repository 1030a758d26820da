import * as l10n from '@vscode/l10n';
import {
  count,
  counted,
  fraction,
  interval,
  metricInterval,
  metricNumber,
  missing,
  pValue,
  signed,
  signedInterval,
  signedMetric,
  signedMetricInterval,
} from '../../src/formatNumbers';
import type { ShownFront, ShownText } from '../../src/views/run/contract';
import { button } from '../controls';
import { element } from '../element';
import { createRedraw, focusable } from '../redraw';
import { textDifference } from '../textDifference';
import { frontPlot, heightOf, heightTitle, roleOf } from './frontPlot';

/** What a person may do with a text; each comes back when it is done. */
export interface FrontActions {
  useText(text: string): Promise<unknown>;
  compareText(text: string): Promise<unknown>;
  measureText(text: string): Promise<unknown>;
}

export interface FrontSection {
  readonly root: HTMLElement;
  show(front: ShownFront | null): void;
}

/** The texts that the search has kept: drawn, and one of them in full with what can be done with it. */
export function createFront(actions: FrontActions): FrontSection {
  const root = element('section', { id: 'front', 'aria-label': l10n.t`Texts that the search kept` });
  const draw = createRedraw(root);
  const measuring = new Set<string>();
  let shown: ShownFront | null = null;
  let selected: string | undefined;
  let problem = '';
  let tableOpen = false;

  const select = (text: string) => {
    selected = text;
    problem = '';
    redraw();
    // The point that had the focus is not the one that is read now.
    root.querySelector<SVGElement>('[role=radio][aria-checked=true]')?.focus();
  };
  const attempt = async (action: () => Promise<unknown>): Promise<void> => {
    problem = '';
    try {
      await action();
    } catch (error) {
      problem = error instanceof Error ? error.message : String(error);
    }
    redraw();
  };
  const measure = async (text: string): Promise<void> => {
    measuring.add(text);
    redraw();
    await attempt(() => actions.measureText(text).finally(() => measuring.delete(text)));
  };

  const redraw = () => {
    root.hidden = !shown;
    if (!shown) return;
    const front = shown;
    const index = Math.max(0, indexOf(front, selected));
    const text = front.texts[index]!;
    draw([front, index, problem, [...measuring]], () => [
      element('h2', {}, l10n.t`Texts that the search kept`),
      element('p', { class: 'quiet' }, noteOf(front)),
      element(
        'div',
        { class: 'kept' },
        element(
          'div',
          { class: 'scroll' },
          frontPlot(front, { selected: index, select: (next) => select(front.texts[next]!.text) }),
        ),
        element(
          'div',
          { class: 'text-kept', role: 'group', 'aria-label': l10n.t`Text ${index + 1}` },
          ...detailsOf(front, text, index),
          element(
            'div',
            { class: 'toolbar', role: 'group', 'aria-label': l10n.t`What to do with text ${index + 1}` },
            ...buttonsOf(front, text, {
              isMeasuring: measuring.has(text.text),
              use: () => void attempt(() => actions.useText(text.text)),
              compare: () => void attempt(() => actions.compareText(text.text)),
              measure: () => void measure(text.text),
            }),
          ),
          element('p', { class: 'quiet', role: 'status' }, measuring.has(text.text) ? l10n.t`Measuring on test…` : ''),
          ...(problem === '' ? [] : [element('p', { class: 'problem', role: 'alert' }, problem)]),
        ),
      ),
      element('p', { class: 'quiet' }, lookedAtText(front)),
      numbersOf(front, tableOpen, (open) => (tableOpen = open)),
    ]);
  };

  return {
    root,
    show(front) {
      shown = front;
      redraw();
    },
  };
}

/** The text that a person has chosen to read, else the one that the search chose. */
function indexOf({ texts }: ShownFront, selected: string | undefined): number {
  const found = texts.findIndex(({ text }) => text === selected);
  return found >= 0 ? found : texts.findIndex(({ isChosen }) => isChosen);
}

function noteOf({ chosenOn: { split, rows } }: ShownFront): string {
  const what = l10n.t`Each point is the best text that the search found at its readability and length. Up and to the \
left is better; the diamond is the chosen text, the square the original, and what is hollow was measured on test.`;
  const where =
    split === 'dev'
      ? l10n.t`The ${counted(rows, 'row')} of dev have chosen among them, so that their numbers here are no results; \
those on test are.`
      : l10n.t`The ${counted(rows, 'row')} of train that were held out have chosen among them, so that their numbers \
here are no results; those on test are.`;
  return `${what} ${where}`;
}

/** How many comparisons the p-values of a person's texts are corrected for. */
function lookedAtText({ lookedAt, unmeasurable }: ShownFront): string {
  if (lookedAt === 0)
    return unmeasurable ?? l10n.t`No text but the original and the chosen one has been measured on test.`;
  return lookedAt === 1
    ? l10n.t`1 other text was looked at on test. With every further one its p-value is corrected by Holm.`
    : l10n.t`${count(lookedAt)} other texts were looked at on test; their p-values are corrected by Holm for as many \
comparisons with the original.`;
}

function detailsOf(front: ShownFront, text: ShownText, index: number): readonly HTMLElement[] {
  const role = roleOf(text);
  const facts: readonly (readonly [string, string])[] = [
    [l10n.t`Readability`, readabilityText(text)],
    [l10n.t`Length`, counted(text.tokens, 'token')],
    ...(text.accuracy
      ? [[heightTitle(front), `${fraction(text.accuracy.value)} (${interval(text.accuracy.interval)})`] as const]
      : []),
    [
      l10n.t`Loss`,
      text.isOriginal
        ? fraction(text.loss)
        : l10n.t`${fraction(text.loss)}, saves ${signed(text.saved.mean)} ${signedInterval(text.saved.interval)}`,
    ],
    [l10n.t`${front.metric.title} on test`, testText(front, text)],
  ];
  return [
    element('h3', {}, role === '' ? l10n.t`Text ${index + 1}` : l10n.t`Text ${index + 1}: ${role}`),
    text.isOriginal ? element('p', { class: 'difference' }, text.text) : textDifference(front.original, text.text),
    element(
      'dl',
      { class: 'facts-of-text' },
      ...facts.flatMap(([name, value]) => [element('dt', {}, name), element('dd', {}, value)]),
    ),
  ];
}

function readabilityText({ readability, isOriginal }: ShownText): string {
  if (isOriginal) return l10n.t`that of the original`;
  return readability > 0
    ? l10n.t`${signed(readability)} nats a token: harder to read than the original`
    : l10n.t`${signed(readability)} nats a token: as easy to read as the original, or easier`;
}

/** A number on test with its interval, and what it is against the original. */
function testText({ metric: { scale }, lookedAt }: ShownFront, { test, isChosen }: ShownText): string {
  if (!test) return l10n.t`not measured`;
  const between = test.interval ? ` (${metricInterval(test.interval, scale)})` : '';
  const value = `${metricNumber(test.value, scale)}${between}`;
  if (!test.gain) return value;
  const gain = `${signedMetric(test.gain.mean, scale)} ${signedMetricInterval(test.gain.interval, scale)}`;
  if (test.p === null) return l10n.t`${value}; ${gain} against the original`;
  const p = pValue(test.p);
  return isChosen || lookedAt < 2
    ? l10n.t`${value}; ${gain} against the original, ${p}`
    : l10n.t`${value}; ${gain} against the original, ${p} by Holm for ${count(lookedAt)} texts looked at`;
}

interface Buttons {
  readonly isMeasuring: boolean;
  use(): void;
  compare(): void;
  measure(): void;
}

function buttonsOf(
  { unmeasurable }: ShownFront,
  { test, isOriginal, isChosen }: ShownText,
  { isMeasuring, use, compare, measure }: Buttons,
): readonly HTMLElement[] {
  const ask = focusable('measure', button(l10n.t`Measure on Test`, measure));
  ask.toggleAttribute('disabled', isMeasuring || unmeasurable !== null);
  if (unmeasurable !== null) ask.title = unmeasurable;
  return [
    focusable('use', button(l10n.t`Use This Text`, use, 'primary')),
    ...(isOriginal ? [] : [focusable('compare', button(l10n.t`Compare as Variant`, compare))]),
    ...(test || isOriginal || isChosen ? [] : [ask]),
  ];
}

/** The numbers behind the drawing, a text a line. */
function numbersOf(front: ShownFront, isOpen: boolean, opened: (open: boolean) => void): HTMLElement {
  const headings = [
    l10n.t`Text`,
    l10n.t`Nats a token`,
    l10n.t`Tokens`,
    heightTitle(front),
    l10n.t`Loss`,
    l10n.t`${front.metric.title} on test`,
    l10n.t`Words`,
  ];
  const details = element(
    'details',
    {},
    element('summary', {}, l10n.t`Numbers behind the texts`),
    element(
      'div',
      { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': l10n.t`Numbers of the texts` },
      element(
        'table',
        { class: 'plain' },
        element('caption', { class: 'hidden' }, l10n.t`The texts that the search kept, with their numbers`),
        element('thead', {}, element('tr', {}, ...headings.map((heading) => element('th', { scope: 'col' }, heading)))),
        element('tbody', {}, ...front.texts.map((text, i) => lineOf(front, text, i + 1))),
      ),
    ),
  );
  details.open = isOpen;
  details.addEventListener('toggle', () => opened(details.open));
  return details;
}

function lineOf(front: ShownFront, text: ShownText, number: number): HTMLElement {
  const { mean, interval: between } = heightOf(text);
  const role = roleOf(text);
  const numbers = [
    signed(text.readability),
    count(text.tokens),
    `${fraction(mean)} (${interval(between)})`,
    fraction(text.loss),
    text.test ? testText(front, text) : missing,
  ];
  return element(
    'tr',
    {},
    element('th', { scope: 'row' }, role === '' ? count(number) : l10n.t`${count(number)}: ${role}`),
    ...numbers.map((value) => element('td', { class: 'number' }, value)),
    element('td', { class: 'words' }, text.text),
  );
}
