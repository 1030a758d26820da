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
import { button, checkBox, registerControls, vsCodeButton, vsCodeCheckbox } from '../controls';
import { element } from '../element';
import { createFront } from '../front/front';
import { fieldScoresTable } from '../fieldTables';
import { connectToHost } from '../host';
import { onThemeChange, readTheme } from '../theme';
import { answersTable } from './answersTable';
import { createCharts, type ChartChoice } from './charts';
import { numbersTable } from './numbersTable';
import { samplesTable } from './samplesTable';
import { allSteps, moved, noCurve, withPoints, zoomed, type RunCurve } from './series';

registerControls(vsCodeButton(), vsCodeCheckbox());

/** What the editor keeps of this page. */
interface Kept extends KeptRunPage, ChartChoice {}

/** Lines of the log that are kept in sight. */
const mostLogLines = 1000;
const hues = ['blue', 'orange', 'green', 'purple', 'red', 'yellow'];

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
const waiting = element('p', { class: 'quiet' });
const chartTools = element('div', { class: 'toolbar', role: 'group', 'aria-label': l10n.t`Charts` });
const chartPlace = element('div', { class: 'charts' });
const numbers = element('details', {}, element('summary', {}, l10n.t`Numbers behind the curves`));
const charts = element('section', { 'aria-label': l10n.t`Curves` }, chartTools, chartPlace, numbers);
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
  waiting,
  charts,
  instruction,
  front.root,
  samples,
  facts,
  logSection,
  live,
);

let state: RunPageState | undefined;
/** The part that the page was opened on, until it has been brought into view. */
let wanted: PagePart | undefined;
let curve: RunCurve = noCurve;
let fieldsOfAnswers: RunPageState['fields'] = null;
let actionsShown = '';
let numbersShown = false;
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
    const next = withPoints(curve, points);
    if (!next) return show();
    curve = next;
    drawCharts();
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

let choice: ChartChoice = keptChoice();
const drawnCharts = createCharts(chartPlace, zoomTo);
const smoothing = element('input', {
  type: 'range',
  min: '0',
  max: '0.98',
  step: '0.02',
  id: 'smoothing',
  value: String(choice.smoothing),
});
smoothing.addEventListener('input', () => choose({ ...choice, smoothing: Number(smoothing.value) }));
chartTools.append(
  element('label', { for: 'smoothing' }, l10n.t`Smoothing`),
  smoothing,
  checkBox(l10n.t`Log scale`, choice.log, (log) => choose({ ...choice, log })),
  button(l10n.t`Zoom In`, () => zoomBy((range, whole) => zoomed(range, 0.5, whole))),
  button(l10n.t`Zoom Out`, () => zoomBy((range, whole) => zoomed(range, 2, whole))),
  button(l10n.t`Earlier`, () => zoomBy((range, whole) => moved(range, -0.5, whole))),
  button(l10n.t`Later`, () => zoomBy((range, whole) => moved(range, 0.5, whole))),
  button(l10n.t`All Steps`, () => zoomTo(undefined)),
);
numbers.addEventListener('toggle', () => {
  numbersShown = numbers.open;
  drawNumbers();
});

function keptChoice(): ChartChoice {
  const kept = choices.getState() as Partial<Kept> | undefined;
  const { range } = kept ?? {};
  const isRange = Array.isArray(range) && range.length === 2 && range.every((step) => typeof step === 'number');
  return {
    smoothing: typeof kept?.smoothing === 'number' ? kept.smoothing : 0.8,
    log: kept?.log === true,
    ...(isRange && { range }),
  };
}

function keep({ run }: KeptRunPage): void {
  choices.setState({ run, ...choice } satisfies Kept);
}

function choose(next: ChartChoice): void {
  choice = next;
  if (state) keep(state);
  drawCharts();
}

function zoomTo(range: readonly [number, number] | undefined): void {
  choose({ ...choice, range });
}

function zoomBy(
  change: (range: readonly [number, number], whole: readonly [number, number]) => readonly [number, number],
): void {
  const steps = allSteps(curve);
  if (steps.length < 2) return;
  const whole = [steps[0]!, steps.at(-1)!] as const;
  const next = change(choice.range ?? whole, whole);
  zoomTo(next[0] <= whole[0] && next[1] >= whole[1] ? undefined : next);
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
  drawCharts();
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

function drawCharts(): void {
  if (!state) return;
  const empty = curve.training.length + curve.dev.length === 0;
  charts.hidden = empty;
  waiting.hidden = !empty;
  waiting.textContent = emptyReason(state);
  if (empty) return;
  const theme = readTheme();
  const colour = theme.series[hues.indexOf(state.mark?.hue ?? 'blue')]!;
  drawnCharts.show(curve, choice, { theme, colour, metric: state.devMetric });
  if (numbersShown) drawNumbers();
}

/** The word for the state; a run in the queue waits or is paused. */
function wordOf({ status, isPaused }: RunPageState): string {
  return isPaused ? l10n.t`paused` : stateWord(status);
}

function emptyReason({ status, isPaused, actions }: RunPageState): string {
  if (isPaused) return l10n.t`The run is paused. Its curves appear here with the first step.`;
  if (status === 'queued') return l10n.t`The run waits for its turn. Its curves appear here with the first step.`;
  if (status === 'running') return l10n.t`No step has been taken yet. Curves appear here with the first one.`;
  return actions.some(({ action }) => action === 'trainAgain')
    ? l10n.t`There is no curve: the run ended before its first step, or its metrics are gone.`
    : l10n.t`A hard prompt is measured, not trained, so there is no curve.`;
}

function drawNumbers(): void {
  numbers.querySelector('.scroll')?.remove();
  if (numbersShown && state) numbers.append(numbersTable(curve, state.devMetric));
}

function drawSamples(evaluations: readonly SamplesLine[]): void {
  samples.hidden = evaluations.length === 0;
  if (evaluations.length > 0) samplesPlace.replaceChildren(samplesTable(evaluations));
}

function drawAnswers(given: readonly GivenAnswer[]): void {
  answers.hidden = given.length === 0;
  if (given.length > 0) answersPlace.replaceChildren(answersTable(given));
}

for (const hidden of [
  bar,
  problem,
  warning,
  older,
  fields,
  answers,
  note,
  tiles,
  charts,
  instruction,
  samples,
  logSection,
])
  hidden.hidden = true;
onThemeChange(drawCharts);
show();
