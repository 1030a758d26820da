import '../translations';
import * as l10n from '@vscode/l10n';
import {
  asWritten,
  isKeptPreview,
  previewSide,
  type KeptPreview,
  type PreviewChoice,
  type PreviewState,
} from '../../src/views/preview/contract';
import {
  button,
  checkBox,
  dropDown,
  registerControls,
  vsCodeButton,
  vsCodeCheckbox,
  vsCodeDropdown,
  vsCodeOption,
} from '../controls';
import { element } from '../element';
import { connectToHost } from '../host';
import { answerOf } from './answer';
import { promptOf } from './prompt';

registerControls(vsCodeButton(), vsCodeCheckbox(), vsCodeDropdown(), vsCodeOption());

const page = document.getElementById('page')!;
const rowBar = element('div', { class: 'toolbar', role: 'group', 'aria-label': l10n.t`Row` });
const viewBar = element('div', { class: 'toolbar', role: 'group', 'aria-label': l10n.t`What is shown` });
const problem = element('p', { class: 'problem', role: 'status' });
const form = element('p', { class: 'quiet form' });
const prompt = element('div', { class: 'prompt', tabindex: '0', role: 'region', 'aria-label': l10n.t`Prompt` });
const count = element('p', { class: 'quiet' });
const notes = element('ul', { class: 'notes' });
const ask = element('div', { class: 'toolbar' });
const answer = element('div', { class: 'answer', role: 'status' });
const template = element('h1');
page.append(template, rowBar, viewBar, problem, form, prompt, count, notes, ask, answer);

const { channel, choices } = connectToHost(previewSide, { state: take });
const kept = choices.getState();
let view = isKeptPreview(kept)
  ? { invisibles: kept.invisibles, boundaries: kept.boundaries, turns: kept.turns ?? true }
  : { invisibles: false, boundaries: true, turns: true };
let state: PreviewState | undefined;
let drawn = '';
let barsDrawn = '';
/** What the answer shown belongs to; an answer to another prompt is taken away. */
let answered = '';

function choice(): PreviewChoice {
  if (state) return { split: state.split, row: state.row, subject: state.subject };
  return isKeptPreview(kept)
    ? { split: kept.split, row: kept.row, subject: kept.subject }
    : { split: null, row: 0, subject: asWritten };
}

function show(wanted: PreviewChoice): void {
  channel.call('show', wanted).then(take, (error: unknown) => {
    problem.textContent = l10n.t`The prompt could not be shown: ${messageOf(error)}`;
    problem.hidden = false;
  });
}

function take(news: PreviewState): void {
  state = news;
  keep();
  draw();
}

function keep(): void {
  if (state) choices.setState({ ...choice(), ...view, template: state.uri } satisfies KeptPreview);
}

function draw(): void {
  if (!state) return;
  const now = JSON.stringify([state, view]);
  if (now === drawn) return;
  drawn = now;
  template.textContent = state.template;
  problem.textContent = state.problem ?? '';
  problem.hidden = state.problem === null;
  form.textContent = state.form ? l10n.t`Read as ${state.form.name}. ${state.form.why}` : '';
  prompt.replaceChildren(...promptOf(state, view));
  prompt.classList.toggle('outdated', state.problem !== null);
  count.textContent = countOf(state);
  notes.replaceChildren(...state.notes.map((note) => element('li', {}, note)));
  drawBars(state);
  if (answered !== questionOf(state)) {
    answered = '';
    answer.replaceChildren();
  }
}

function countOf({ count: positions }: PreviewState): string {
  if (!positions) return '';
  const { tokens, context, virtual } = positions;
  const taken =
    virtual > 0
      ? l10n.t`${tokens} of ${context} positions, ${virtual} of them learned`
      : l10n.t`${tokens} of ${context} positions`;
  return tokens >= context ? l10n.t`${taken} – nothing is left for the answer` : taken;
}

