import '../translations';
import * as l10n from '@vscode/l10n';
import { sentences } from '../../src/words/listed';
import {
  formSide,
  isKeptForm,
  type FormCheck,
  type FormMethod,
  type FormState,
  type FormValues,
  type KeptForm,
  type MethodEstimate,
} from '../../src/views/train/contract';
import { button, checkBox, registerControls, vsCodeButton, vsCodeCheckbox, vsCodeTextField } from '../controls';
import { element } from '../element';
import { connectToHost } from '../host';
import { createField, type FieldView } from './field';
import { methodTitles } from '../../src/words/methodTitles';
import { whereSection } from './where';
import { checkLines, costLines, estimateTable, planList } from './summary';

registerControls(vsCodeButton(), vsCodeCheckbox(), vsCodeTextField());

/** After a key, before the text is checked. */
const debounceMilliseconds = 120;

const page = document.getElementById('page')!;
const heading = element('h1');
const subtitle = element('p', { class: 'quiet' });
const problem = element('p', { class: 'problem', role: 'alert' });
const hint = element('p', { class: 'quiet' });
const methodBoxes = element('div', { class: 'methods', role: 'group', 'aria-label': l10n.t`Methods` });
const wherePlace = element('div');
const groupsPlace = element('div');
const summary = element('div', { 'aria-live': 'polite' });
const measured = element('div', { 'aria-live': 'polite' });
const said = element('p', { class: 'said', role: 'status' });
const buttons = element('div', { class: 'buttons' });
/** Behind the buttons, which are in sight in a low window too. */
const costs = element('div', {});
const aside = element('aside', { 'aria-label': l10n.t`What this makes` }, summary, measured, buttons, costs, said);
const fieldsColumn = element(
  'div',
  { class: 'fields' },
  element('h2', {}, l10n.t`Methods`),
  methodBoxes,
  wherePlace,
  groupsPlace,
);
page.append(heading, subtitle, problem, hint, element('div', { class: 'columns' }, fieldsColumn, aside));

let state: FormState | undefined;
let values: FormValues = { methods: ['soft'], set: {} };
let check: FormCheck | undefined;
let fields: readonly FieldView[] = [];
let fieldsShown = '';
let whereShown = '';
let timer: number | undefined;
let newest = 0;
let estimates: readonly MethodEstimate[] | undefined;
/** What will be sent elsewhere, as lines; undefined until somebody wants to know. */
let plans: readonly (readonly string[])[] | undefined;

const { channel, choices } = connectToHost(formSide, { state: receive });

const startButton = button(
  l10n.t`Start Training`,
  () =>
    ask('start', values.slurm ? l10n.t`Handing over to Slurm…` : l10n.t`Starting…`, (count) => {
      if (count === 0) return l10n.t`Nothing has begun, and nothing was sent.`;
      if (state?.elsewhere != null)
        return count === 1
          ? l10n.t`The measurement has begun; the runs view shows how far it is.`
          : l10n.t`${count} measurements have begun; the runs view shows how far they are.`;
      if (values.slurm && state?.slurm)
        return count === 1 ? l10n.t`The training is with Slurm.` : l10n.t`${count} trainings are with Slurm.`;
      return count === 1 ? l10n.t`The training is in the queue.` : l10n.t`${count} trainings are in the queue.`;
    }),
  'primary',
);
const measureButton = button(l10n.t`Measure a Step`, () => void measure());
const countButton = button(l10n.t`Count Requests`, () => void plan());
const saveButton = button(l10n.t`Save to Template`, () =>
  ask('save', l10n.t`Saving…`, (count) =>
    count === 0
      ? l10n.t`There was nothing to save.`
      : count === 1
        ? l10n.t`One setting saved into the front matter. Undo in the editor takes it back.`
        : l10n.t`${count} settings saved into the front matter. Undo in the editor takes it back.`,
  ),
);
countButton.hidden = true;
buttons.append(startButton, measureButton, countButton, saveButton);

