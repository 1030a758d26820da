import * as l10n from '@vscode/l10n';
import { button } from '../../controls';
import { element } from '../../element';
import { focusable } from '../../redraw';
import { svgFile } from '../../svg';
import { count, missing, plainNumber } from '../../../src/words/formatNumbers';
import { asCsv, asJson, type Cell, type Table } from '../../../src/words/writeTable';
import type { PageActions, PageView } from '../view';

/** A figure with the numbers behind it. */
export interface Figure {
  readonly key: string;
  readonly title: string;
  /** What is to be seen, in a sentence or two, for those who do not see it and for those who do. */
  readonly summary: string;
  readonly drawing: Node;
  /** The same as lines and shapes, where what is on the page is a canvas or a table. */
  readonly vector?: () => SVGElement;
  readonly table: Table;
  /** How it is to be read; shown below the title. */
  readonly note?: string;
  readonly controls?: readonly HTMLElement[];
}

/** The figure with what can be done with it: look at its numbers, take them away, take the drawing away. */
export function figureOf(figure: Figure, { look }: Pick<PageView, 'look'>, actions: PageActions): HTMLElement {
  const { key, title, summary, drawing, vector, table, note, controls = [] } = figure;
  const asTable = look.tables.includes(key);
  const named = (name: string, label: string, press: () => void): HTMLElement => {
    const made = button(name, press);
    made.setAttribute('aria-label', label);
    return focusable(`${key} ${name}`, made);
  };
  const drawn =
    drawing instanceof SVGElement
      ? drawing
      : drawing instanceof Element
        ? drawing.querySelector<SVGElement>('svg.drawing')
        : null;
  if (drawing instanceof SVGElement) {
    drawing.setAttribute('role', 'img');
    drawing.setAttribute('aria-label', summary);
  }
  return element(
    'section',
    { class: 'figure', 'data-figure': key, 'aria-label': title },
    element('h2', {}, title),
    ...(note ? [element('p', { class: 'quiet' }, note)] : []),
    element(
      'div',
      { class: 'toolbar', role: 'group', 'aria-label': title },
      ...controls,
      named(
        asTable ? l10n.t`Figure` : l10n.t`Table`,
        asTable ? l10n.t`Figure of ${title}` : l10n.t`Table of ${title}`,
        () => actions.look({ tables: asTable ? look.tables.filter((other) => other !== key) : [...look.tables, key] }),
      ),
      named('CSV', l10n.t`CSV of ${title}`, () =>
        actions.tell('openDocument', { language: 'csv', content: asCsv(table) }),
      ),
      named('JSON', l10n.t`JSON of ${title}`, () =>
        actions.tell('openDocument', { language: 'json', content: asJson(table) }),
      ),
      ...((drawn || vector) && !asTable
        ? [
            named('SVG', l10n.t`SVG of ${title}`, () =>
              actions.tell('openDocument', {
                language: 'xml',
                content: drawn ? svgFile(drawn) : styledFile(vector!()),
              }),
            ),
          ]
        : []),
    ),
    asTable
      ? tableOf(title, table)
      : element(
          'div',
          { class: 'scroll drawn', tabindex: '0', role: 'region', 'aria-label': l10n.t`${title}, drawn` },
          drawing,
        ),
    element(
      'p',
      { class: drawing instanceof SVGElement ? 'hidden' : 'quiet' },
      drawing instanceof SVGElement ? '' : summary,
    ),
  );
}

/**
 * The file of a drawing that is not on the page.
 * It is there for a moment, out of sight, so that the style sheet gives it its colours.
 */
function styledFile(drawing: SVGElement): string {
  const carrier = element('div', { class: 'hidden', 'aria-hidden': 'true' }, drawing);
  document.body.append(carrier);
  try {
    return svgFile(drawing);
  } finally {
    carrier.remove();
  }
}

/** A plain table as one of HTML. */
export function tableOf(title: string, { headings, rows }: Table): HTMLElement {
  const numeric = headings.map((_, column) => rows.every((row) => typeof row[column] !== 'string'));
  return element(
    'div',
    { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': l10n.t`Numbers of ${title}` },
    element(
      'table',
      { class: 'plain' },
      element('caption', { class: 'hidden' }, title),
      element(
        'thead',
        {},
        element(
          'tr',
          {},
          ...headings.map((heading, column) =>
            element('th', { scope: 'col', ...(numeric[column] && { class: 'number' }) }, heading),
          ),
        ),
      ),
      element(
        'tbody',
        {},
        ...rows.map((row) =>
          element(
            'tr',
            {},
            ...row.map((cell, column) =>
              column === 0
                ? element('th', { scope: 'row' }, textOf(cell))
                : element('td', numeric[column] ? { class: 'number' } : {}, textOf(cell)),
            ),
          ),
        ),
      ),
    ),
  );
}

function textOf(cell: Cell): string {
  if (cell === null || cell === undefined) return missing;
  return typeof cell === 'string' ? cell : Number.isInteger(cell) ? count(cell) : plainNumber(cell, 4);
}
