import * as l10n from '@vscode/l10n';
import type { AnswerPace, InputAnswer, StudyRow } from '../../../src/views/comparison/contract';
import { count, counted, duration, perSecond } from '../../../src/words/formatNumbers';
import { element } from '../../element';
import { createRedraw } from '../../redraw';
import type { Theme } from '../../theme';
import { probabilityTable } from '../rows/rowDetail';
import { studyMark } from '../view';
import type { Outcome } from './askRun';

/** Where the answer of a study stands. */
export interface AnswerBox {
  readonly root: HTMLElement;
  show(study: StudyRow, outcome: Outcome | undefined, theme: Theme): void;
}

/** An answer that is being written grows in its place, so that what a person has marked of it stays marked. */
export function createAnswerBox(): AnswerBox {
  const [heading, content] = [element('h3'), element('div')];
  const root = element('section', { class: 'answer' }, heading, content);
  const [drawHeading, drawContent] = [createRedraw(heading), createRedraw(content)];
  const written = document.createTextNode('');
  const pace = element('p', { class: 'quiet' });

  return {
    root,
    show(study, outcome, theme) {
      const { key, badge, name, colourIndex } = study;
      root.setAttribute('data-study', key);
      root.setAttribute('aria-busy', String(outcome?.kind === 'asking' || outcome?.kind === 'writing'));
      root.classList.toggle('older', outcome?.kind === 'answer' && outcome.isOlder === true);
      drawHeading([badge, name, colourIndex, theme.series], () => [studyMark(study, theme), ` ${name}`]);
      if (outcome?.kind !== 'writing') return drawContent(outcome ?? null, () => contentOf(outcome));
      drawContent('writing', () => [element('p', { class: 'said written' }, written), pace]);
      if (outcome.text.startsWith(written.data)) written.appendData(outcome.text.slice(written.data.length));
      else written.data = outcome.text;
      pace.textContent = paceOf(outcome.pace);
    },
  };
}

function contentOf(outcome: Exclude<Outcome, { readonly kind: 'writing' }> | undefined): readonly HTMLElement[] {
  if (!outcome) return [element('p', { class: 'quiet' }, l10n.t`Not asked yet.`)];
  if (outcome.kind === 'asking')
    return [element('p', { class: 'quiet' }, l10n.t`Asking… (the first question loads the model)`)];
  if (outcome.kind === 'problem')
    return [
      ...(outcome.text === '' ? [] : [element('p', { class: 'said written' }, outcome.text)]),
      element('p', { class: 'problem' }, outcome.message),
    ];
  const { answer } = outcome;
  const ending = endingOf(answer);
  return [
    answer.written
      ? element('p', { class: 'said written' }, saidBy(answer))
      : element('p', { class: 'said' }, element('strong', {}, saidBy(answer))),
    ...(ending === '' ? [] : [element('p', { class: 'ending' }, ending)]),
    ...(answer.probabilities.length > 0 ? [probabilityTable(answer)] : []),
    ...(isUnwritten(answer) ? [] : [element('p', { class: 'quiet' }, workOf(answer))]),
  ];
}

/** Of what was stopped before its first token it is not known what was read, and in what time. */
const isUnwritten = ({ written }: InputAnswer): boolean => written?.ending === 'stopped' && written.tokens === 0;

const saidBy = ({ answer }: InputAnswer): string => (answer === '' ? l10n.t`(nothing)` : answer);

/** Why a text ends where the model did not end it; empty for all others. */
function endingOf(answer: InputAnswer): string {
  const { written } = answer;
  if (!written) return '';
  const { ending, tokens } = written;
  if (ending === 'stopped') return isUnwritten(answer) ? l10n.t`Stopped before the first token.` : l10n.t`Stopped.`;
  if (ending === 'stop') return l10n.t`Ended by a stop sequence.`;
  return ending === 'budget'
    ? l10n.t`Cut off after ${counted(tokens, 'token')}, as many as maxOutputTokens or the model’s context allows.`
    : '';
}

function paceOf(pace: AnswerPace | null): string {
  if (!pace) return '';
  const tokens = counted(pace.tokens, 'token');
  return pace.perSecond === null ? tokens : l10n.t`${tokens}, ${perSecond(pace.perSecond)} a second`;
}

function workOf({ promptTokens, seconds, written }: InputAnswer): string {
  const read = counted(promptTokens, 'token');
  if (!written) return `${read}, ${duration(seconds)}`;
  const { tokens, perSecond: rate } = written;
  const work = l10n.t`${read} read, ${count(tokens)} written in ${duration(seconds)}`;
  return rate === null ? work : l10n.t`${work}; ${perSecond(rate)} tokens a second while writing`;
}

/** Letters of an answer that are read aloud unasked. */
const mostSpoken = 500;

/** What is said aloud once there is an answer, or none. */
export function spokenOutcome(outcome: Outcome): string {
  if (outcome.kind === 'problem') return outcome.message;
  if (outcome.kind !== 'answer') return '';
  const said = saidBy(outcome.answer);
  const spoken = said.length > mostSpoken ? `${said.slice(0, mostSpoken)}…` : said;
  return `${spoken} ${endingOf(outcome.answer)}`.trim();
}
