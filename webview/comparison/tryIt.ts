import type { InputAnswer, StudyRow } from '../../src/views/comparison/contract';
import { button, textArea } from '../controls';
import { element } from '../element';
import { createRedraw } from '../redraw';
import { counted, duration } from '../../src/formatNumbers';
import { probabilityTable } from './rows/rowDetail';
import { messageOf, studyMark, type PageActions, type PageView, type Section } from './view';

/** After the last key, before the model is asked. */
const typingMilliseconds = 400;

type Outcome =
  | { readonly kind: 'asking' }
  | { readonly kind: 'answer'; readonly answer: InputAnswer }
  | { readonly kind: 'problem'; readonly message: string };

/** A typed input and what every study answers to it, one after the other while it is being typed. */
export function createTryIt(actions: PageActions): Section {
  const fields = element('div', { class: 'fields' });
  const hint = element('p', { class: 'quiet' });
  const answers = element('div', { class: 'answers', 'aria-live': 'polite' });
  const drawFields = createRedraw(fields);
  const drawAnswers = createRedraw(answers);
  let view: PageView | undefined;
  let typing: ReturnType<typeof setTimeout> | undefined;
  /** Counts the questions: an answer to an older one is not shown. */
  let question = 0;
  let outcomes: ReadonlyMap<string, Outcome> = new Map();

  const draw = (): void => {
    if (!view) return;
    const { state, theme } = view;
    drawAnswers(
      [askable(state.studies).map(({ key, badge, name }) => [key, badge, name]), [...outcomes], theme.series],
      () => askable(state.studies).map((study) => answerOf(study, outcomes.get(study.key), view!)),
    );
  };

  const ask = async (): Promise<void> => {
    if (!view) return;
    const mine = ++question;
    const {
      state,
      look: { input },
    } = view;
    const studies = askable(state.studies);
    const given = Object.fromEntries(state.variables.map((name) => [name, input[name] ?? '']));
    if (Object.values(given).every((text) => text.trim() === '')) {
      outcomes = new Map();
      return draw();
    }
    // What was answered before stays in sight, paler, until the new answer comes.
    for (const study of studies) {
      const before = outcomes.get(study.key);
      outcomes = new Map(outcomes).set(study.key, before?.kind === 'answer' ? before : { kind: 'asking' });
    }
    answers.classList.add('outdated');
    draw();
    for (const study of studies) {
      const outcome = await actions.call('answerInput', { run: runToAsk(study), input: given }).then(
        (answer): Outcome => ({ kind: 'answer', answer }),
        (error: unknown): Outcome => ({ kind: 'problem', message: messageOf(error) }),
      );
      if (mine !== question) return;
      outcomes = new Map(outcomes).set(study.key, outcome);
      draw();
    }
    answers.classList.remove('outdated');
  };

  return {
    root: element('div', {}, hint, fields, answers),
    show(next) {
      const first = view === undefined;
      view = next;
      const { state, look } = next;
      const studies = askable(state.studies);
      hint.textContent = !state.askable
        ? 'The model is not asked in Restricted Mode. Trust the workspace to try inputs.'
        : studies.length === 0
          ? 'No run can be asked yet: train one, or evaluate the prompt as it is written.'
          : 'Type an input; each run answers with the prompt that it was measured with. ' +
            'Of several seeds, the first is asked. The model runs on this machine.';
      const usable = state.askable && studies.length > 0;
      drawFields([state.variables, usable], () =>
        usable
          ? [
              ...state.variables.map((name) =>
                element(
                  'label',
                  { class: 'field' },
                  element('span', {}, name),
                  textArea(name, look.input[name] ?? '', (text) => type(name, text)),
                ),
              ),
              element(
                'div',
                { class: 'toolbar' },
                button(
                  'Ask Now',
                  () => {
                    clearTimeout(typing);
                    void ask();
                  },
                  'primary',
                ),
              ),
            ]
          : [],
      );
      draw();
      if (first && usable && Object.values(look.input).some((text) => text !== '')) void ask();
    },
  };

  function type(name: string, text: string): void {
    if (!view) return;
    actions.look({ input: { ...view.look.input, [name]: text } });
    clearTimeout(typing);
    typing = setTimeout(() => void ask(), typingMilliseconds);
  }
}

/** Studies with a run that is done. */
const askable = (studies: readonly StudyRow[]): readonly StudyRow[] =>
  studies.filter(({ method, runs }) => method !== 'answers' && runs.some(({ status }) => status === 'done'));

const runToAsk = ({ runs }: StudyRow): string => runs.find(({ status }) => status === 'done')!.run;

function answerOf(study: StudyRow, outcome: Outcome | undefined, view: PageView): HTMLElement {
  return element(
    'section',
    { class: 'answer', 'data-study': study.key },
    element('h3', {}, studyMark(study, view.theme), ` ${study.name}`),
    ...contentOf(outcome),
  );
}

function contentOf(outcome: Outcome | undefined): readonly HTMLElement[] {
  if (!outcome) return [element('p', { class: 'quiet' }, 'Not asked yet.')];
  if (outcome.kind === 'asking')
    return [element('p', { class: 'quiet' }, 'Asking… (the first question loads the model)')];
  if (outcome.kind === 'problem') return [element('p', { class: 'problem' }, outcome.message)];
  const { answer, probabilities, promptTokens, seconds } = outcome.answer;
  return [
    element('p', { class: 'said' }, element('strong', {}, answer === '' ? '(nothing)' : answer)),
    ...(probabilities.length > 0 ? [probabilityTable({ probabilities })] : []),
    element('p', { class: 'quiet' }, `${counted(promptTokens, 'token')}, ${duration(seconds)}`),
  ];
}
