import * as l10n from '@vscode/l10n';
import { inSentence } from '../../../src/views/comparison/contract';
import { checkBox, dropDown, waiting } from '../../controls';
import { element } from '../../element';
import { createRedraw, focusable } from '../../redraw';
import { smoothings, type PageLook } from '../keptPage';
import type { PageActions, PageView, Section } from '../view';
import { curveDrawing } from './curveDrawing';
import { chartLines, createCurveChart, curveSummary, emptyReason, type ChartLine, devTitle } from './curveChart';
import { confusionFigure } from './confusion';
import { fieldsFigure } from './fields';
import { figureOf, type Figure } from './figure';
import { distributionFigure } from './distribution';
import { decidingForest, differenceForest } from './intervals';
import { reliabilityFigure } from './reliability';
import { costs, paretoFigure } from './scatter';
import { seedsFigure } from './seeds';
import { trainingRowsFigure } from './trainingRows';

/** All figures, each with the numbers behind it; those that need every answer come when they are read. */
export function createFigures(actions: PageActions): Section {
  const early = element('div', { class: 'figures' });
  const curves = element('div');
  const late = element('div', { class: 'figures' });
  const chart = element('div', { class: 'chart' });
  const curveChart = createCurveChart(chart);
  const [drawEarly, drawCurves, drawLate] = [early, curves, late].map(createRedraw) as [Redraw, Redraw, Redraw];
  let shown: readonly ChartLine[] = [];
  const framed = (figures: readonly (Figure | undefined)[], view: PageView): readonly HTMLElement[] =>
    figures.flatMap((figure) => (figure ? [figureOf(figure, view, actions)] : []));

  return {
    root: element('div', {}, early, curves, late),
    show(view) {
      const { state, answers, theme, look } = view;
      const basis = [state.studies, state.baseline, answers?.token, answers?.studies, theme, look.tables];
      drawEarly(basis, () => framed([decidingForest(view), differenceForest(view)], view));
      const lines = chartLines(view);
      shown = lines;
      drawCurves(
        [
          lines.map(({ label, run }) => [label, run.run]),
          look.tables,
          look.smoothing,
          look.logarithmic,
          look.curve,
          state.studies.length,
          look.tables.includes('curves') && lines.map(({ curve }) => curve.dev.length),
        ],
        () => [
          lines.length === 0
            ? noCurves(view)
            : figureOf(curveFigure(lines, { view, actions, chart, latest: () => shown }), view, actions),
        ],
      );
      curveChart.show(lines, view);
      const drawn = curves.querySelector('.drawn');
      drawn?.setAttribute('aria-label', curveSummary(lines, { curve: look.curve, title: devTitle(view.state) }));
      drawLate([...basis, look.confusionDifference, look.distribution], () => {
        const figures = framed(
          [
            ...costs.map((cost) => paretoFigure(view, cost)),
            seedsFigure(view),
            distributionFigure(view, actions),
            trainingRowsFigure(view),
            confusionFigure(view, actions),
            reliabilityFigure(view),
            fieldsFigure(view),
          ],
          view,
        );
        return state.token !== null && !answers ? [...figures, waiting(l10n.t`Reading every answer…`)] : figures;
      });
    },
  };
}

type Redraw = ReturnType<typeof createRedraw>;

interface CurveParts {
  readonly view: PageView;
  readonly actions: PageActions;
  readonly chart: HTMLElement;
  /** The lines as they are when a button is pressed. */
  latest(): readonly ChartLine[];
}

/** Nothing can be chosen or taken away where there is no curve. */
function noCurves({ state }: PageView): HTMLElement {
  return element(
    'section',
    { class: 'figure', 'data-figure': 'curves', 'aria-label': l10n.t`Learning curves` },
    element('h2', {}, l10n.t`Learning curves`),
    emptyReason(state.studies),
  );
}

const smoothingNames = {
  none: l10n.t`No smoothing`,
  10: l10n.t`Mean of 10 steps`,
  50: l10n.t`Mean of 50 steps`,
} as const;

function curveFigure(lines: readonly ChartLine[], { view, actions, chart, latest }: CurveParts): Figure {
  const { smoothing, logarithmic, curve } = view.look;
  const look = (change: Partial<PageLook>): void => actions.look(change);
  return {
    key: 'curves',
    title: l10n.t`Learning curves`,
    note:
      curve === 'loss'
        ? l10n.t`Lines: training loss, smoothed as chosen; thin: as measured; dots: loss on dev. The table below \
follows the pointer; drag to look closer, double-click to look at all.`
        : l10n.t`${devTitle(view.state)} on dev, as often as it was measured. The table below follows the pointer.`,
    summary: '',
    controls: [
      focusable(
        'curve',
        dropDown(
          l10n.t`What the curves show`,
          [
            { key: 'loss', name: l10n.t`Loss` },
            { key: 'accuracy', name: l10n.t`${devTitle(view.state)} on dev` },
          ],
          curve,
          (key) => look({ curve: key as PageLook['curve'] }),
        ),
      ),
      ...(curve === 'loss'
        ? [
            focusable(
              'smoothing',
              dropDown(
                l10n.t`Smoothing`,
                smoothings.map((key) => ({ key, name: smoothingNames[key] })),
                smoothing,
                (key) => look({ smoothing: key as PageLook['smoothing'] }),
              ),
            ),
            focusable(
              'logarithmic',
              checkBox(l10n.t`Logarithmic`, logarithmic, (on) => look({ logarithmic: on })),
            ),
          ]
        : []),
    ],
    drawing: chart,
    // The button stays while points come and go, so it takes what is there when it is pressed.
    vector: () => curveDrawing(latest(), view),
    table: {
      headings: [
        l10n.t`Run`,
        l10n.t`Step`,
        l10n.t`Loss`,
        l10n.t`Dev loss`,
        l10n.t`Dev ${inSentence(devTitle(view.state))}`,
      ],
      rows: lines.flatMap(({ label, curve: { training, dev } }) => tableRows(label, training, dev)),
    },
  };
}

/** A row for each step that has either. */
function tableRows(
  label: string,
  training: ChartLine['curve']['training'],
  dev: ChartLine['curve']['dev'],
): readonly (readonly (string | number | null)[])[] {
  const rows = new Map<number, readonly (string | number | null)[]>(
    training.map(([step, loss]) => [step, [label, step, loss, null, null]]),
  );
  for (const [step, loss, accuracy] of dev) rows.set(step, [label, step, rows.get(step)?.[2] ?? null, loss, accuracy]);
  return [...rows].sort(([a], [b]) => a - b).map(([, row]) => row);
}
