import * as l10n from '@vscode/l10n';
import type { RunPageState, RunPoints } from '../../src/views/run/contract';
import { button, checkBox } from '../controls';
import { element } from '../element';
import { readTheme } from '../theme';
import { createCharts, type ChartChoice } from './charts';
import { numbersTable } from './numbersTable';
import { allSteps, moved, noCurve, withPoints, zoomed, type RunCurve } from './series';

type Range = readonly [number, number];

/** The curves of a run, how they are looked at, and the numbers behind them. */
export interface Curves {
  /** What stands on the page: why there is no curve yet, and the curves. */
  readonly parts: readonly HTMLElement[];
  choice(): ChartChoice;
  /** @returns false where points are missing in between, so that all must be asked for again */
  add(points: RunPoints): boolean;
  show(state: RunPageState): void;
  redraw(): void;
}

const hues = ['blue', 'orange', 'green', 'purple', 'red', 'yellow'];

/** What was chosen about the charts before the page was made anew. @param state what the editor has kept of it */
export function keptChoice(state: unknown): ChartChoice {
  const kept = state as Partial<ChartChoice> | undefined;
  const { range } = kept ?? {};
  const isRange = Array.isArray(range) && range.length === 2 && range.every((step) => typeof step === 'number');
  return {
    smoothing: typeof kept?.smoothing === 'number' ? kept.smoothing : 0.8,
    log: kept?.log === true,
    ...(isRange && { range }),
  };
}

/** @param onChoice is called when a person has chosen otherwise */
export function createCurves(first: ChartChoice, onChoice: () => void): Curves {
  const waiting = element('p', { class: 'quiet' });
  const tools = element('div', { class: 'toolbar', role: 'group', 'aria-label': l10n.t`Charts` });
  const place = element('div', { class: 'charts' });
  const numbers = element('details', {}, element('summary', {}, l10n.t`Numbers behind the curves`));
  const section = element('section', { 'aria-label': l10n.t`Curves` }, tools, place, numbers);
  section.hidden = true;

  let choice = first;
  let curve: RunCurve = noCurve;
  let state: RunPageState | undefined;
  const charts = createCharts(place, zoomTo);
  const smoothing = element('input', {
    type: 'range',
    min: '0',
    max: '0.98',
    step: '0.02',
    id: 'smoothing',
    value: String(choice.smoothing),
  });
  smoothing.addEventListener('input', () => choose({ ...choice, smoothing: Number(smoothing.value) }));
  tools.append(
    element('label', { for: 'smoothing' }, l10n.t`Smoothing`),
    smoothing,
    checkBox(l10n.t`Log scale`, choice.log, (log) => choose({ ...choice, log })),
    button(l10n.t`Zoom In`, () => zoomBy((range, whole) => zoomed(range, 0.5, whole))),
    button(l10n.t`Zoom Out`, () => zoomBy((range, whole) => zoomed(range, 2, whole))),
    button(l10n.t`Earlier`, () => zoomBy((range, whole) => moved(range, -0.5, whole))),
    button(l10n.t`Later`, () => zoomBy((range, whole) => moved(range, 0.5, whole))),
    button(l10n.t`All Steps`, () => zoomTo(undefined)),
  );
  numbers.addEventListener('toggle', drawNumbers);

  function choose(next: ChartChoice): void {
    choice = next;
    onChoice();
    redraw();
  }

  function zoomTo(range: Range | undefined): void {
    choose({ ...choice, range });
  }

  function zoomBy(change: (range: Range, whole: Range) => Range): void {
    const steps = allSteps(curve);
    if (steps.length < 2) return;
    const whole = [steps[0]!, steps.at(-1)!] as const;
    const next = change(choice.range ?? whole, whole);
    zoomTo(next[0] <= whole[0] && next[1] >= whole[1] ? undefined : next);
  }

  function redraw(): void {
    if (!state) return;
    const isEmpty = curve.training.length + curve.dev.length === 0;
    section.hidden = isEmpty;
    waiting.hidden = !isEmpty;
    waiting.textContent = emptyReason(state);
    if (isEmpty) return;
    const theme = readTheme();
    const colour = theme.series[hues.indexOf(state.mark?.hue ?? 'blue')]!;
    charts.show(curve, choice, { theme, colour, metric: state.devMetric });
    if (numbers.open) drawNumbers();
  }

  function drawNumbers(): void {
    numbers.querySelector('.scroll')?.remove();
    if (numbers.open && state) numbers.append(numbersTable(curve, state.devMetric));
  }

  return {
    parts: [waiting, section],
    choice: () => choice,
    add(points) {
      const next = withPoints(curve, points);
      if (!next) return false;
      curve = next;
      redraw();
      return true;
    },
    show(news) {
      state = news;
      redraw();
    },
    redraw,
  };
}

function emptyReason({ status, isPaused, actions }: RunPageState): string {
  if (isPaused) return l10n.t`The run is paused. Its curves appear here with the first step.`;
  if (status === 'queued') return l10n.t`The run waits for its turn. Its curves appear here with the first step.`;
  if (status === 'running') return l10n.t`No step has been taken yet. Curves appear here with the first one.`;
  return actions.some(({ action }) => action === 'trainAgain')
    ? l10n.t`There is no curve: the run ended before its first step, or its metrics are gone.`
    : l10n.t`A hard prompt is measured, not trained, so there is no curve.`;
}