/** Controls are made again only when they change: a list that is open, or has the focus, stays. */
function drawBars({ rows, row, splits, split, subjects, subject, answerable, messages }: PreviewState): void {
  const now = JSON.stringify([rows, row, splits, split, subjects, subject, answerable, messages !== null, view]);
  if (now === barsDrawn) return;
  barsDrawn = now;
  const focused = document.activeElement?.getAttribute('data-focus');
  rowBar.hidden = rows === 0;
  rowBar.replaceChildren(
    ...(splits.length > 1
      ? [
          dropDown(
            l10n.t`Data`,
            splits.map((key) => ({ key, name: key })),
            split,
            (chosen) => show({ ...choice(), split: chosen as PreviewChoice['split'], row: 0 }),
          ),
        ]
      : []),
    named(
      'previous',
      button(l10n.t`Previous`, () => goTo((row - 1 + rows) % rows)),
    ),
    rowField(row, rows),
    element('span', {}, l10n.t`of ${rows}`),
    named(
      'next',
      button(l10n.t`Next`, () => goTo((row + 1) % rows)),
    ),
    named(
      'random',
      button(l10n.t`Random`, () => goTo(Math.floor(Math.random() * rows))),
    ),
  );
  viewBar.replaceChildren(
    dropDown(l10n.t`What the prompt is put together with`, subjects, subject, (chosen) =>
      show({ ...choice(), subject: chosen }),
    ),
    ...(messages ? [checkBox(l10n.t`Turns`, view.turns, (turns) => look({ ...view, turns }))] : []),
    checkBox(l10n.t`Token boundaries`, view.boundaries, (boundaries) => look({ ...view, boundaries })),
    checkBox(l10n.t`Invisible characters`, view.invisibles, (invisibles) => look({ ...view, invisibles })),
  );
  const untrained = rows > 0 && !answerable && subject === asWritten;
  ask.replaceChildren(
    ...(answerable
      ? [
          named(
            'ask',
            button(l10n.t`Ask the Model`, () => void askModel(), 'primary'),
          ),
        ]
      : []),
    ...(untrained
      ? [
          element(
            'span',
            { class: 'quiet' },
            l10n.t`These virtual tokens are not trained yet. To ask the model, choose the text alone or a trained run \
above.`,
          ),
        ]
      : []),
  );
  if (focused) document.querySelector<HTMLElement>(`[data-focus="${CSS.escape(focused)}"]`)?.focus();
}

/** Names a control, so that the focus finds it again in a new bar. */
function named(name: string, control: HTMLElement): HTMLElement {
  control.setAttribute('data-focus', name);
  return control;
}

function rowField(row: number, rows: number): HTMLElement {
  const field = element('input', {
    type: 'number',
    min: '1',
    max: String(rows),
    step: '1',
    value: String(row + 1),
    'aria-label': l10n.t`Row`,
    'data-focus': 'row',
  });
  field.addEventListener('change', () => {
    const wanted = Math.round(field.valueAsNumber);
    if (wanted >= 1 && wanted <= rows) goTo(wanted - 1);
    else field.value = String(row + 1);
  });
  return field;
}

function goTo(row: number): void {
  show({ ...choice(), row });
}

function look(changed: typeof view): void {
  view = changed;
  keep();
  draw();
}

async function askModel(): Promise<void> {
  if (!state) return;
  const question = questionOf(state);
  answered = question;
  answer.replaceChildren(element('p', { class: 'quiet' }, l10n.t`The model is being asked…`));
  const said = await channel
    .call('predict', choice())
    .then(answerOf, (error: unknown) => [element('p', { class: 'problem' }, messageOf(error))]);
  if (answered === question) answer.replaceChildren(...said);
}

/** Whatever the model's answer depends on. */
function questionOf({ uri, split, row, subject, pieces }: PreviewState): string {
  return JSON.stringify([uri, split, row, subject, pieces]);
}

function messageOf(error: unknown): string {
  const remedy =
    typeof error === 'object' && error !== null && 'remedy' in error && typeof error.remedy === 'string'
      ? ` ${error.remedy}`
      : '';
  return (error instanceof Error ? error.message : String(error)) + remedy;
}

show(choice());
