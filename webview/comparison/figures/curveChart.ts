import * as l10n from '@vscode/l10n';
import type uPlot from 'uplot';
import { labelAccuracy, trains, type StudyRow, type StudyRun } from '../../../src/views/comparison/contract';
import { element } from '../../element';
import { axisIn, createStepPlot, stepMarks } from '../../stepPlot';
import type { Theme } from '../../theme';
import { aligned, smoothed, type Curve } from '../curves';
import { lineStyle } from '../lineStyle';
import { fraction, missing } from '../../../src/words/formatNumbers';
import { seedTitle, type PageView } from '../view';
import { statements } from '../../statements';

const height = 300;

/** A run with its curve, as a line of the chart. */
export interface ChartLine {
  readonly study: StudyRow;
  readonly run: StudyRun;
  readonly label: string;
  readonly curve: Curve;
}

/** The runs that have a curve, in the order of the studies and their seeds. */
export function chartLines({ state, curves }: Pick<PageView, 'state' | 'curves'>): readonly ChartLine[] {
  return state.studies.flatMap((study) =>
    study.runs.flatMap((run): readonly ChartLine[] => {
      const curve = curves.get(run.run);
      return curve ? [{ study, run, curve, label: seedTitle(study, run) }] : [];
    }),
  );
}

/** What dev is judged by where a study has a choice: that which decides. */
export const devTitle = ({ metric }: PageView['state']): string => (metric ?? labelAccuracy).title;

/** The chart in its element; it is made again for other runs, another theme or another look, else only fed. */
export interface CurveChart {
  show(lines: readonly ChartLine[], view: Pick<PageView, 'theme' | 'look' | 'state'>): void;
}

export function createCurveChart(root: HTMLElement): CurveChart {
  const plot = createStepPlot(root, { height, keepRange: false });
  return {
    show(lines, { theme, state, look: { smoothing, logarithmic, curve } }) {
      if (lines.length === 0) return plot.clear();
      const title = devTitle(state);
      const window = smoothing === 'none' ? 1 : Number(smoothing);
      const { steps, values } = aligned(lines.flatMap((line) => seriesOf(line, curve, window)));
      const { fresh } = plot.show({
        data: [steps, ...values] as uPlot.AlignedData,
        key: [
          lines.map(({ run, label, study }) => [run.run, label, study.colourIndex]),
          theme,
          smoothing,
          logarithmic,
          curve,
          title,
        ],
        options: (width) => chartOptions(lines, { width, theme, logarithmic, curve, window, title }),
      });
      if (fresh) arrangeLegend(root);
    },
  };
}

/**
 * The legend follows the pointer and names the value of every run at its step.
 * Lines that are only drawn behind others are left out of it.
 */
function arrangeLegend(root: HTMLElement): void {
  root.querySelector('.u-legend')?.setAttribute('aria-label', l10n.t`Values at the step under the pointer`);
  for (const row of root.querySelectorAll<HTMLElement>('.u-legend tr'))
    row.hidden = row.textContent?.includes(behind) ?? false;
}

/** Ends the names of lines as measured, which stand behind the smoothed ones. */
const behind = l10n.t`as measured`;

type Series = readonly (readonly [number, number | null])[];

/** As measured, smoothed where that is asked for, and dev points; or the accuracy on dev alone. */
function seriesOf(
  { curve: { training, dev } }: ChartLine,
  shown: 'loss' | 'accuracy',
  window: number,
): readonly Series[] {
  if (shown === 'accuracy') return [dev.map(([step, , accuracy]) => [step, accuracy] as const)];
  const measured = dev.map(([step, loss]) => [step, loss] as const);
  return window > 1 ? [training, smoothed(training, window), measured] : [training, measured];
}

interface Look {
  readonly width: number;
  readonly theme: Theme;
  readonly logarithmic: boolean;
  readonly curve: 'loss' | 'accuracy';
  readonly window: number;
  /** What dev is judged by. */
  readonly title: string;
}

function chartOptions(
  lines: readonly ChartLine[],
  { width, theme, logarithmic, curve, window, title }: Look,
): uPlot.Options {
  const axis = axisIn(theme);
  const value = (_: uPlot, read: number | null): string => fraction(read);
  const y = curve === 'loss' ? l10n.t`Loss (nats)` : l10n.t`${title} on dev`;
  return {
    width,
    height,
    scales: { x: { time: false }, y: logarithmic && curve === 'loss' ? { distr: 3 } : {} },
    axes: [
      { ...axis, label: l10n.t`Step`, incrs: stepMarks },
      { ...axis, label: y, size: 60 },
    ],
    cursor: { points: { size: 6 } },
    series: [
      { label: l10n.t`Step`, value: (_, step) => (typeof step === 'number' ? String(step) : missing) },
      ...lines.flatMap(({ study, label }): uPlot.Series[] => {
        const { colour, dash } = lineStyle(study.colourIndex, theme);
        const dots = { show: true, size: 7, stroke: colour, fill: colour };
        if (curve === 'accuracy')
          return [{ label, stroke: colour, dash, width: 1.5, spanGaps: true, points: dots, value }];
        const dev = { label: l10n.t`${label} · dev`, stroke: colour, width: 0, spanGaps: false, points: dots, value };
        const line = { label, stroke: colour, dash, width: 1.5, spanGaps: true, points: { show: false }, value };
        // The line as measured stays in sight behind the smoothed one.
        return window > 1
          ? [{ ...line, label: `${study.badge} ${behind}`, width: 0.5, alpha: 0.45, dash: [] }, line, dev]
          : [line, dev];
      }),
    ],
  };
}

/** What the curves say, for those who do not see them. */
export function curveSummary(
  lines: readonly ChartLine[],
  { curve, title }: { readonly curve: 'loss' | 'accuracy'; readonly title: string },
): string {
  const inWords = lines.flatMap(({ label, curve: { training, dev } }) => {
    const last =
      curve === 'loss'
        ? smoothed(training, 10).at(-1)
        : dev.map(([step, , accuracy]) => [step, accuracy] as const).at(-1);
    return last ? [l10n.t`${label}: ${fraction(last[1])} at step ${last[0]}`] : [];
  });
  return curve === 'loss'
    ? l10n.t`Training loss by step. ${statements(inWords)}`
    : l10n.t`${title} on dev by step. ${statements(inWords)}`;
}

/** Why there is no curve. */
export function emptyReason(studies: readonly StudyRow[]): HTMLElement {
  const begun = studies.some(({ method, status }) => trains(method) && (status === 'running' || status === 'queued'));
  return element(
    'p',
    { class: 'quiet' },
    begun
      ? l10n.t`The first step has not been taken yet.`
      : l10n.t`Nothing here was trained, so there is no curve yet. Train virtual tokens to see their loss here.`,
  );
}
