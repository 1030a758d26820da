import type { Majority, StudyRow } from '../../src/views/comparison/contract';
import { button, checkBox, labelledDropDown, textField } from '../controls';
import { element } from '../element';
import { createRedraw, focusable } from '../redraw';
import { columns, sorted, type Column } from './columns';
import { methodsTable } from './methodsTable';
import { count, missing, fraction } from '../../src/formatNumbers';
import { asMarkdown, type Table } from '../../src/writeTable';
import { answersOf } from './answers';
import { studyMark, studyTitle, type PageActions, type PageView, type Section } from './view';

/** The summary: a line a study, and what it is measured against. */
export function createSummary(actions: PageActions): Section {
  const bar = element('div', { class: 'toolbar', role: 'group', 'aria-label': 'The summary' });
  const chooser = element('details', { class: 'chooser' });
  const table = element('div');
  const methods = element('details', { class: 'methods' });
  const place = element('div', {}, bar, chooser, table, methods);
  const [drawBar, drawChooser, drawTable, drawMethods] = [bar, chooser, table, methods].map(createRedraw) as [
    Redraw,
    Redraw,
    Redraw,
    Redraw,
  ];
  let renaming: string | undefined;
  let latest: PageView | undefined;

  const rename = (key: string | undefined): void => {
    renaming = key;
    if (latest) show(latest);
    if (key !== undefined) table.querySelector<HTMLElement>('vscode-text-field')?.focus();
  };
  const show = (view: PageView): void => {
    latest = view;
    const { state, answers, look, theme } = view;
    drawBar(
      [state.studies.map(({ key, badge, name, results }) => [key, badge, name, results !== null]), state.baseline],
      () => barOf(view, actions, () => latest ?? view),
    );
    drawChooser(look.hidden, () => chooserOf(view, actions));
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
        renaming,
      ],
      () => [summaryTable(view, { actions, renaming, rename })],
    );
    drawMethods([state.studies, look.methods], () => [
      element('summary', {}, 'What the methods are, and when to use which'),
      methodsTable(state),
    ]);
    methods.open = look.methods;
  };
  methods.addEventListener('toggle', () => {
    if (latest && methods.open !== latest.look.methods) actions.look({ methods: methods.open });
  });
  return { place, show };
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
            'Baseline',
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
            button('Export Report', () => actions.tell('exportReport', reportOn(latest())), 'primary'),
          ),
        ]
      : []),
    focusable(
      'markdown',
      button('Copy as Markdown', () =>
        actions.tell('copyText', { text: asMarkdown(plainTable(latest())), what: 'Table' }),
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

/** The report says the numbers of the page: the same runs against the same baseline. */
function reportOn(view: PageView): { readonly runs: readonly string[]; readonly baseline?: string } {
  const runs = measuredRuns(view);
  const baseline = view.state.studies
    .find(({ key }) => key === view.state.baseline)
    ?.runs.find(({ run }) => runs.includes(run))?.run;
  return { runs, ...(baseline !== undefined && { baseline }) };
}

/** Runs of the studies shown that have results. */
function measuredRuns({ state }: PageView): readonly string[] {
  return state.studies.flatMap(({ runs }) =>
    runs
      .filter(({ status, accuracy, loss }) => status === 'done' || accuracy !== null || loss !== null)
      .map(({ run }) => run),
  );
}

function chooserOf({ look }: PageView, actions: PageActions): readonly Node[] {
  const boxes = columns.map(({ key, title }) =>
    focusable(
      `column ${key}`,
      checkBox(title, !look.hidden.includes(key), (shown) =>
        actions.look({ hidden: shown ? look.hidden.filter((other) => other !== key) : [...look.hidden, key] }),
      ),
    ),
  );
  return [
    element('summary', {}, 'Columns'),
    element('div', { class: 'boxes', role: 'group', 'aria-label': 'Columns shown' }, ...boxes),
  ];
}

interface Editing {
  readonly actions: PageActions;
  readonly renaming: string | undefined;
  rename(key: string | undefined): void;
}

function summaryTable(view: PageView, editing: Editing): HTMLElement {
  const { state, look } = view;
  const shown = columns.filter(({ key }) => !look.hidden.includes(key));
  const rows = sorted(state.studies, look.sort, (key) => answersOf(view, key));
  const head = element(
    'tr',
    {},
    sortHeading('name', 'Run', view, editing.actions),
    ...shown.map((column) => sortHeading(column.key, column.title, view, editing.actions, column)),
    element('th', { scope: 'col' }, 'Actions'),
  );
  const table = element(
    'table',
    { class: 'summary' },
    element('caption', { class: 'hidden' }, 'Methods, variants and studies with their results'),
    element('thead', {}, head),
    element(
      'tbody',
      {},
      ...rows.map((row) => studyLine(row, view, { shown, editing })),
      ...state.majorities.map((row) => majorityLine(row, shown)),
    ),
  );
  return element('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Results' }, table);
}

/** A heading that sorts: first the best or the first, then the other way, then as it was. */
function sortHeading(
  ...[
    key,
    title,
    {
      look: { sort },
    },
    actions,
    column,
  ]: readonly [string, string, PageView, PageActions, Column?]
): HTMLElement {
  const mine = sort?.column === key ? sort : null;
  const control = focusable(
    `sort ${key}`,
    element(
      'button',
      { class: 'link heading', ...(column && { title: column.meaning }) },
      title,
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

function studyLine(
  row: StudyRow,
  view: PageView,
  { shown, editing }: { readonly shown: readonly Column[]; readonly editing: Editing },
): HTMLElement {
  const answers = answersOf(view, row.key);
  return element(
    'tr',
    {
      'data-study': row.key,
      'data-status': row.status,
      ...(view.state.baseline === row.key && { class: 'reference' }),
    },
    element(
      'th',
      { scope: 'row', class: 'pinned' },
      element(
        'div',
        { class: 'name' },
        starButton(row, editing.actions),
        studyMark(row, view.theme),
        nameParts(row, view, editing),
      ),
    ),
    ...shown.map((column) => cellOf(column, row, { view, text: column.text(row, answers) })),
    element('td', {}, element('div', { class: 'actions' }, ...rowButtons(row, editing))),
  );
}

/** A difference gets a colour and an arrow only where its interval leaves zero out. */
function cellOf(
  column: Column,
  row: StudyRow,
  { view, text }: { readonly view: PageView; readonly text: string },
): HTMLElement {
  if (column.key !== 'difference')
    return element(
      'td',
      { class: 'number' },
      text === missing && column.key === 'size' && !view.answers && row.method !== 'hard' ? '…' : text,
    );
  if (view.state.baseline === row.key) return element('td', { class: 'number quiet' }, 'baseline');
  const answers = answersOf(view, row.key);
  if (!answers) return element('td', { class: 'number quiet' }, row.results && !view.answers ? '…' : missing);
  const { difference } = answers;
  if (!difference)
    return element('td', { class: 'number quiet' }, element('span', { title: answers.withoutDifference }, missing));
  const arrow = { better: '▲ ', worse: '▼ ', unclear: '', unsaid: '' }[difference.verdict];
  return element(
    'td',
    { class: `number difference-cell ${difference.verdict}`, title: difference.sentence },
    ...inParts(text, arrow),
    element('span', { class: 'hidden' }, `. ${difference.sentence}`),
  );
}

/** The p value goes to a line of its own where there is no room for it; the arrow stays with its number. */
function inParts(text: string, arrow: string): readonly (Node | string)[] {
  const [estimate, p] = text.split(/ (?=p )/) as [string, string];
  return [
    element('span', { class: 'whole' }, element('span', { 'aria-hidden': 'true' }, arrow), estimate),
    ' ',
    element('span', { class: 'whole' }, p),
  ];
}

function nameParts(row: StudyRow, view: PageView, { actions, renaming, rename }: Editing): HTMLElement {
  if (renaming === row.key) return renameField(row, actions, rename);
  const link = focusable(
    `template ${row.key}`,
    element('button', { class: 'link', title: 'Open the template' }, row.name),
  );
  link.addEventListener('click', () => actions.tell('openTemplate', { run: row.runs[0]!.run }));
  const below = [
    `${row.template} · ${row.method}`,
    ...(view.state.older ? [row.created.slice(0, 16).replace('T', ' ')] : []),
  ].join(' · ');
  const state = stateParts(row);
  return element(
    'div',
    { class: 'title' },
    link,
    element('span', { class: 'quiet' }, below),
    ...(state.length > 0 ? [element('div', { class: 'state' }, ...state)] : []),
  );
}

function renameField(row: StudyRow, actions: PageActions, rename: Editing['rename']): HTMLElement {
  const field = textField(`Name of ${row.badge}`, row.givenName, () => undefined);
  field.setAttribute('placeholder', `${row.template} ${row.method}`);
  const done = (keep: boolean): void => {
    rename(undefined);
    if (keep && field.value.trim() !== row.givenName)
      actions.tell('rename', { runs: row.runs.map(({ run }) => run), name: field.value.trim() });
  };
  field.addEventListener('keydown', ({ key }) => {
    if (key === 'Enter' || key === 'Escape') done(key === 'Enter');
  });
  return element('div', { class: 'title' }, field);
}

function starButton(row: StudyRow, actions: PageActions): HTMLElement {
  const star = focusable(
    `star ${row.key}`,
    element(
      'button',
      {
        class: 'link star',
        'aria-pressed': String(row.starred),
        'aria-label': `Star ${row.badge}`,
        title: row.starred ? 'Take the star away' : 'Star',
      },
      row.starred ? '★' : '☆',
    ),
  );
  star.addEventListener('click', () =>
    actions.tell('star', { runs: row.runs.map(({ run }) => run), starred: !row.starred }),
  );
  return star;
}

/** What the runs are doing or what became of them; nothing for those that ended well. */
function stateParts(row: StudyRow): readonly (Node | string)[] {
  if (row.state === '') return [];
  if (row.status !== 'running' || row.progress.steps === 0) return [row.state];
  const bar = element('progress', {
    max: String(row.progress.steps),
    value: String(row.progress.step),
    'aria-label': `Progress of ${row.badge}`,
  });
  return [bar, element('span', {}, row.state)];
}

function rowButtons(row: StudyRow, { actions, rename }: Editing): readonly HTMLElement[] {
  const named = (label: string, press: () => void): HTMLElement => {
    const made = button(label, press);
    made.setAttribute('appearance', 'icon');
    made.setAttribute('aria-label', `${label} of run ${row.badge}`);
    return focusable(`${label} ${row.key}`, made);
  };
  const active = row.runs.find(({ status }) => status === 'running' || status === 'queued');
  const cut = row.runs.find(({ status }) => status === 'lost' || status === 'failed' || status === 'stopped');
  return [
    ...(active ? [named('Stop', () => actions.tell('stop', { run: active.run }))] : []),
    ...(cut ? [named('Resume', () => actions.tell('resume', { run: cut.run }))] : []),
    named('Rename', () => rename(row.key)),
    named('Log', () => actions.tell('showLog', { run: (active ?? row.runs.at(-1)!).run })),
  ];
}

function majorityLine(row: Majority, shown: readonly Column[]): HTMLElement {
  return element(
    'tr',
    { class: 'majority' },
    element(
      'th',
      { scope: 'row', class: 'pinned words' },
      `Always “${row.label}”`,
      element('div', { class: 'state' }, `the most frequent label of ${count(row.n)} ${row.split} rows`),
    ),
    ...shown.map(({ key }) =>
      element('td', { class: 'number' }, key === 'accuracy' ? fraction(row.accuracy) : missing),
    ),
    element('td'),
  );
}

/** The table as it is shown, for a note, an issue or a spreadsheet. */
export function plainTable(view: PageView): Table {
  const shown = columns.filter(({ key }) => !view.look.hidden.includes(key));
  return {
    headings: ['Run', 'Template', 'Method', 'State', ...shown.map(({ title }) => title)],
    rows: [
      ...sorted(view.state.studies, view.look.sort, (key) => answersOf(view, key)).map((row) => [
        `${row.badge} ${row.name}`,
        row.template,
        row.method,
        row.state || row.status,
        ...shown.map((column) =>
          column.key === 'difference' && row.key === view.state.baseline
            ? 'baseline'
            : column.text(row, answersOf(view, row.key)),
        ),
      ]),
      ...view.state.majorities.map((row) => [
        missing,
        `always “${row.label}”`,
        missing,
        missing,
        ...shown.map(({ key }) => (key === 'accuracy' ? fraction(row.accuracy) : missing)),
      ]),
    ],
  };
}
