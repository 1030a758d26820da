import '../translations';
import * as l10n from '@vscode/l10n';
import {
  comparisonSide,
  stateWord,
  type AnsweredComparison,
  type ComparisonChoice,
  type ComparisonState,
  type StartedCommand,
} from '../../src/views/comparison/contract';
import {
  button,
  checkBox,
  labelledDropDown,
  registerControls,
  tabs,
  vsCodeButton,
  vsCodeCheckbox,
  vsCodeDropdown,
  vsCodeOption,
  vsCodePanels,
  vsCodePanelTab,
  vsCodePanelView,
  vsCodeProgressRing,
  vsCodeTextArea,
  vsCodeTextField,
} from '../controls';
import { element } from '../element';
import { connectToHost } from '../host';
import { createRedraw, focusable } from '../redraw';
import { onThemeChange, readTheme } from '../theme';
import { withAnswers } from './answers';
import { withPoints, type Curves } from './curves';
import { createFigures } from './figures/figures';
import { keptPage, type KeptPage, type PageLook, type TabKey } from './keptPage';
import { createLearned } from './learned/learned';
import { createRows } from './rows/rows';
import { createSummary } from './summary';
import { createTryIt } from './try/tryIt';
import { isOutdated, messageOf, type PageActions, type PageView } from './view';

registerControls(
  vsCodeButton(),
  vsCodeCheckbox(),
  vsCodeDropdown(),
  vsCodeOption(),
  vsCodePanels(),
  vsCodePanelTab(),
  vsCodePanelView(),
  vsCodeProgressRing(),
  vsCodeTextArea(),
  vsCodeTextField(),
);

const page = document.getElementById('page')!;
const toolbar = element('div', { class: 'toolbar', role: 'group', 'aria-label': l10n.t`What is compared` });
const emptiness = element('div', { class: 'empty' });
const notes = element('ul', { class: 'notes' });
/** How the numbers came about is said below every part: none of them can be read without it. */
const reading = element(
  'section',
  { 'aria-label': l10n.t`How to read this`, hidden: '' },
  element('h2', {}, l10n.t`How to read this`),
  notes,
);
const problem = element('p', { class: 'problem', role: 'alert', hidden: '' });
const live = element('p', { class: 'hidden', role: 'status' });

let state: ComparisonState | undefined;
let answers: AnsweredComparison | undefined;
let asking: string | undefined;
let curves: Curves = new Map();
let measuring: PageView['measuring'] = [];
let drawScheduled = false;

const { channel, choices } = connectToHost(comparisonSide, {
  state: take,
  points: (points) => {
    const next = withPoints(curves, points);
    if (!next) return show(choice());
    curves = next;
    drawSoon();
  },
  measuring: (texts) => {
    measuring = texts;
    draw();
  },
});

let kept: KeptPage = keptPage(choices.getState());

const actions: PageActions = {
  call: (name, request) => channel.call(name, request as never) as never,
  tell: (name, request) => void channel.call(name, request as never).catch(say),
  look(change) {
    keep({ ...kept, look: { ...kept.look, ...change } });
    draw();
  },
  baseline: (baseline) => show({ ...choice(), baseline }),
};

const sections = {
  summary: createSummary(actions),
  figures: createFigures(actions),
  rows: createRows(actions),
  learned: createLearned(actions),
  try: createTryIt(actions),
};
const names: Readonly<Record<TabKey, string>> = {
  summary: l10n.t`Summary`,
  figures: l10n.t`Figures`,
  rows: l10n.t`Rows`,
  learned: l10n.t`Learned`,
  try: l10n.t`Try it`,
};
const content = tabs(
  l10n.t`Parts of the comparison`,
  (Object.keys(sections) as TabKey[]).map((key) => ({ key, name: names[key], content: sections[key].root })),
  kept.look.tab,
  (tab) => actions.look({ tab: tab as PageLook['tab'] }),
);
content.hidden = true;
page.append(element('h1', {}, l10n.t`Comparison`), toolbar, problem, emptiness, content, reading, live);
const [drawToolbar, drawEmptiness, drawNotes] = [createRedraw(toolbar), createRedraw(emptiness), createRedraw(notes)];

function choice(): ComparisonChoice {
  return { family: kept.family, older: kept.older, baseline: kept.baseline };
}

function keep(next: KeptPage): void {
  kept = next;
  choices.setState(kept);
}

