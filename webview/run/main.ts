import '../translations';
import * as l10n from '@vscode/l10n';
import { append } from '../../src/lists';
import {
  fieldsNote,
  runPageSide,
  stateWord,
  type Fact,
  type GivenAnswer,
  type KeptRunPage,
  type PagePart,
  type RunPageState,
  type SamplesLine,
} from '../../src/views/run/contract';
import { button, registerControls, vsCodeButton, vsCodeCheckbox } from '../controls';
import { element } from '../element';
import { createFront } from '../front/front';
import { fieldScoresTable } from '../fieldTables';
import { connectToHost } from '../host';
import { onThemeChange } from '../theme';
import { answersTable } from './answersTable';
import type { ChartChoice } from './charts';
import { createCurves, keptChoice } from './curves';
import { samplesTable } from './samplesTable';

registerControls(vsCodeButton(), vsCodeCheckbox());

/** What the editor keeps of this page. */
interface Kept extends KeptRunPage, ChartChoice {}

/** Lines of the log that are kept in sight. */
const mostLogLines = 1000;

const page = document.getElementById('page')!;
const heading = element('h1');
const subtitle = element('p', { class: 'quiet' });
const toolbar = element('div', { class: 'toolbar', role: 'group', 'aria-label': l10n.t`Actions` });
const live = element('p', { class: 'hidden', role: 'status' });
const stateLine = element('p', { class: 'state' });
const bar = element('progress', { 'aria-label': l10n.t`Progress` });
const problem = element('p', { class: 'problem' });
const warning = element('p', { class: 'older', role: 'alert' });
const older = element('p', { class: 'older' });
const note = element('p', { class: 'note' });
const tiles = element('dl', { class: 'tiles' });
const samples = element(
  'section',
  {},
  element('h2', {}, l10n.t`Samples`),
  element(
    'p',
    { class: 'quiet' },
    l10n.t`The same few dev rows at the first evaluation and the last ones, with the probability of the answer.`,
  ),
);
const samplesPlace = element('div');
samples.append(samplesPlace);
const fields = element('section', { 'aria-label': l10n.t`Fields of the answers` });
const answersPlace = element('div');
const answers = element(
  'section',
  {},
  element('h2', {}, l10n.t`Answers`),
  element('p', { class: 'quiet' }, l10n.t`Some rows that were measured, spread over the file, with what was expected.`),
  answersPlace,
);
const instruction = element('section');
const front = createFront(
  {
    useText: (text) => channel.call('useText', ofText(text)),
    compareText: (text) => channel.call('compareText', ofText(text)),
    measureText: (text) => channel.call('measureText', ofText(text)),
    stopMeasuring: (text) => channel.call('stopMeasuring', ofText(text)),
  },
  { name: 'front', heading: () => [element('h2', {}, l10n.t`Texts that the search kept`)] },
);
const facts = element('details', {}, element('summary', {}, l10n.t`Settings, data and hashes`));
const factsPlace = element('div', { class: 'facts' });
facts.append(factsPlace);
const log = element('pre', { class: 'log', tabindex: '0', role: 'log', 'aria-live': 'off', 'aria-label': l10n.t`Log` });
const logSection = element('section', {}, element('h2', {}, l10n.t`Log`), log);

let state: RunPageState | undefined;
/** The part that the page was opened on, until it has been brought into view. */
let wanted: PagePart | undefined;
let fieldsOfAnswers: RunPageState['fields'] = null;
let actionsShown = '';
const logLines: string[] = [];

const { channel, choices } = connectToHost(runPageSide, {
  state: (news) => {
    if (state?.status === 'running' && news.status !== 'running')
      live.textContent = l10n.t`The run is ${wordOf(news)}.`;
    state = news;
    keep({ run: news.run });
    draw();
  },
  points: (points) => {
    if (!curves.add(points)) show();
  },
  samples: drawSamples,
  answers: drawAnswers,
  fields: (scores) => {
    fieldsOfAnswers = scores;
    if (!state?.fields) drawFields(scores);
  },
  measuring: (texts) => front.showMeasuring(texts),
  goTo: (part) => {
    wanted = part;
    goToWanted();
  },
  log: ({ fresh, lines }) => {
    if (fresh) logLines.length = 0;
    append(logLines, lines);
    logLines.splice(0, logLines.length - mostLogLines);
    const atEnd = log.scrollTop + log.clientHeight >= log.scrollHeight - 8;
    log.textContent = logLines.join('\n');
    if (atEnd) log.scrollTop = log.scrollHeight;
    logSection.hidden = logLines.length === 0;
  },
});

const curves = createCurves(keptChoice(choices.getState()), () => {
  if (state) keep(state);
});
page.append(
  heading,
  subtitle,
  toolbar,
  stateLine,
  bar,
  problem,
  warning,
  older,
  note,
  tiles,
  fields,
  answers,
  ...curves.parts,
  instruction,
  front.root,
  samples,
  facts,
  logSection,
  live,
);

