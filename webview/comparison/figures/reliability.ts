import * as l10n from '@vscode/l10n';
import { largest } from '../../../src/lists';
import { svg } from '../../svg';
import { lineStyle } from '../lineStyle';
import { counted, fraction } from '../../../src/words/formatNumbers';
import { answersOf } from '../answers';
import { studyTitle, type PageView } from '../view';
import type { Figure } from './figure';
import { linearScale } from '../../plot/scale';
import { axes, plotArea } from '../../plot/axes';
import { statements } from '../../statements';

/** How often answers of a probability are right: on the diagonal a model knows what it knows. */
export function reliabilityFigure(view: PageView): Figure | undefined {
  const rated = view.state.studies.flatMap((study) => {
    const reliability = answersOf(view, study.key)?.reliability;
    return reliability && reliability.bins.length > 0 ? [{ study, reliability }] : [];
  });
  if (rated.length === 0) return undefined;
  const x = linearScale([0, 1], [plotArea.left, plotArea.right], 5);
  const y = linearScale([0, 1], [plotArea.bottom, plotArea.top], 5);
  const errors = rated.map(
    ({ study, reliability: { calibrationError } }) =>
      l10n.t`${studyTitle(study)}: expected calibration error ${fraction(calibrationError)}`,
  );
  const most = largest(rated.flatMap(({ reliability: { bins } }) => bins.map(({ n }) => n)));
  return {
    key: 'reliability',
    title: l10n.t`Reliability`,
    note: l10n.t`Share of right answers among those of like probability; the larger a dot, the more answers. On the \
dashed line, probabilities can be taken at their word.`,
    summary: l10n.t`Reliability of the probabilities. ${statements(errors)}`,
    drawing: svg(
      'svg',
      { viewBox: `0 0 ${plotArea.width} ${plotArea.height}`, class: 'drawing plot' },
      ...axes(x, y, { x: l10n.t`Probability of the answer`, y: l10n.t`Share of right answers` }),
      svg('line', { class: 'reference', x1: x(0), x2: x(1), y1: y(0), y2: y(1) }),
      ...rated.flatMap(({ study, reliability: { bins } }) => {
        const { colour, dash } = lineStyle(study.colourIndex, view.theme);
        const last = bins.at(-1)!;
        return [
          svg('polyline', {
            class: 'course',
            stroke: colour,
            'stroke-dasharray': dash.join(' '),
            points: bins.map(({ confidence, accuracy }) => `${x(confidence)},${y(accuracy)}`).join(' '),
          }),
          ...bins.map(({ confidence, accuracy, n, low, high }) =>
            svg(
              'circle',
              {
                cx: x(confidence),
                cy: y(accuracy),
                r: 2 + 5 * Math.sqrt(n / most),
                fill: colour,
                'fill-opacity': 0.75,
              },
              svg(
                'title',
                {},
                l10n.t`${studyTitle(study)}: of ${counted(n, 'answer')} with a probability of ${fraction(low)} to \
${fraction(high)}, ${fraction(accuracy)} were right`,
              ),
            ),
          ),
          svg('text', { class: 'label', x: x(last.confidence) + 9, y: y(last.accuracy) + 4 }, study.badge),
        ];
      }),
    ),
    table: {
      headings: [
        l10n.t`Run`,
        l10n.t`From`,
        l10n.t`To`,
        l10n.t`Answers`,
        l10n.t`Mean probability`,
        l10n.t`Share right`,
        l10n.t`Expected calibration error`,
      ],
      rows: rated.flatMap(({ study, reliability: { bins, calibrationError } }) =>
        bins.map(
          ({ low, high, n, confidence, accuracy }) =>
            [studyTitle(study), low, high, n, confidence, accuracy, calibrationError] as const,
        ),
      ),
    },
  };
}
