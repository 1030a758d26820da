import * as l10n from '@vscode/l10n';
import type { RowAnswer, RowDetail } from '../../../src/views/comparison/contract';
import { closestText } from '../../../src/wordDifference';
import { button, labelledDropDown } from '../../controls';
import { element } from '../../element';
import { answerFieldsTable, truncatedNote } from '../../fieldTables';
import { textDifference } from '../../textDifference';
import { coordinate, fraction, metricNumber } from '../../../src/words/formatNumbers';
import { seedName, studyMark, studyTitle, type PageActions, type PageView } from '../view';

/** Labels named for an answer; the others are left out. */
const mostLabels = 12;

/** What answers are compared with while it is not the answer of a study: what was expected. */
export const reference = '';

interface DetailParts {
  readonly actions: PageActions;
  readonly token: string;
  /** What answers are compared with at first: the key of a study, or {@link reference}. */
  readonly other: string;
  compare(other: string): void;
  close(): void;
}

/** A row with what each run made of it: every label's probability, or the words that differ from other texts. */
export function rowDetail(
  detail: RowDetail,
  view: PageView,
  { actions, token, other, compare, close }: DetailParts,
): HTMLElement {
  const answers = element('div', { class: 'answers' });
  const draw = (chosen: string): void =>
    answers.replaceChildren(...detail.answers.map((answer) => answerOf(answer, { detail, view, other: chosen })));
  const first = detail.answers.some(({ study }) => study === other) ? other : reference;
  draw(first);
  return element(
    'section',
    { class: 'detail', 'aria-label': l10n.t`Row ${detail.row + 1}` },
    element(
      'div',
      { class: 'toolbar' },
      element('h2', {}, l10n.t`Row ${detail.row + 1}`),
      button(l10n.t`Show in Data File`, () => actions.tell('showRow', { token, row: detail.row })),
      button(l10n.t`Close`, close),
    ),
    element('p', { class: 'words' }, detail.input),
    element(
      'p',
      { class: 'words' },
      element('span', { class: 'quiet' }, l10n.t`Expected:`),
      ' ',
      element('strong', {}, detail.expected),
    ),
    ...(detail.alternatives.length > 0
      ? [
          element(
            'p',
            { class: 'words' },
            element('span', { class: 'quiet' }, l10n.t`Or:`),
            ' ',
            detail.alternatives.join(' · '),
          ),
        ]
      : []),
    ...differenceBar({ detail, view, other: first }, (chosen) => {
      compare(chosen);
      draw(chosen);
    }),
    answers,
  );
}

/** What the answers are compared with word by word, and how it reads; nothing where they are labels. */
function differenceBar(
  { detail: { answers }, view, other }: Compared,
  choose: (other: string) => void,
): readonly HTMLElement[] {
  if (answers.every(isLabel)) return [];
  const studies = view.state.studies.filter(({ key }) => answers.some(({ study }) => study === key));
  return [
    element(
      'div',
      { class: 'toolbar' },
      labelledDropDown(
        l10n.t`Differences from`,
        [
          { key: reference, name: l10n.t`What was expected` },
          ...studies.map((study) => ({ key: study.key, name: l10n.t`Answer of ${studyTitle(study)}` })),
        ],
        other,
        choose,
      ),
      element(
        'span',
        { class: 'quiet' },
        l10n.t`Only in the answer:`,
        ' ',
        element('del', {}, l10n.t`struck through`),
        l10n.t`. Only in what it is compared with:`,
        ' ',
        element('ins', {}, l10n.t`underlined`),
        l10n.t`.`,
      ),
    ),
  ];
}

const isLabel = ({ probabilities }: RowAnswer): boolean => probabilities.length > 0;

interface Compared {
  readonly detail: RowDetail;
  readonly view: PageView;
  /** Key of the study whose answer the others are compared with, or {@link reference}. */
  readonly other: string;
}