function keep({ run }: KeptRunPage): void {
  choices.setState({ run, ...curves.choice() } satisfies Kept);
}

function show(): void {
  channel.call('show', {}).then(
    (answer) => {
      state = answer;
      keep(answer);
      draw();
    },
    (error: unknown) => {
      heading.textContent = l10n.t`Run`;
      problem.textContent = error instanceof Error ? error.message : String(error);
      problem.hidden = false;
    },
  );
}

function draw(): void {
  if (!state) return;
  heading.replaceChildren(
    ...(state.mark
      ? [
          element(
            'span',
            { class: `mark ${state.mark.hue}`, title: l10n.t`Letter and colour in the comparison` },
            state.mark.badge,
          ),
          ' ',
        ]
      : []),
    state.title,
  );
  subtitle.textContent = state.subtitle;
  stateLine.className = `state ${state.status}`;
  stateLine.textContent = [state.state, state.timeLeft].filter(Boolean).join(' · ');
  bar.hidden = !state.progress;
  if (state.progress) {
    bar.max = state.progress.steps;
    bar.value = state.progress.step;
  }
  problem.textContent = state.problem;
  problem.hidden = !state.problem;
  warning.textContent = state.warning;
  warning.hidden = !state.warning;
  older.textContent = state.older;
  older.hidden = !state.older;
  note.textContent = state.note;
  note.hidden = !state.note;
  tiles.replaceChildren(
    ...state.tiles.map(({ name, value }) => element('div', {}, element('dt', {}, name), element('dd', {}, value))),
  );
  tiles.hidden = state.tiles.length === 0;
  drawFields(state.fields ?? fieldsOfAnswers);
  drawActions(state);
  drawInstruction(state);
  front.show(state.front);
  factsPlace.replaceChildren(
    factTable(l10n.t`What it was made of`, state.facts),
    factTable(l10n.t`Settings`, state.settings),
  );
  curves.show(state);
  goToWanted();
}

/** What stands above the part is drawn before, so that it stays where it is. */
function goToWanted(): void {
  if (!state || wanted === undefined) return;
  wanted = undefined;
  if (state.front) requestAnimationFrame(() => front.goTo());
}

const ofText = (text: string) => ({ run: state!.run, text });

/** Buttons are made again only when they change: one that has the focus stays. */
function drawActions({ actions }: RunPageState): void {
  const key = JSON.stringify(actions);
  if (key === actionsShown) return;
  actionsShown = key;
  toolbar.replaceChildren(
    ...actions.map(({ action, label }, index) =>
      button(
        label,
        () => void channel.call('act', { action }),
        index === 0 && (action === 'stop' || action === 'resume') ? 'primary' : 'secondary',
      ),
    ),
  );
}

function drawInstruction({ rewritten }: RunPageState): void {
  instruction.hidden = !rewritten;
  if (!rewritten) return;
  instruction.replaceChildren(
    element('h2', {}, l10n.t`Instruction`),
    element(
      'dl',
      { class: 'texts' },
      element('dt', {}, l10n.t`As written`),
      element('dd', {}, rewritten.before),
      element('dt', {}, l10n.t`As the search left it`),
      element('dd', {}, rewritten.after),
    ),
  );
}

function drawFields(scores: RunPageState['fields']): void {
  fields.hidden = !scores;
  if (!scores) return;
  fields.replaceChildren(
    element('h2', {}, l10n.t`Fields of the answers`),
    element('p', { class: 'quiet' }, fieldsNote()),
    element(
      'div',
      { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': l10n.t`Fields` },
      fieldScoresTable(scores, l10n.t`Precision, recall and F1 of each field`),
    ),
  );
}

function factTable(caption: string, rows: readonly Fact[]): HTMLElement {
  return element(
    'table',
    {},
    element('caption', {}, caption),
    element(
      'tbody',
      {},
      ...rows.map(({ name, value }) =>
        element('tr', {}, element('th', { scope: 'row' }, name), element('td', {}, value)),
      ),
    ),
  );
}

/** The word for the state; a run in the queue waits or is paused. */
function wordOf({ status, isPaused }: RunPageState): string {
  return isPaused ? l10n.t`paused` : stateWord(status);
}

function drawSamples(evaluations: readonly SamplesLine[]): void {
  samples.hidden = evaluations.length === 0;
  if (evaluations.length > 0) samplesPlace.replaceChildren(samplesTable(evaluations));
}

function drawAnswers(given: readonly GivenAnswer[]): void {
  answers.hidden = given.length === 0;
  if (given.length > 0) answersPlace.replaceChildren(answersTable(given));
}

for (const hidden of [bar, problem, warning, older, fields, answers, note, tiles, instruction, samples, logSection])
  hidden.hidden = true;
onThemeChange(curves.redraw);
show();
