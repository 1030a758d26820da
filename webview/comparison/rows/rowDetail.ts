import type { RowAnswer, RowDetail } from '../../../src/views/comparison/contract';
import { button } from '../../controls';
import { element } from '../../element';
import { textDifference } from '../../textDifference';
import { coordinate, fraction } from '../../../src/formatNumbers';
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
    element('div', { class: 'answers' }, ...detail.answers.map((answer) => answerOf(answer, detail, view))),
  );
}

function answerOf(answer: RowAnswer, { expected }: RowDetail, view: PageView): HTMLElement {
  const study = view.state.studies.find(({ key }) => key === answer.study);
  const run = study?.runs.find((candidate) => candidate.run === answer.run);
  const right = answer.predicted.trim() === expected.trim();
  const seed = study && study.runs.length > 1 && run ? ` · seed ${run.seed}` : '';
  return element(
    'section',
    { class: 'answer' },
    element('h3', {}, ...(study ? [studyMark(study, view.theme), ` ${study.name}${seed}`] : [answer.run])),
    element(
      'p',
      { class: right ? 'right' : 'wrong' },
      right ? '✓ ' : '✗ ',
      element('strong', {}, answer.predicted),
      element('span', { class: 'hidden' }, right ? ' (right)' : ' (wrong)'),
    ),
    ...(answer.probabilities.length > 0
      ? [probabilityTable(answer, expected)]
      : right
        ? []
        : fromAnswerToExpected(answer.predicted, expected)),
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