function answerOf(answer: RowAnswer, { detail, view, other }: Compared): HTMLElement {
  const study = view.state.studies.find(({ key }) => key === answer.study);
  const run = study?.runs.find((candidate) => candidate.run === answer.run);
  const right = [detail.expected, ...detail.alternatives].some((text) => answer.predicted.trim() === text.trim());
  const isJudged = view.state.metric !== null && !view.state.metric.binary;
  return element(
    'section',
    { class: 'answer' },
    element(
      'h3',
      {},
      ...(study ? [studyMark(study, view.theme), ` ${run ? seedName(study, run) : study.name}`] : [answer.run]),
    ),
    element(
      'p',
      { class: isJudged ? 'words' : right ? 'words right' : 'words wrong' },
      isJudged ? '' : right ? '✓ ' : '✗ ',
      answer.predicted === ''
        ? element('span', { class: 'quiet' }, l10n.t`nothing`)
        : element('strong', {}, answer.predicted),
      ...(isJudged ? [] : [element('span', { class: 'hidden' }, ` ${right ? l10n.t`(right)` : l10n.t`(wrong)`}`)]),
    ),
    ...(answer.scores.length > 0 ? [scoreList(answer.scores, view)] : []),
    ...(isLabel(answer) ? [probabilityTable(answer, detail.expected)] : textParts(answer, { detail, view, other })),
  );
}

/** Of JSON its fields beside what is expected; else, and against another answer, the words that differ. */
function textParts(answer: RowAnswer, compared: Compared): readonly HTMLElement[] {
  const { fields, truncated } = answer;
  if (!fields)
    return [
      ...(truncated ? [element('p', { class: 'quiet' }, truncatedNote)] : []),
      ...differenceFrom(answer, comparedText(answer, compared)),
    ];
  return [
    ...answerFieldsTable(fields, { truncated }),
    ...(compared.other === reference ? [] : differenceFrom(answer, comparedText(answer, compared))),
  ];
}

/** The closest of the expected answers, or what another study answered: with the same seed, or with its lowest. */
function comparedText(answer: RowAnswer, { detail, view, other }: Compared): string | undefined {
  if (other === reference) return closestText(answer.predicted, [detail.expected, ...detail.alternatives]);
  if (other === answer.study) return undefined;
  const runs = view.state.studies.flatMap((study) => study.runs);
  const seedOf = (id: string): number | undefined => runs.find(({ run }) => run === id)?.seed;
  const others = detail.answers.filter(({ study }) => study === other);
  return (others.find(({ run }) => seedOf(run) === seedOf(answer.run)) ?? others[0])?.predicted;
}

/** Nothing where both are the same text. */
function differenceFrom({ predicted }: RowAnswer, other: string | undefined): readonly HTMLElement[] {
  if (other === undefined) return [];
  return predicted.trim() === other.trim()
    ? [element('p', { class: 'quiet' }, l10n.t`No difference.`)]
    : [textDifference(predicted, other)];
}

/** What each metric says of the answer, with its reason where it gives one. */
function scoreList(scores: RowAnswer['scores'], { state: { metrics } }: PageView): HTMLElement {
  return element(
    'ul',
    { class: 'scores' },
    ...scores.map(({ metric, score, reason }) => {
      const face = metrics.find(({ name }) => name === metric);
      const number = score === null ? l10n.t`not judged` : metricNumber(score, face?.scale ?? 'share');
      const title = face?.title ?? metric;
      return element('li', {}, reason === '' ? l10n.t`${title}: ${number}` : l10n.t`${title}: ${number} (${reason})`);
    }),
  );
}

/** Probabilities with bars, highest first. */
export function probabilityTable({ probabilities }: Pick<RowAnswer, 'probabilities'>, expected?: string): HTMLElement {
  const shown = [...probabilities].sort((a, b) => b.probability - a.probability).slice(0, mostLabels);
  return element(
    'table',
    { class: 'probabilities' },
    element('caption', { class: 'hidden' }, l10n.t`Probability of each label`),
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
            ...(label === expected ? [element('span', { class: 'hidden' }, ` ${l10n.t`(expected)`}`)] : []),
          ),
          element('td', {}, element('span', { class: 'share', 'aria-hidden': 'true' }, filled)),
          element('td', { class: 'number' }, fraction(probability)),
        );
      }),
    ),
  );
}