function receive(news: FormState): void {
  const first = state === undefined;
  state = news;
  const kept = choices.getState();
  values = fitting(first && isKeptForm(kept) && kept.file === news.file ? kept.values : news.values, news);
  const isElsewhere = news.elsewhere !== null;
  heading.textContent = isElsewhere ? l10n.t`Measure ${news.template}` : l10n.t`Train ${news.template}`;
  hint.textContent = isElsewhere
    ? l10n.t`What is left empty keeps the value shown in grey. Several values in one field, such as chat, text, make a \
grid: one measurement for each combination.`
    : l10n.t`What is left empty keeps the value shown in grey. Several values in one field, such as 0.01, 0.1, make a \
grid: one training for each combination, shown as one study.`;
  startButton.textContent = isElsewhere ? l10n.t`Measure…` : l10n.t`Start Training`;
  measureButton.hidden = isElsewhere;
  subtitle.textContent = [
    news.file,
    l10n.t`model ${news.model}`,
    news.from === null ? undefined : l10n.t`starting from the vectors in ${news.from}`,
  ]
    .filter(Boolean)
    .join(' · ');
  problem.textContent = news.problem;
  problem.hidden = news.problem === null;
  keep(news);
  drawMethods(news);
  drawWhere(news);
  drawFields(news);
  checkNow();
}

/** Methods that the template's model allows: the page may have been kept while the template changed. */
function fitting(kept: FormValues, { offered }: FormState): FormValues {
  const methods = kept.methods.filter((method) => offered.includes(method));
  return methods.length === kept.methods.length ? kept : { ...kept, methods: [methods[0] ?? offered[0]!] };
}

/** Where there is no choice, why. */
function drawMethods({ offered, elsewhere }: FormState): void {
  if (elsewhere !== null)
    return methodBoxes.replaceChildren(
      element('p', { class: 'only' }, offered.map((method) => methodTitles[method]).join(', ')),
      element('p', { class: 'quiet' }, elsewhere),
    );
  methodBoxes.replaceChildren(
    ...offered.map((method) =>
      checkBox(methodTitles[method], values.methods.includes(method), (checked) => {
        const methods = offered.filter((each): each is FormMethod =>
          each === method ? checked : values.methods.includes(each),
        );
        change({ ...values, methods });
      }),
    ),
  );
}

/** Only where there is a choice; made again when its beginnings change, so that a field that is written in stays. */
function drawWhere({ slurm }: FormState): void {
  const key = JSON.stringify(slurm);
  if (key === whereShown) return;
  whereShown = key;
  wherePlace.replaceChildren(
    ...(slurm
      ? [
          whereSection(slurm, values.slurm, (asked) => {
            const { methods, set } = values;
            change({ methods, set, ...(asked && { slurm: asked }) });
          }),
        ]
      : []),
  );
}

/** Fields are made again only when the template's own values change: one that is being written in stays. */
function drawFields({ fields: wanted }: FormState): void {
  const key = JSON.stringify([wanted, state?.values]);
  if (key === fieldsShown) return;
  fieldsShown = key;
  const focused = document.activeElement?.closest('[data-field]')?.getAttribute('data-field');
  fields = wanted.map((field) =>
    createField(field, values.set[field.name] ?? '', (text) =>
      change({ ...values, set: { ...values.set, [field.name]: text } }),
    ),
  );
  const groups = [...new Set(wanted.map(({ group }) => group))];
  groupsPlace.replaceChildren(
    ...groups.map((group) =>
      element(
        'section',
        {},
        element('h2', {}, group),
        ...wanted.flatMap((field, index) => (field.group === group ? [fields[index]!.element] : [])),
      ),
    ),
  );
  if (focused)
    groupsPlace.querySelector<HTMLElement>(`[data-field="${CSS.escape(focused)}"] vscode-text-field`)?.focus();
  drawUse();
}

/** A setting that none of the chosen methods reads is out of the way. */
function drawUse(): void {
  state?.fields.forEach(({ methods }, index) =>
    fields[index]?.enable(methods.some((method) => values.methods.includes(method))),
  );
}

