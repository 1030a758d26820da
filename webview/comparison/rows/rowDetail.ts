import type { RowAnswer, RowDetail } from '../../../src/views/comparison/contract';
import { button } from '../../controls';
import { element } from '../../element';
import { textDifference } from '../../textDifference';
import { coordinate, fraction, metricNumber } from '../../../src/formatNumbers';
import { studyMark, type PageActions, type PageView } from '../view';

/** Labels named for an answer; the others are left out. */
const mostLabels = 12;

/** A row with what each run made of it: every label's probability, or the words that differ from those expected. */
export function rowDetail(
  detail: RowDetail,
  view: PageView,
  { actions, token, close }: { readonly actions: PageActions; readonly token: string; close(): void },
): HTMLElement {
  return element(
    'section',
    { class: 'detail', 'aria-label': `Row ${detail.row + 1}` },
    element(
      'div',
      { class: 'toolbar' },
      element('h2', {}, `Row ${detail.row + 1}`),
      button('Show in Data File', () => actions.tell('showRow', { token, row: detail.row })),
      button('Close', close),
    ),
    element('p', { class: 'wordDifference' }, detail.input),
    element('p', {}, element('span', { class: 'quiet' }, 'Expected: '), element('strong', {}, detail.expected)),
    ...(detail.alternatives.length > 0
      ? [element('p', {}, element('span', { class: 'quiet' }, 'Or: '), detail.alternatives.join(' · '))]
      : []),
    element('div', { class: 'answers' }, ...detail.answers.map((answer) => answerOf(answer, detail, view))),
  );
}

function answerOf(answer: RowAnswer, { expected, alternatives }: RowDetail, view: PageView): HTMLElement {
  const study = view.state.studies.find(({ key }) => key === answer.study);
  const run = study?.runs.find((candidate) => candidate.run === answer.run);
  const right = [expected, ...alternatives].some((text) => answer.predicted.trim() === text.trim());
  const isJudged = view.state.metric !== null && !view.state.metric.binary;
  const seed = study && study.runs.length > 1 && run ? ` · seed ${run.seed}` : '';
  return element(
    'section',
    { class: 'answer' },
    element('h3', {}, ...(study ? [studyMark(study, view.theme), ` ${study.name}${seed}`] : [answer.run])),
    element(
      'p',
      { ...(!isJudged && { class: right ? 'right' : 'wrong' }) },
      isJudged ? '' : right ? '✓ ' : '✗ ',
      element('strong', {}, answer.predicted),
      ...(isJudged ? [] : [element('span', { class: 'hidden' }, right ? ' (right)' : ' (wrong)')]),
    ),
    ...(answer.scores.length > 0 ? [scoreList(answer.scores, view)] : []),
    ...(answer.probabilities.length > 0
      ? [probabilityTable(answer, expected)]
      : right
        ? []
        : fromAnswerToExpected(answer.predicted, expected)),
  );
}

/** What each metric says of the answer, with its reason where it gives one. */
function scoreList(scores: RowAnswer['scores'], { state: { metrics } }: PageView): HTMLElement {
  return element(
    'ul',
    { class: 'scores' },
    ...scores.map(({ metric, score, reason }) => {
      const face = metrics.find(({ name }) => name === metric);
      const number = score === null ? 'not judged' : metricNumber(score, face?.scale ?? 'share');
      return element('li', {}, `${face?.title ?? metric}: ${number}${reason === '' ? '' : ` (${reason})`}`);
    }),
  );
}

/** Words of a wrong answer that were not expected struck through, those that it lacks underlined. */
function fromAnswerToExpected(predicted: string, expected: string): readonly HTMLElement[] {
  const legend = ['Answered but not expected: ', element('del', {}, 'struck through'), '. Expected but not answered: '];
  return [
    element('p', { class: 'quiet' }, ...legend, element('ins', {}, 'underlined'), '.'),
    textDifference(predicted, expected),
  ];
}

/** Probabilities with bars, highest first. */
export function probabilityTable({ probabilities }: Pick<RowAnswer, 'probabilities'>, expected?: string): HTMLElement {
  const shown = [...probabilities].sort((a, b) => b.probability - a.probability).slice(0, mostLabels);
  return element(
    'table',
    { class: 'probabilities' },
    element('caption', { class: 'hidden' }, 'Probability of each label'),
    element(
      'tbody',
      {},
      ...shown.map(({ label, probability }) => {
        const filled = element('span', { class: 'filled' });
        filled.style.inlineSize = `${coordinate(probability * 100)}%`;
        return element(
          'tr',
          { ...(label === expected && { class: 'expected' }) },
          element(
            'th',
            { scope: 'row' },
            label,
            ...(label === expected ? [element('span', { class: 'hidden' }, ' (expected)')] : []),
          ),
          element('td', {}, element('span', { class: 'share', 'aria-hidden': 'true' }, filled)),
          element('td', { class: 'number' }, fraction(probability)),
        );
      }),
    ),
  );
}
