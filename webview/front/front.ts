import * as l10n from '@vscode/l10n';
import { count, counted, fraction, signed, signedInterval } from '../../src/words/formatNumbers';
import {
  frontHeadings,
  frontNote,
  frontNumbers,
  heightText,
  heightTitle,
  lookedAtText,
  readabilityText,
  rowTitle,
  testText,
  textTitle,
  type MeasuringText,
  type ShownFront,
  type ShownText,
} from '../../src/views/front/contract';
import { button } from '../controls';
import { element } from '../element';
import { createRedraw, focusable } from '../redraw';
import { textDifference } from '../textDifference';
import { frontPlot } from './frontPlot';

/** What a person may do with a text; each comes back when it is done. */
export interface FrontActions {
  readonly useText: (text: string) => Promise<unknown>;
  readonly compareText: (text: string) => Promise<unknown>;
  /** @returns whether it was measured, not stopped before */
  readonly measureText: (text: string) => Promise<boolean>;
  readonly stopMeasuring: (text: string) => Promise<unknown>;
}

export interface FrontOptions {
  /** Tells the controls of several fronts on one page apart. */
  readonly name: string;
  /** What stands above it. */
  heading(): readonly Node[];
}

const textOf = ({ textContent }: Node): string | null => textContent;

export interface FrontSection {
  readonly root: HTMLElement;
  show(front: ShownFront | null): void;
  /** Texts of this run that are being measured. */
  showMeasuring(texts: readonly MeasuringText[]): void;
  /** Brings the drawing into view, with the text that is read in focus. */
  goTo(): void;
}

/** The texts that the search has kept: drawn, and one of them in full with what can be done with it. */
export function createFront(actions: FrontActions, { name, heading }: FrontOptions): FrontSection {
  const root = element('section', { class: 'front', 'aria-label': l10n.t`Texts that the search kept` });
  const draw = createRedraw(root);
  /** Asked for here, whether or not the window has said yet that it is at work. */
  const asked = new Set<string>();
  const stopping = new Set<string>();
  let measuring: readonly MeasuringText[] = [];
  let shown: ShownFront | null = null;
  let selected: string | undefined;
  /** What came of the last thing that a person did with a text. */
  let said: Said = {};
  let tableOpen = false;

  const select = (text: string) => {
    selected = text;
    said = {};
    redraw();
    focusChosen();
  };
  // The point that had the focus is not the one that is read now.
  const focusChosen = () => root.querySelector<SVGElement>('[role=radio][aria-checked=true]')?.focus();
  const attempt = async (text: string, action: (text: string) => Promise<unknown>): Promise<void> => {
    said = {};
    redraw();
    try {
      await action(text);
    } catch (error) {
      said = { text, problem: error instanceof Error ? error.message : String(error) };
    }
    redraw();
  };
  const measure = async (text: string): Promise<void> => {
    asked.add(text);
    redraw();
    try {
      if (await actions.measureText(text)) return;
      said = { text, note: l10n.t`Stopped before it was measured; the run is as it was.` };
    } finally {
      asked.delete(text);
      stopping.delete(text);
    }
  };
  const stop = (text: string) => {
    stopping.add(text);
    redraw();
    void attempt(text, actions.stopMeasuring);
  };

  const redraw = () => {
    root.hidden = !shown;
    if (!shown) return;
    const front = shown;
    const index = Math.max(0, indexOf(front, selected));
    const text = front.texts[index]!;
    const progress = progressOf(text.text);
    const { note = '', problem } = said.text === text.text ? said : {};
    draw([front, index, note, problem, progress, heading().map(textOf)], () => [
      ...heading(),
      element('p', { class: 'quiet' }, frontNote(front)),
      element(
        'div',
        { class: 'kept' },
        element(
          'div',
          { class: 'scroll' },
          frontPlot(front, { name, selected: index, select: (next) => select(front.texts[next]!.text) }),
        ),
        element(
          'div',
          { class: 'text-kept', role: 'group', 'aria-label': l10n.t`Text ${index + 1}` },
          ...detailsOf(front, text, index),
          element(
            'div',
            { class: 'toolbar', role: 'group', 'aria-label': l10n.t`What to do with text ${index + 1}` },
            ...buttonsOf(front, text, {
              name,
              use: () => void attempt(text.text, actions.useText),
              compare: () => void attempt(text.text, actions.compareText),
              measure: progress ? undefined : () => void attempt(text.text, measure),
            }),
          ),
          ...(progress ? [measuringOf(progress, { name, stop: () => stop(text.text) })] : []),
          element('p', { class: 'quiet', role: 'status' }, note),
          ...(problem === undefined ? [] : [element('p', { class: 'problem', role: 'alert' }, problem)]),
        ),
      ),
      element('p', { class: 'quiet' }, lookedAtText(front)),
      numbersOf(front, tableOpen, (open) => (tableOpen = open)),
    ]);
  };

  const progressOf = (text: string): Progress | undefined => {
    const known = measuring.find((each) => each.text === text);
    if (!known && !asked.has(text)) return undefined;
    return { done: known?.done ?? 0, total: known?.total ?? 0, isStopping: stopping.has(text) };
  };

  return {
    root,
    show(front) {
      shown = front;
      redraw();
    },
    showMeasuring(texts) {
      measuring = texts;
      redraw();
    },
    goTo() {
      root.scrollIntoView({ block: 'start' });
      focusChosen();
    },
  };
}

