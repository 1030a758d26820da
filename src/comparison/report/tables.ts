import { h, type Child, type Html } from '../../html';

/** A table that scrolls sideways where it is too wide. */
export function wideTable(kind: string, headings: readonly Child[], rows: readonly Html[]): Html {
  return h(
    'div',
    { class: 'wide' },
    h('table', { class: kind }, [
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          headings.map((heading) => h('th', { scope: 'col' }, heading)),
        ),
      ),
      h('tbody', {}, rows),
    ]),
  );
}

/** A row with its heading and a cell for each other column. */
export function tableRow(heading: Child, cells: readonly Child[], kind?: string): Html {
  return h('tr', { class: kind }, [h('th', { scope: 'row' }, heading), cells.map((cell) => h('td', {}, cell))]);
}

/** A second line of a cell, in small; nothing for an empty text. */
export function below(text: string): Child {
  return text === '' ? null : [h('br', {}), quiet(text)];
}

/** What is said in passing. */
export function quiet(content: Child): Html {
  return h('span', { class: 'quiet' }, content);
}
