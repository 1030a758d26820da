import type { ComparisonRow, ComparisonState, MajorityRow } from '../../src/views/comparisonContract';
import { button } from '../controls';
import { element } from '../element';
import type { Theme } from '../theme';
import { lineStyle, type LineStyle } from './lossChart';
import { count, measureCells, measureHeadings, rate } from './numbers';

export interface RowActions {
  openTemplate(run: string): void;
  showLog(run: string): void;
  stop(run: string): void;
}

/** The summary: a line a run, and below them what always answering the most frequent label would give. */
export function summaryTable(state: ComparisonState, theme: Theme, actions: RowActions): HTMLElement {
  const heading = (text: string, kind = 'text') => element('th', { scope: 'col', class: kind }, text);
  const head = element('tr', {},
    heading('Run'), heading('Template'), heading('Method'), heading('State'),
    ...measureHeadings.map((text) => heading(text, 'number')),
    heading('Actions'));
  const table = element('table', {},
    element('caption', { class: 'hidden' }, 'Runs and their results'),
    element('thead', {}, head),
    element('tbody', {},
      ...state.rows.map((row, index) => runLine(row, lineStyle(index, theme), actions)),
      ...state.majorities.map(majorityLine)));
  return element('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Results' }, table);
}

function runLine(row: ComparisonRow, style: LineStyle, actions: RowActions): HTMLElement {
  return element('tr', { 'data-run': row.run, 'data-status': row.status },
    element('th', { scope: 'row' }, element('span', { class: 'letter' }, swatch(style), row.letter)),
    element('td', {}, templateLink(row, actions)),
    element('td', {}, row.method),
    element('td', { class: 'state' }, ...stateParts(row)),
    ...measureCells(row.measures).map((text) => element('td', { class: 'number' }, text)),
    element('td', {}, element('div', { class: 'actions' }, ...rowButtons(row, actions))));
}

function templateLink(row: ComparisonRow, actions: RowActions): HTMLElement {
  const link = element('button', { class: 'link', title: 'Open the template', 'data-focus': `template ${row.run}` }, row.template);
  link.addEventListener('click', () => actions.openTemplate(row.run));
  return link;
}

/** A short piece of the run's line, dashes and all. */
function swatch({ colour, dash }: LineStyle): SVGSVGElement {
  const namespace = 'http://www.w3.org/2000/svg';
  const picture = document.createElementNS(namespace, 'svg');
  picture.setAttribute('viewBox', '0 0 28 10');
  picture.setAttribute('class', 'swatch');
  picture.setAttribute('aria-hidden', 'true');
  const line = document.createElementNS(namespace, 'line');
  for (const [name, value] of Object.entries({ x1: '0', x2: '28', y1: '5', y2: '5', stroke: colour, 'stroke-width': '2.5', 'stroke-dasharray': dash.join(' ') })) {
    line.setAttribute(name, value);
  }
  picture.append(line);
  return picture;
}

function stateParts(row: ComparisonRow): readonly (Node | string)[] {
  if (row.status === 'done') return ['done'];
  if (row.status !== 'running' || row.progress.steps === 0) return [row.state];
  const bar = element('progress', { max: String(row.progress.steps), value: String(row.progress.step), 'aria-label': `Progress of run ${row.letter}` });
  return [bar, element('span', {}, row.state)];
}

function rowButtons(row: ComparisonRow, actions: RowActions): readonly HTMLElement[] {
  const named = (label: string, press: () => void) => {
    const made = button(label, press);
    made.setAttribute('aria-label', `${label} of run ${row.letter}`);
    made.setAttribute('data-focus', `${label} ${row.run}`);
    return made;
  };
  const active = row.status === 'running' || row.status === 'queued';
  return [
    ...(active ? [named('Stop', () => actions.stop(row.run))] : []),
    named('Log', () => actions.showLog(row.run)),
  ];
}

function majorityLine(row: MajorityRow): HTMLElement {
  const [, ...others] = measureHeadings;
  return element('tr', { class: 'baseline' },
    element('th', { scope: 'row' }, '–'),
    element('td', { colspan: '3', class: 'words' }, `Always “${row.label}”, the most frequent label of ${count(row.n)} ${row.split} rows`),
    element('td', { class: 'number' }, rate(row.accuracy)),
    ...others.map(() => element('td', { class: 'number' }, '–')),
    element('td'));
}

/** The table as Markdown, for a note or an issue. */
export function tableAsMarkdown(state: ComparisonState): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  const headings = ['Run', 'Template', 'Method', 'State', ...measureHeadings];
  const dash = measureHeadings.slice(1).map(() => '–');
  return [
    line(headings),
    line(headings.map((_, index) => (index < 4 ? '---' : '---:'))),
    ...state.rows.map((row) => line([row.letter, row.template, row.method, row.state || row.status, ...measureCells(row.measures)])),
    ...state.majorities.map((row) => line(['–', `always “${row.label}”`, '–', '–', rate(row.accuracy), ...dash])),
  ].join('\n');
}
