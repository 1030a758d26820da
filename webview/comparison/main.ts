// eslint-disable-next-line no-restricted-imports -- the contract is code of both ends
import { isChoice, panelSide, type ComparisonChoice, type ComparisonState } from '../../src/views/comparisonContract';
import { button, checkBox, dropDown, registerControls } from '../controls';
import { element } from '../element';
import { connectToHost } from '../host';
import { onThemeChange, readTheme } from '../theme';
import { withPoints, type Curves } from './curves';
import { createLossChart } from './lossChart';
import { summaryTable, tableAsMarkdown } from './summaryTable';

registerControls();

const page = document.getElementById('page')!;
const toolbar = element('div', { class: 'toolbar', role: 'group', 'aria-label': 'What is shown' });
const table = element('div');
const chart = element('div', { class: 'chart' });
const notes = element('ul', { class: 'notes' });
const live = element('p', { class: 'hidden', role: 'status' });
const results = element('div', {}, table, element('h2', {}, 'Training loss'), element('p', { class: 'quiet' }, 'Lines: mean over the last 10 steps. Dots: loss on dev.'), chart, element('h2', {}, 'How to read this'), notes);
const emptiness = element('div', { class: 'empty' });
page.append(element('h1', {}, 'Comparison'), toolbar, emptiness, results, live);

const lossChart = createLossChart(chart);
let state: ComparisonState | undefined;
let curves: Curves = new Map();
let toolbarShown = '';
let tableShown = '';

const { channel, choices } = connectToHost(panelSide, {
  state: (news) => {
    announceEnds(state, news);
    state = news;
    choices.setState({ family: news.family, older: news.older } satisfies ComparisonChoice);
    draw();
  },
  points: (points) => {
    const next = withPoints(curves, points);
    if (!next) return show(choice());
    curves = next;
    drawChart();
  },
});

function choice(): ComparisonChoice {
  const kept = choices.getState();
  return isChoice(kept) ? kept : { family: null, older: false };
}

function show(wanted: ComparisonChoice): void {
  choices.setState(wanted);
  channel.call('show', wanted).then((answer) => {
    state = answer;
    draw();
  }, (error: unknown) => {
    emptiness.replaceChildren(element('p', {}, `The results could not be read: ${error instanceof Error ? error.message : String(error)}`));
    emptiness.hidden = false;
  });
}

function draw(): void {
  if (!state) return;
  const some = state.rows.length > 0;
  results.hidden = !some;
  emptiness.hidden = some;
  if (!some) drawEmptiness();
  drawToolbar(state);
  drawTable(state);
  notes.replaceChildren(...state.notes.map((note) => element('li', {}, note)));
  drawChart();
}

function drawEmptiness(): void {
  emptiness.replaceChildren(
    element('p', {}, 'Nothing to compare yet. Measure the template as it is written, train virtual tokens for it, and see both side by side.'),
    element('div', { class: 'toolbar' },
      button('Compare Hard and Soft', () => start('compare'), 'primary'),
      button('Evaluate Hard Prompt', () => start('evaluateHard')),
      button('Train Soft Prompt', () => start('trainSoft'))));
}

/** Controls are made anew only when they change: a list that is open, or has the focus, stays. */
function drawToolbar({ families, family, older, olderRuns, rows }: ComparisonState): void {
  const key = JSON.stringify([families, family, older, olderRuns > 0, rows.length > 0]);
  if (key === toolbarShown) return;
  toolbarShown = key;
  toolbar.hidden = rows.length === 0;
  toolbar.replaceChildren(
    ...(families.length > 1 ? [dropDown('Template', families, family, (chosen) => show({ family: chosen, older }))] : []),
    ...(olderRuns > 0 || older ? [checkBox('Earlier runs too', older, (checked) => show({ family, older: checked }))] : []),
    button('Compare Hard and Soft', () => start('compare')),
    button('Copy Table', () => {
      if (state) void channel.call('copyTable', { markdown: tableAsMarkdown(state) });
    }));
}

function drawTable(shown: ComparisonState): void {
  const theme = readTheme();
  const key = JSON.stringify([shown, theme.series]);
  if (key === tableShown) return;
  tableShown = key;
  const focused = focusedControl();
  table.replaceChildren(summaryTable(shown, theme, {
    openTemplate: (run) => void channel.call('openTemplate', { run }),
    showLog: (run) => void channel.call('showLog', { run }),
    stop: (run) => void channel.call('stop', { run }),
  }));
  if (focused) table.querySelector<HTMLElement>(`[data-focus="${CSS.escape(focused)}"]`)?.focus();
}

/** Names the table's control that has the focus, which a new table would take away. */
function focusedControl(): string | null {
  const active = document.activeElement;
  return active && table.contains(active) ? active.getAttribute('data-focus') : null;
}

function drawChart(): void {
  if (state && state.rows.length > 0) lossChart.show(state.rows, curves, readTheme());
}

function start(command: 'trainSoft' | 'evaluateHard' | 'compare'): void {
  void channel.call('start', { command });
}

/** Says aloud when a run has ended. */
function announceEnds(before: ComparisonState | undefined, after: ComparisonState): void {
  const running = new Set(before?.rows.filter(({ status }) => status === 'running').map(({ run }) => run));
  const ended = after.rows.filter(({ run, status }) => running.has(run) && status !== 'running');
  if (ended.length > 0) live.textContent = ended.map(({ letter, template, status }) => `Run ${letter} of ${template} is ${status}.`).join(' ');
}

onThemeChange(draw);
show(choice());
