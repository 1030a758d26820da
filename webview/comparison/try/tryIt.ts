import * as l10n from '@vscode/l10n';
import type { StudyRow } from '../../../src/views/comparison/contract';
import { button, textArea } from '../../controls';
import { element } from '../../element';
import { createRedraw } from '../../redraw';
import { studyTitle, type PageActions, type PageView, type Section } from '../view';
import { createAnswerBox, spokenOutcome, type AnswerBox } from './answerBox';
import { askRun, type Outcome } from './askRun';

/** After the last key, before the model is asked. */
const typingMilliseconds = 400;

/** A typed input and what every study answers to it, one after the other while it is being typed. */
export function createTryIt(actions: PageActions): Section {
  const fields = element('div', { class: 'fields' });
  const hint = element('p', { class: 'quiet' });
  const answers = element('div', { class: 'answers' });
  /** Answers are read aloud when they are there, each once; not while they grow. */
  const spoken = element('div', { class: 'hidden', role: 'log', 'aria-label': l10n.t`Answers` });
  const drawFields = createRedraw(fields);
  const drawAnswers = createRedraw(answers);
  const boxes = new Map<string, AnswerBox>();
  let view: PageView | undefined;
  let typing: ReturnType<typeof setTimeout> | undefined;
  /** Counts the questions: an answer to an older one is not shown. */
  let asked = 0;
  let outcomes: ReadonlyMap<string, Outcome> = new Map();
  /** What the extension calls the answer that is being written. */
  let question: number | undefined;
  let [isWorking, isStopped] = [false, false];

  const draw = (): void => {
    if (!view) return;
    const { state, theme } = view;
    const studies = askable(state.studies);
    drawAnswers(
      studies.map(({ key }) => key),
      () => studies.map(({ key }) => boxOf(key).root),
    );
    for (const study of studies) boxOf(study.key).show(study, outcomes.get(study.key), theme);
    // The control hands on the property, not the attribute.
    stopButton.ariaDisabled = String(!isWorking || isStopped);
  };

  const boxOf = (key: string): AnswerBox => {
    const box = boxes.get(key) ?? createAnswerBox();
    boxes.set(key, box);
    return box;
  };

  const put = (study: StudyRow, outcome: Outcome): void => {
    outcomes = new Map(outcomes).set(study.key, outcome);
    draw();
  };

  const stopWriting = (): void => {
    if (question !== undefined) void actions.call('stopAnswer', { question }).catch(() => undefined);
  };
  const stop = (): void => {
    clearTimeout(typing);
    if (!isWorking || isStopped) return;
    isStopped = true;
    stopWriting();
    draw();
  };

  /** @returns whether the question is still the one that is asked */
  const follow = async (study: StudyRow, input: Readonly<Record<string, string>>): Promise<boolean> => {
    const mine = asked;
    question = undefined;
    for await (const { question: number, outcome } of askRun(actions, { run: runToAsk(study), input })) {
      if (mine !== asked) return false;
      const isNew = number !== undefined && question === undefined;
      question = number;
      // It may have been stopped before it had a number.
      if (isNew && isStopped) stopWriting();
      const before = outcomes.get(study.key);
      if (outcome.kind === 'asking' && before?.kind === 'answer') continue;
      put(study, outcome);
      const words = spokenOutcome(outcome);
      if (words !== '') spoken.append(element('p', {}, `${studyTitle(study)}: ${words}`));
    }
    return mine === asked;
  };

  const ask = async (): Promise<void> => {
    if (!view) return;
    asked++;
    [isWorking, isStopped] = [false, false];
    const {
      state,
      look: { input },
    } = view;
    const studies = askable(state.studies);
    const given = Object.fromEntries(state.variables.map((name) => [name, input[name] ?? '']));
    spoken.replaceChildren();
    if (Object.values(given).every((text) => text.trim() === '')) {
      stopWriting();
      outcomes = new Map();
      return draw();
    }
    // What was answered before stays in sight, paler, until the new answer comes.
    outcomes = new Map(studies.map(({ key }) => [key, waitingBehind(outcomes.get(key))]));
    isWorking = true;
    draw();
    for (const study of studies) {
      if (!(await follow(study, given))) return;
      if (isStopped) break;
    }
    question = undefined;
    isWorking = false;
    outcomes = new Map([...outcomes].filter(([, outcome]) => isOfThisQuestion(outcome)));
    draw();
  };

  const askNow = (): void => {
    clearTimeout(typing);
    void ask();
  };
  const askButton = button(l10n.t`Ask Now`, askNow, 'primary');
  const stopButton = button(l10n.t`Stop`, stop);
  // It keeps the focus when there is nothing to stop any more.
  stopButton.ariaDisabled = 'true';
  stopButton.title = l10n.t`Stop the answer that is being written (Escape)`;

  const root = element('div', {}, hint, fields, answers, spoken);
  root.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') stop();
  });

  return {
    root,
    show(next) {
      const first = view === undefined;
      view = next;
      const { state, look } = next;
      const studies = askable(state.studies);
      hint.textContent = !state.askable
        ? l10n.t`The model is not asked in Restricted Mode. Trust the workspace to try inputs.`
        : studies.length === 0
          ? l10n.t`No run can be asked yet: train one, or evaluate the prompt as it is written.`
          : l10n.t`Type an input; each run answers with the prompt that it was measured with, one after the other. \
Typing on asks anew. Of several seeds, the first is asked. The model runs on this machine.`;
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
              element('div', { class: 'toolbar' }, askButton, stopButton),
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

const waitingBehind = (before: Outcome | undefined): Outcome =>
  before?.kind === 'answer' ? { ...before, isOlder: true } : { kind: 'asking' };

/** Once nothing is asked any more, what was not answered has no outcome. */
const isOfThisQuestion = (outcome: Outcome): boolean =>
  outcome.kind === 'problem' || (outcome.kind === 'answer' && !outcome.isOlder);
