import * as l10n from '@vscode/l10n';
import { coordinate, counted, percent, plainNumber } from '../../words/formatNumbers';
import { h, type Html } from '../../html';
import { largest } from '../../lists';
import type { MetricFace } from '../../scoring/metricFace';
import { binShares, distributionWords, type ScoreDistribution } from '../analysis/distributions';
import type { TaskComparison } from '../taskComparison';
import { drawing, fullWidth, line, text } from './drawing';
import { shortened } from './intervalPlots';
import { colourClass, type Coloured, type ColouredStudy } from './studyColour';

interface Strip extends Coloured {
  readonly distribution: ScoreDistribution;
}

const area = { left: 190, right: 70, row: 46, bar: 36, top: 10, axis: 34 };
/** Edges with a number below them. */
const mostMarks = 11;

/** How the scores spread, a figure for each metric that is more than right or wrong, a strip a study. */
export function distributionFigures(
  { metrics }: Pick<TaskComparison, 'metrics'>,
  studies: readonly ColouredStudy[],
): readonly Html[] {
  return metrics.flatMap((metric) => {
    const strips = studies.flatMap(({ name, colourIndex, distributions }): readonly Strip[] => {
      const distribution = distributions.find((one) => one.metric === metric.name);
      return distribution ? [{ name, colourIndex, distribution }] : [];
    });
    if (strips.length === 0) return [];
    const unjudged = strips.reduce((sum, { distribution }) => sum + distribution.unjudged, 0);
    const caption = [
      metric.scale === 'count'
        ? l10n.t`${metric.title}: share of answers, of all seeds, in each part of the scale, which reaches over the \
scores of all runs.`
        : l10n.t`${metric.title}: share of answers, of all seeds, in each part of the scale.`,
      ...(unjudged > 0 ? [l10n.t`Without ${counted(unjudged, 'answer')} that could not be judged.`] : []),
    ].join(' ');
    return [h('figure', {}, [distributionPlot(strips, metric), h('figcaption', {}, caption)])];
  });
}

function distributionPlot(strips: readonly Strip[], { title }: MetricFace): Html {
  const { edges } = strips[0]!.distribution;
  const [low, high] = [edges[0]!, edges.at(-1)!];
  const xOf = (value: number) => area.left + ((value - low) / (high - low)) * (fullWidth - area.left - area.right);
  const highest =
    largest(
      strips.flatMap(({ distribution }) => binShares(distribution)),
      0,
    ) || 1;
  const height = area.top + strips.length * area.row + area.axis;
  const bottom = height - area.axis;
  const every = Math.ceil(edges.length / mostMarks);
  const summary = strips.map(({ name, distribution }) => `${name}, ${distributionWords(distribution)}`).join('; ');
  return drawing({ width: fullWidth, height }, l10n.t`Distribution of ${title}: ${summary}`, [
    edges
      .filter((_, i) => i % every === 0)
      .map((edge) => [
        line('grid', { x: xOf(edge), y: area.top }, { x: xOf(edge), y: bottom }),
        text('tick', { x: xOf(edge), y: bottom + 16 }, { anchor: 'middle', content: plainNumber(edge) }),
      ]),
    strips.map((strip, index) => stripOf(strip, area.top + (index + 1) * area.row, { xOf, highest })),
  ]);
}

function stripOf(
  { name, colourIndex, distribution }: Strip,
  floor: number,
  { xOf, highest }: { xOf(value: number): number; readonly highest: number },
): Html {
  const { edges, counts } = distribution;
  return h('g', { class: colourClass(colourIndex) }, [
    text('name', { x: area.left - 14, y: floor - 12 }, { anchor: 'end', content: shortened(name) }),
    line('grid', { x: xOf(edges[0]!), y: floor }, { x: xOf(edges.at(-1)!), y: floor }),
    binShares(distribution).map((share, bin) => {
      if (share === 0) return null;
      const [from, to] = [edges[bin]!, edges[bin + 1]!];
      // What is rare is still seen.
      const height = Math.max((share / highest) * area.bar, 1.5);
      const said = `${percent(share)} (${counted(counts[bin]!, 'answer')})`;
      return h(
        'rect',
        {
          class: 'mark',
          x: coordinate(xOf(from) + 1),
          y: coordinate(floor - height),
          width: coordinate(xOf(to) - xOf(from) - 2),
          height: coordinate(height),
        },
        h('title', {}, l10n.t`${name}: ${said} from ${plainNumber(from)} to ${plainNumber(to)}`),
      );
    }),
  ]);
}
