import * as l10n from '@vscode/l10n';
import { asMarkdown } from '../../src/words/writeTable';
import type { StudyRow } from '../../src/views/comparison/contract';
import { createActionMenu } from '../actionMenu';
import { button, checkBox, labelledDropDown } from '../controls';
import { element } from '../element';
import { createRedraw, focusable } from '../redraw';
import { filledColumns } from './columns';
import { methodsTable } from './methodsTable';
import { showMoreAtSides } from '../moreAtSides';
import type { Renaming } from './studyLine';
import { plainTable, reportOn } from './summaryExports';
import { summaryTable } from './summaryTable';
import { studyTitle, type PageActions, type PageView, type Section } from './view';

/** The summary: a line a study, and what it is compared with. */
export function createSummary(actions: PageActions): Section {
  const bar = element('div', { class: 'toolbar', role: 'group', 'aria-label': l10n.t`The summary` });
  const chooser = element('details', { class: 'chooser' });
  const table = element('div', {
    class: 'scroll summary-scroll',
    tabindex: '0',
    role: 'region',
    'aria-label': l10n.t`Results`,
  });
  const menu = createActionMenu();
  const methods = element('details', { class: 'methods' });
  const root = element('div', {}, bar, chooser, table, methods, menu.root);
  const [drawBar, drawChooser, drawTable, drawMethods] = [bar, chooser, table, methods].map(createRedraw) as [
    Redraw,
    Redraw,
    Redraw,
    Redraw,
  ];
  let renaming: Renaming | undefined;
  let latest: PageView | undefined;

  const rename = (row: StudyRow | undefined): void => {
    const before = renaming?.key;
    renaming = row && { key: row.key, text: row.givenName };
    if (latest) show(latest);
    const to = row ? `name ${row.key}` : `actions ${before}`;
    table.querySelector<HTMLElement>(`[data-focus="${CSS.escape(to)}"]`)?.focus();
  };
  showMoreAtSides(table);
  const show = (view: PageView): void => {
    latest = view;
    const { state, answers, look, theme } = view;
    drawBar(
      [state.studies.map(({ key, badge, name, results }) => [key, badge, name, results !== null]), state.baseline],
      () => barOf(view, actions, () => latest ?? view),
    );
    drawChooser([look.hidden, filledColumns(view).map(({ key }) => key)], () => chooserOf(view, actions));
    drawTable(
      [
        state.studies,
        state.majorities,
        state.baseline,
        answers?.token,
        answers?.studies,
        look.sort,
        look.hidden,
        theme.series,
        renaming?.key,
      ],
      () => [summaryTable(view, { actions, menu, renaming, rename })],
    );
    drawMethods([state.studies, look.methods], () => [
      element('summary', {}, l10n.t`What the methods are, and when to use which`),
      methodsTable(state),
    ]);
    methods.open = look.methods;
  };
  methods.addEventListener('toggle', () => {
    if (latest && methods.open !== latest.look.methods) actions.look({ methods: methods.open });
  });
  return { root, show };
}

type Redraw = ReturnType<typeof createRedraw>;

/** @param latest the view as it is when a button is pressed */
function barOf(view: PageView, actions: PageActions, latest: () => PageView): readonly HTMLElement[] {
  const { studies, baseline } = view.state;
  const measured = studies.filter(({ results }) => results);
  return [
    ...(measured.length > 1
      ? [
          labelledDropDown(
            l10n.t`Baseline`,
            measured.map((study) => ({ key: study.key, name: studyTitle(study) })),
            baseline,
            (key) => actions.baseline(key),
          ),
        ]
      : []),
    ...(measured.length > 0
      ? [
          focusable(
            'report',
            button(l10n.t`Export Report`, () => actions.tell('exportReport', reportOn(latest())), 'primary'),
          ),
        ]
      : []),
    focusable(
      'markdown',
      button(l10n.t`Copy as Markdown`, () =>
        actions.tell('copyText', { text: asMarkdown(plainTable(latest())), what: l10n.t`Table` }),
      ),
    ),
    focusable(
      'csv',
      button('CSV', () => actions.tell('exportTable', { format: 'csv' })),
    ),
    focusable(
      'json',
      button('JSON', () => actions.tell('exportTable', { format: 'json' })),
    ),
  ];
}

function chooserOf(view: PageView, actions: PageActions): readonly Node[] {
  const { look } = view;
  const boxes = filledColumns(view).map(({ key, title }) =>
    focusable(
      `column ${key}`,
      checkBox(title, !look.hidden.includes(key), (shown) =>
        actions.look({ hidden: shown ? look.hidden.filter((other) => other !== key) : [...look.hidden, key] }),
      ),
    ),
  );
  return [
    element('summary', {}, l10n.t`Columns`),
    element('div', { class: 'boxes', role: 'group', 'aria-label': l10n.t`Columns shown` }, ...boxes),
  ];
}