function change(next: FormValues): void {
  values = next;
  estimates = undefined;
  plans = undefined;
  if (state) keep(state);
  said.textContent = '';
  drawUse();
  clearTimeout(timer);
  timer = window.setTimeout(checkNow, debounceMilliseconds);
}

function keep({ file, from }: FormState): void {
  choices.setState({ file, values, from } satisfies KeptForm);
}

function checkNow(): void {
  const mine = ++newest;
  channel.call('check', used(values)).then(
    (answer) => {
      if (mine !== newest) return;
      check = answer;
      drawCheck(answer);
    },
    (error: unknown) => {
      if (mine === newest) summary.replaceChildren(element('p', { class: 'problem', role: 'alert' }, wordsOf(error)));
    },
  );
}

/** The values of settings that the chosen methods read. */
function used({ methods, set, slurm }: FormValues): FormValues {
  const read = (name: string) =>
    state?.fields.find((field) => field.name === name)?.methods.some((method) => methods.includes(method)) ?? true;
  return {
    // A form that was kept may be opened again where there is no Slurm.
    ...(slurm && state?.slurm && { slurm }),
    methods,
    set: Object.fromEntries(Object.entries(set).filter(([name, text]) => text.trim() !== '' && read(name))),
  };
}

function drawCheck(answer: FormCheck): void {
  for (const field of fields) field.problem(answer.problems[field.name]);
  summary.replaceChildren(...checkLines(answer, state?.elsewhere != null));
  costs.replaceChildren(...costLines(answer));
  measured.replaceChildren(
    ...(estimates && answer.runs > 0 ? [estimateTable(estimates, answer)] : []),
    ...(plans ?? []).map(planList),
  );
  countButton.hidden = state?.elsewhere == null && answer.writers.length === 0;
  enable(answer.runs > 0 && answer.problem === null && state?.problem === null);
}

function enable(possible: boolean): void {
  for (const each of [startButton, measureButton, countButton]) each.toggleAttribute('disabled', !possible);
}

/** Asks for what takes a while, and draws what comes unless other values stand there by then. */
async function inquire<T>(
  pressed: HTMLElement,
  meanwhile: string,
  call: (asked: FormValues) => Promise<T>,
  take: (answer: T) => void,
): Promise<void> {
  pressed.toggleAttribute('disabled', true);
  said.textContent = meanwhile;
  const asked = values;
  try {
    const answer = await call(used(asked));
    if (asked !== values) return;
    take(answer);
    said.textContent = '';
    if (check) drawCheck(check);
  } catch (error) {
    said.textContent = wordsOf(error);
  } finally {
    pressed.toggleAttribute('disabled', false);
  }
}

const measure = (): Promise<void> =>
  inquire(
    measureButton,
    l10n.t`Opening the model and taking a step…`,
    (asked) => channel.call('measure', asked),
    (answer) => (estimates = answer),
  );

/** What will be sent elsewhere. */
const plan = (): Promise<void> =>
  inquire(
    countButton,
    l10n.t`Looking through the rows…`,
    (asked) => channel.call('plan', asked),
    (answer) => (plans = answer),
  );

function ask(name: 'start' | 'save', meanwhile: string, done: (count: number) => string): void {
  said.textContent = meanwhile;
  channel.call(name, used(values)).then(
    (count) => {
      said.textContent = done(count);
    },
    (error: unknown) => {
      said.textContent = wordsOf(error);
    },
  );
}

function wordsOf(error: unknown): string {
  const remedy = typeof error === 'object' && error !== null && 'remedy' in error ? String(error.remedy ?? '') : '';
  return sentences([error instanceof Error ? error.message : String(error), remedy]);
}

problem.hidden = true;
channel.call('show', {}).then(receive, (error: unknown) => {
  heading.textContent = l10n.t`Train`;
  problem.textContent = wordsOf(error);
  problem.hidden = false;
});
