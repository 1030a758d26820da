import * as l10n from '@vscode/l10n';
import { isolated } from '../../src/words/isolateText';
import { count, fraction, missing } from '../../src/words/formatNumbers';
import type { Majority } from '../../src/views/comparison/contract';
import { element } from '../element';
import { focusable } from '../redraw';
import { answersOf } from './answers';
import { decidingColumn, shownColumns, sorted, type Column } from './columns';
import { studyLine, type Editing } from './studyLine';
import type { PageActions, PageView } from './view';

/** The table of the summary: a line a study, then what always answering the most frequent label would give. */
export function summaryTable(view: PageView, editing: Editing): HTMLElement {
  const { state, look } = view;
  const shown = shownColumns(view);
  const rows = sorted(state, look.sort, (key) => answersOf(view, key));
  const head = element(
    'tr',
    {},
    sortHeading({ key: 'name', title: l10n.t`Run` }, view, editing.actions),
    ...shown.map((column) => sortHeading({ key: column.key, title: column.title, column }, view, editing.actions)),
    element('th', { scope: 'col', class: 'actions' }, element('span', { class: 'hidden' }, l10n.t`Actions`)),
  );
  return element(
    'table',
    { class: 'summary' },
    element('caption', { class: 'hidden' }, l10n.t`Methods, variants and studies with their results`),
    element('thead', {}, head),
    element(
      'tbody',
      {},
      ...rows.map((row) => studyLine(row, view, { shown, editing })),
      ...state.majorities.map((row) => majorityLine(row, shown)),
    ),
  );
}

interface Heading {
  readonly key: string;
  readonly title: string;
  /** The column of numbers below it, if it is one. */
  readonly column?: Column;
}

/** A heading that sorts: first the best or the first, then the other way, then as it was. */
function sortHeading({ key, title, column }: Heading, { look: { sort } }: PageView, actions: PageActions): HTMLElement {
  const mine = sort?.column === key ? sort : null;
  const control = focusable(
    `sort ${key}`,
    element(
      'button',
      { class: 'link heading', title: column ? l10n.t`${title}: ${column.meaning}` : l10n.t`By name` },
      ...wordsOf(title),
      element('span', { class: 'arrow', 'aria-hidden': 'true' }, mine ? (mine.down ? ' ↓' : ' ↑') : ''),
    ),
  );
  const downFirst = column !== undefined;
  control.addEventListener('click', () =>
    actions.look({
      sort: !mine
        ? { column: key, down: downFirst }
        : mine.down === downFirst
          ? { column: key, down: !downFirst }
          : null,
    }),
  );
  return element(
    'th',
    {
      scope: 'col',
      class: column ? 'number' : 'pinned',
      'aria-sort': mine ? (mine.down ? 'descending' : 'ascending') : 'none',
    },
    control,
  );
}

/** The words of a heading, each as wide as it is up to a limit, where it breaks. */
function wordsOf(title: string): readonly (Node | string)[] {
  return title.split(' ').flatMap((word, i) => [...(i > 0 ? [' '] : []), element('span', { class: 'word' }, word)]);
}

function majorityLine(row: Majority, shown: readonly Column[]): HTMLElement {
  const name = l10n.t`Always “${isolated(row.label)}”`;
  const what = l10n.t`the most frequent label of ${count(row.n)} ${row.split} rows`;
  return element(
    'tr',
    { class: 'majority' },
    element(
      'th',
      { scope: 'row', class: 'pinned', title: l10n.t`${name}: ${what}` },
      element(
        'div',
        { class: 'name' },
        element(
          'div',
          { class: 'title' },
          element('span', { class: 'clamped' }, name),
          element('div', { class: 'state clamped' }, what),
        ),
      ),
    ),
    ...shown.map(({ key }) =>
      element('td', { class: 'number' }, key === decidingColumn ? fraction(row.accuracy) : missing),
    ),
    element('td', { class: 'actions' }),
  );
}
