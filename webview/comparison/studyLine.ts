import { missing } from '../../src/formatNumbers';
import type { StudyRow } from '../../src/views/comparison/contract';
import { trains } from '../../src/views/comparison/contract';
import { button, textField } from '../controls';
import { element } from '../element';
import { focusable } from '../redraw';
import { answersOf } from './answers';
import type { Column } from './columns';
import { studyMark, type PageActions, type PageView } from './view';

/** What a line of the summary lets a person change. */
export interface Editing {
  readonly actions: PageActions;
  /** Key of the study whose name is being written. */
  readonly renaming: string | undefined;
  rename(key: string | undefined): void;
}

/** A study as a line of the summary: its name and state, its numbers, and what can be done with its runs. */
export function studyLine(
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
      text === missing && column.key === 'size' && !view.answers && trains(row.method) ? '…' : text,
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
    ...(row.older === ''
      ? []
      : [element('div', { class: 'older', title: `Changed since: ${row.older}` }, 'Of an older text')]),
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
    ...(row.missingSeeds > 0
      ? [
          named(`Train ${row.missingSeeds === 1 ? 'One More Seed' : 'Two More Seeds'}`, () =>
            actions.tell('trainMoreSeeds', { run: row.runs[0]!.run, count: row.missingSeeds }),
          ),
        ]
      : []),
    ...(row.older === ''
      ? []
      : [named('Show That Text', () => actions.tell('showText', { run: row.results!.runs[0]! }))]),
    named('Rename', () => rename(row.key)),
    // Answers that were only measured have no log.
    ...(row.method === 'answers'
      ? []
      : [named('Log', () => actions.tell('showLog', { run: (active ?? row.runs.at(-1)!).run }))]),
  ];
}