function show(wanted: ComparisonChoice, first = false): void {
  keep({ ...kept, ...wanted });
  channel.call('show', { ...wanted, ...(first && { first }) }).then(take, say);
}

function say(error: unknown): void {
  if (isOutdated(error)) return;
  problem.textContent = messageOf(error);
  problem.hidden = false;
}

function take(news: ComparisonState): void {
  announceEnds(state, news);
  state = news;
  problem.hidden = true;
  // The baseline kept is the one that was chosen, not the one that replaces it where it is gone.
  const baseline = news.family === kept.family ? kept.baseline : null;
  keep({ ...kept, family: news.family, older: news.older, baseline });
  // What is drawn first may ask for rows, which are in sight while the analysis is still being made.
  draw();
  askForAnswers(news);
}

/**
 * Asks for what only the answers tell, once for each state of the answers and the names that its sentences use;
 * the page does not wait for it.
 */
function askForAnswers({ token, studies }: ComparisonState): void {
  const question = JSON.stringify([token, studies.map(({ name }) => name)]);
  if (token === null || question === asking) return;
  asking = question;
  channel.call('analyse', { token }).then(
    (answer) => {
      if (asking !== question) return;
      answers = answer;
      draw();
    },
    (error: unknown) => {
      if (asking === question) asking = undefined;
      say(error);
    },
  );
}

/** Points come run by run; they are drawn together. */
function drawSoon(): void {
  if (drawScheduled) return;
  drawScheduled = true;
  requestAnimationFrame(() => {
    drawScheduled = false;
    draw();
  });
}

function draw(): void {
  if (!state) return;
  const some = state.studies.length > 0;
  content.hidden = !some;
  reading.hidden = !some;
  emptiness.hidden = some;
  toolbar.hidden = !some;
  if (!some) drawEmptiness(true, nothingYet);
  drawToolbar([state.families, state.family, state.older, state.olderStudies > 0], () => toolbarOf(state!));
  if (!some) return;
  const present = answers?.token === state.token ? answers : undefined;
  const view = {
    state: withAnswers(state, present),
    answers: present,
    curves,
    measuring,
    theme: readTheme(),
    look: kept.look,
  };
  sections[kept.look.tab].show(view);
  const { warnings, notes: sentences } = view.state;
  drawNotes([warnings, sentences], () => [...warnings, ...sentences].map((note) => element('li', {}, note)));
}

function nothingYet(): readonly HTMLElement[] {
  return [
    element(
      'p',
      {},
      l10n.t`Nothing to compare yet. Measure the template as it is written, train virtual tokens for it, and see both \
side by side.`,
    ),
    element(
      'div',
      { class: 'toolbar' },
      button(l10n.t`Compare Methods…`, () => start('compare'), 'primary'),
      button(l10n.t`Evaluate Hard Prompt`, () => start('evaluateHard')),
      button(l10n.t`Train…`, () => start('train')),
    ),
  ];
}

function toolbarOf({ families, family, older, olderStudies }: ComparisonState): readonly HTMLElement[] {
  return [
    ...(families.length > 1
      ? [
          focusable(
            'family',
            labelledDropDown(l10n.t`Template`, families, family, (chosen) =>
              show({ ...choice(), family: chosen, baseline: null }),
            ),
          ),
        ]
      : []),
    ...(olderStudies > 0 || older
      ? [
          focusable(
            'older',
            checkBox(l10n.t`Earlier runs too`, older, (checked) => show({ ...choice(), older: checked })),
          ),
        ]
      : []),
    focusable(
      'compare',
      button(l10n.t`Compare Methods…`, () => start('compare')),
    ),
    focusable(
      'answers',
      button(l10n.t`Add Answers from File…`, () => start('addAnswers')),
    ),
  ];
}

function start(command: StartedCommand): void {
  void channel.call('start', { command }).catch(say);
}

/** Says aloud when a run has ended. */
function announceEnds(before: ComparisonState | undefined, after: ComparisonState): void {
  const running = new Set(
    before?.studies
      .flatMap(({ runs }) => runs)
      .filter(({ status }) => status === 'running')
      .map(({ run }) => run),
  );
  const ended = after.studies.flatMap(({ badge, template, runs }) =>
    runs
      .filter(({ run, status }) => running.has(run) && status !== 'running')
      .map(({ status }) => l10n.t`Run ${badge} of ${template} is ${stateWord(status)}.`),
  );
  if (ended.length > 0) live.textContent = ended.join(' ');
}

onThemeChange(draw);
show(choice(), true);