/** What came of the last thing that a person did. */
interface Said {
  readonly text?: string;
  readonly note?: string;
  readonly problem?: string;
}

interface Progress extends Pick<MeasuringText, 'done' | 'total'> {
  readonly isStopping: boolean;
}

/** How far a measurement is, and how to end it. */
function measuringOf(
  { done, total, isStopping }: Progress,
  { name, stop }: { readonly name: string; readonly stop: () => void },
): HTMLElement {
  const bar = element('progress', { 'aria-label': l10n.t`Measuring on test` });
  if (total > 0) {
    bar.max = total;
    bar.value = done;
  }
  const end = focusable(`${name} stop`, button(l10n.t`Stop`, stop));
  end.toggleAttribute('disabled', isStopping);
  const state =
    total > 0 ? l10n.t`Measuring on test: ${count(done)} of ${counted(total, 'row')}` : l10n.t`Opening the model…`;
  return element('div', { class: 'measuring' }, bar, element('span', { class: 'quiet' }, state), end);
}

/** The text that a person has chosen to read, else the one that the search chose. */
function indexOf({ texts }: ShownFront, selected: string | undefined): number {
  const found = texts.findIndex(({ text }) => text === selected);
  return found >= 0 ? found : texts.findIndex(({ isChosen }) => isChosen);
}

function detailsOf(front: ShownFront, text: ShownText, index: number): readonly HTMLElement[] {
  const facts: readonly (readonly [string, string])[] = [
    [l10n.t`Readability`, readabilityText(text)],
    [l10n.t`Length`, counted(text.tokens, 'token')],
    ...(text.accuracy ? [[heightTitle(front), heightText(text)] as const] : []),
    [
      l10n.t`Loss`,
      text.isOriginal
        ? fraction(text.loss)
        : l10n.t`${fraction(text.loss)}, saves ${signed(text.saved.mean)} ${signedInterval(text.saved.interval)}`,
    ],
    [l10n.t`${front.metric.title} on test`, testText(front, text)],
  ];
  return [
    element('h3', {}, textTitle(text, index + 1)),
    text.isOriginal ? element('p', { class: 'difference' }, text.text) : textDifference(front.original, text.text),
    element(
      'dl',
      { class: 'facts-of-text' },
      ...facts.flatMap(([name, value]) => [element('dt', {}, name), element('dd', {}, value)]),
    ),
  ];
}

interface Buttons {
  readonly name: string;
  use(): void;
  compare(): void;
  /** Undefined while it is being measured. */
  readonly measure: (() => void) | undefined;
}

function buttonsOf(
  { unmeasurable }: ShownFront,
  { test, isOriginal, isChosen }: ShownText,
  { name, use, compare, measure }: Buttons,
): readonly HTMLElement[] {
  const ask = focusable(
    `${name} measure`,
    button(l10n.t`Measure on Test`, () => measure?.()),
  );
  ask.toggleAttribute('disabled', !measure || unmeasurable !== null);
  if (unmeasurable !== null) ask.title = unmeasurable;
  return [
    focusable(`${name} use`, button(l10n.t`Use This Text`, use, 'primary')),
    ...(isOriginal ? [] : [focusable(`${name} compare`, button(l10n.t`Compare as Variant`, compare))]),
    ...(test || isOriginal || isChosen ? [] : [ask]),
  ];
}

/** The numbers behind the drawing, a text a line. */
function numbersOf(front: ShownFront, isOpen: boolean, opened: (open: boolean) => void): HTMLElement {
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
        element(
          'thead',
          {},
          element('tr', {}, ...frontHeadings(front).map((heading) => element('th', { scope: 'col' }, heading))),
        ),
        element('tbody', {}, ...front.texts.map((text, i) => lineOf(front, text, i + 1))),
      ),
    ),
  );
  details.open = isOpen;
  details.addEventListener('toggle', () => opened(details.open));
  return details;
}

function lineOf(front: ShownFront, text: ShownText, number: number): HTMLElement {
  return element(
    'tr',
    {},
    element('th', { scope: 'row' }, rowTitle(text, number)),
    ...frontNumbers(front, text).map((value) => element('td', { class: 'number' }, value)),
    element('td', { class: 'words' }, text.text),
  );
}
