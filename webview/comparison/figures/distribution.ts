import * as l10n from '@vscode/l10n';
import { counted, percent, plainNumber } from '../../../src/words/formatNumbers';
import { largest } from '../../../src/lists';
import {
  binShares,
  distributionWords,
  type MetricFace,
  type ScoreDistribution,
  type StudyRow,
} from '../../../src/views/comparison/contract';
import { dropDown } from '../../controls';
import { focusable } from '../../redraw';
import { svg } from '../../svg';
import { answersOf } from '../answers';
import { lineStyle } from '../lineStyle';
import { studyTitle, type PageActions, type PageView } from '../view';
import type { Figure } from './figure';
import { seriesLabel } from './seriesLabel';
import { statements } from '../../statements';

const width = 560;
const line = 46;
const bar = 36;
const labels = 190;
const top = 8;
/** Edges with a number below them. */
const mostMarks = 11;

interface Strip {
  readonly study: StudyRow;
  readonly distribution: ScoreDistribution;
}

/** How the scores of each study spread by a metric that is chosen; nothing where answers are right or wrong alone. */
export function distributionFigure(view: PageView, actions: PageActions): Figure | undefined {
  const { state, look } = view;
  const stripsBy = (name: string): readonly Strip[] =>
    state.studies.flatMap((study) => {
      const distribution = answersOf(view, study.key)?.distributions.find(({ metric }) => metric === name);
      return distribution ? [{ study, distribution }] : [];
    });
  const metrics = state.metrics.filter(({ name }) => stripsBy(name).length > 0);
  const metric = metrics.find(({ name }) => name === look.distribution) ?? metrics[0];
  if (!metric) return undefined;
  const strips = stripsBy(metric.name);
  const inWords = strips.map(({ study, distribution }) => `${studyTitle(study)}, ${distributionWords(distribution)}`);
  return {
    key: 'distribution',
    title: l10n.t`Distribution of scores`,
    note: noteOf(metric, strips),
    summary: l10n.t`Distribution of ${metric.title}. ${statements(inWords)}`,
    controls:
      metrics.length > 1
        ? [
            focusable(
              'distribution metric',
              dropDown(
                l10n.t`Metric whose scores are shown`,
                metrics.map(({ name, title }) => ({ key: name, name: title })),
                metric.name,
                (distribution) => actions.look({ distribution }),
              ),
            ),
          ]
        : [],
    drawing: drawingOf(strips, metric, view),
    table: {
      headings: [l10n.t`Run`, l10n.t`From`, l10n.t`To`, l10n.t`Answers`, l10n.t`Share`],
      rows: strips.flatMap(({ study, distribution }) =>
        binShares(distribution).map((share, bin) => [
          studyTitle(study),
          distribution.edges[bin]!,
          distribution.edges[bin + 1]!,
          distribution.counts[bin]!,
          share,
        ]),
      ),
    },
  };
}

function noteOf({ title, scale }: MetricFace, strips: readonly Strip[]): string {
  const unjudged = strips.reduce((sum, { distribution }) => sum + distribution.unjudged, 0);
  return [
    scale === 'count'
      ? l10n.t`Bars: share of answers, of all seeds, whose ${title} lies there; all runs have one height for the same \
share, and one scale over all of their scores.`
      : l10n.t`Bars: share of answers, of all seeds, whose ${title} lies there; all runs have one height for the same \
share.`,
    ...(unjudged > 0 ? [l10n.t`Without ${counted(unjudged, 'answer')} that could not be judged.`] : []),
  ].join(' ');
}

function drawingOf(strips: readonly Strip[], { title }: MetricFace, { theme }: PageView): SVGElement {
  const { edges } = strips[0]!.distribution;
  const [low, high] = [edges[0]!, edges.at(-1)!];
  const x = (value: number): number => labels + ((value - low) / (high - low)) * (width - 20 - labels);
  const highest =
    largest(
      strips.flatMap(({ distribution }) => binShares(distribution)),
      0,
    ) || 1;
  const bottom = top + strips.length * line;
  const every = Math.ceil(edges.length / mostMarks);
  return svg(
    'svg',
    { viewBox: `0 0 ${width} ${bottom + 44}`, class: 'drawing' },
    ...edges
      .filter((_, i) => i % every === 0)
      .flatMap((edge) => [
        svg('line', { class: 'grid', x1: x(edge), x2: x(edge), y1: top, y2: bottom }),
        svg('text', { class: 'mark', x: x(edge), y: bottom + 16, 'text-anchor': 'middle' }, plainNumber(edge)),
      ]),
    svg('text', { class: 'mark', x: (labels + width - 20) / 2, y: bottom + 36, 'text-anchor': 'middle' }, title),
    ...strips.map(({ study, distribution }, index) => {
      const floor = top + (index + 1) * line;
      const { colour } = lineStyle(study.colourIndex, theme);
      return svg(
        'g',
        {},
        seriesLabel(study, { x: labels - 12, y: floor - 12 }, theme),
        svg('line', { class: 'minus', x1: x(low), x2: x(high), y1: floor, y2: floor }),
        ...binShares(distribution).flatMap((share, bin) => {
          if (share === 0) return [];
          const [from, to] = [distribution.edges[bin]!, distribution.edges[bin + 1]!];
          // What is rare is still seen.
          const height = Math.max((share / highest) * bar, 1.5);
          return [
            svg(
              'rect',
              { x: x(from) + 1, y: floor - height, width: x(to) - x(from) - 2, height, fill: colour },
              svg(
                'title',
                {},
                l10n.t`${studyTitle(study)}: ${percent(share)} (${counted(distribution.counts[bin]!, 'answer')}) from \
${plainNumber(from)} to ${plainNumber(to)}`,
              ),
            ),
          ];
        }),
      );
    }),
  );
}
