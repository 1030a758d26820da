import * as l10n from '@vscode/l10n';
import { largest, smallest } from '../../../src/lists';
import {
  inSentence,
  metricOf,
  type MetricFace,
  type StudyDifference,
  type StudyRow,
} from '../../../src/views/comparison/contract';
import { svg } from '../../svg';
import { lineStyle } from '../lineStyle';
import { metricInterval, metricNumber, signedMetric } from '../../../src/words/formatNumbers';
import { answersOf } from '../answers';
import { studyTitle, type PageView } from '../view';
import type { Figure } from './figure';
import { linearScale } from '../../plot/scale';
import { seriesLabel } from './seriesLabel';
import { statements } from '../../statements';

const width = 560;
const line = 30;
const labels = 190;
const top = 8;

interface Bar extends Pick<StudyDifference, 'mean' | 'low' | 'high'> {
  readonly study: StudyRow;
  /** Whether the colour may say which is better. */
  readonly verdict: StudyDifference['verdict'] | 'none';
}

interface Paired {
  readonly study: StudyRow;
  readonly difference: StudyDifference;
}

/** What decides with its intervals, one below the other; a dashed line goes down from the baseline. */
export function decidingForest(view: PageView): Figure | undefined {
  const { metric } = view.state;
  const bars = view.state.studies.flatMap((study): readonly Bar[] => {
    const score = metricOf(study.results, metric?.name);
    const [mean, range] = [score?.value, score?.interval];
    return typeof mean === 'number'
      ? [{ study, mean, low: range?.[0] ?? mean, high: range?.[1] ?? mean, verdict: 'none' }]
      : [];
  });
  if (bars.length === 0 || !metric) return undefined;
  const baseline = bars.find(({ study }) => study.key === view.state.baseline);
  return {
    key: 'accuracy',
    title: metric.title,
    note: l10n.t`Dots: ${inSentence(metric.title)}; bars: its 95 % interval; dashed: the baseline.`,
    summary: l10n.t`${metric.title} with 95 % intervals. ${statements(bars.map((bar) => barInWords(bar, metric)))}`,
    drawing: forest(bars, { view, at: baseline?.mean, title: metric.title, metric }),
    table: {
      headings: [l10n.t`Run`, metric.title, l10n.t`Low`, l10n.t`High`],
      rows: bars.map(({ study, mean, low, high }) => [studyTitle(study), mean, low, high]),
    },
  };
}

/** Paired differences to the baseline about the line of no difference. */
export function differenceForest(view: PageView): Figure | undefined {
  const paired = view.state.studies.flatMap((study): readonly Paired[] => {
    const difference = answersOf(view, study.key)?.difference;
    return difference ? [{ study, difference }] : [];
  });
  const { metric } = view.state;
  if (paired.length === 0 || !metric) return undefined;
  const baseline = view.state.studies.find(({ key }) => key === view.state.baseline);
  const inWords = paired.map((one) => differenceInWords(one, metric));
  const title = baseline ? l10n.t`Difference to ${studyTitle(baseline)}` : l10n.t`Difference to the baseline`;
  return {
    key: 'difference',
    title,
    note: l10n.t`Paired on the same rows, with 95 % intervals. Colour only where there is a verdict: the interval \
leaves zero out, and so does the test.`,
    summary: l10n.t`Paired differences of ${inSentence(metric.title)}. ${inWords.join(' ')}`,
    drawing: forest(
      paired.map(({ study, difference: { mean, low, high, verdict } }) => ({ study, mean, low, high, verdict })),
      { view, at: 0, title: l10n.t`Difference of ${inSentence(metric.title)}`, metric },
    ),
    table: {
      headings: [l10n.t`Run`, l10n.t`Difference`, l10n.t`Low`, l10n.t`High`, l10n.t`p, corrected`, l10n.t`Verdict`],
      rows: paired.map(({ study, difference: { mean, low, high, p, sentence } }) => [
        studyTitle(study),
        mean,
        low,
        high,
        p,
        sentence,
      ]),
    },
  };
}

interface Forest {
  readonly view: PageView;
  /** Where the line of reference stands. */
  readonly at: number | undefined;
  readonly title: string;
  readonly metric: MetricFace;
}

function forest(bars: readonly Bar[], { view, at, title, metric }: Forest): SVGElement {
  const values = bars.flatMap(({ low, high }) => [low, high]).concat(at ?? []);
  const x = linearScale([smallest(values), largest(values)], [labels, width - 20]);
  const bottom = top + bars.length * line;
  return svg(
    'svg',
    { viewBox: `0 0 ${width} ${bottom + 44}`, class: 'drawing' },
    ...x.marks.flatMap(({ value, text }) => [
      svg('line', { class: 'grid', x1: x(value), x2: x(value), y1: top, y2: bottom }),
      svg('text', { class: 'mark', x: x(value), y: bottom + 16, 'text-anchor': 'middle' }, text),
    ]),
    svg('text', { class: 'mark', x: (labels + width - 20) / 2, y: bottom + 36, 'text-anchor': 'middle' }, title),
    ...(at === undefined ? [] : [svg('line', { class: 'reference', x1: x(at), x2: x(at), y1: top, y2: bottom })]),
    ...bars.map(({ study, mean, low, high, verdict }, index) => {
      const y = top + (index + 0.5) * line;
      const { colour } = lineStyle(study.colourIndex, view.theme);
      return svg(
        'g',
        { class: `bar ${verdict}` },
        svg(
          'title',
          {},
          `${studyTitle(study)}: ${metricNumber(mean, metric.scale)} (${metricInterval([low, high], metric.scale)})`,
        ),
        seriesLabel(study, { x: labels - 12, y: y + 4 }, view.theme),
        svg('line', {
          class: 'whisker',
          x1: x(low),
          x2: x(high),
          y1: y,
          y2: y,
          ...(verdict === 'none' && { stroke: colour }),
        }),
        ...[low, high].map((end) =>
          svg('line', {
            class: 'whisker',
            x1: x(end),
            x2: x(end),
            y1: y - 5,
            y2: y + 5,
            ...(verdict === 'none' && { stroke: colour }),
          }),
        ),
        svg('circle', { class: 'dot', cx: x(mean), cy: y, r: 5, ...(verdict === 'none' && { fill: colour }) }),
      );
    }),
  );
}

/** A title that fits beside a drawing. */
export function clipped(title: string, most = 30): string {
  const letters = [...title];
  return letters.length > most ? `${letters.slice(0, most - 1).join('')}…` : title;
}

function barInWords({ study, mean, low, high }: Bar, { scale }: MetricFace): string {
  return `${studyTitle(study)}: ${metricNumber(mean, scale)}, ${metricInterval([low, high], scale)}`;
}

function differenceInWords(
  { study, difference: { mean, low, high, sentence } }: Paired,
  { scale }: MetricFace,
): string {
  const show = (value: number): string => signedMetric(value, scale);
  return l10n.t`${studyTitle(study)}: ${show(mean)}, from ${show(low)} to ${show(high)}. ${sentence}`;
}
