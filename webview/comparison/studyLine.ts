import * as l10n from '@vscode/l10n';
import { missing } from '../../src/words/formatNumbers';
import type { StudyRow } from '../../src/views/comparison/contract';
import { trains } from '../../src/views/comparison/contract';
import { menuButton, type ActionMenu, type MenuEntry } from '../actionMenu';
import { textField } from '../controls';
import { element } from '../element';
import { focusable } from '../redraw';
import { answersOf } from './answers';
import type { Column } from './columns';
import { studyMark, type PageActions, type PageView } from './view';

/** A name that is being written: of which study, and what stands there so far. */
export interface Renaming {
  readonly key: string;
  text: string;
}

/** What a line of the summary lets a person change. */
export interface Editing {
  readonly actions: PageActions;
  readonly menu: ActionMenu;
  readonly renaming: Renaming | undefined;
  /** Begins to write the name of a study, or ends it. */
  rename(row: StudyRow | undefined): void;
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
    element('td', { class: 'actions' }, actionsButton(row, editing)),
  );
}

/** A difference gets a colour and an arrow only where its interval leaves zero out. */
function cellOf(
  column: Column,
  row: StudyRow,
  { view, text }: { readonly view: PageView; readonly text: string },
): HTMLElement {
  const numberCell = (...content: readonly (Node | string)[]) => element('td', { class: 'number' }, ...content);
  const quietCell = (...content: readonly (Node | string)[]) => element('td', { class: 'number quiet' }, ...content);
  if (column.key !== 'difference')
    return text === missing && column.key === 'size' && !view.answers && trains(row.method)
      ? quietCell('…')
      : numberCell(...inLines(text));
  if (view.state.baseline === row.key) return quietCell(l10n.t`baseline`);
  const answers = answersOf(view, row.key);
  if (!answers) return quietCell(row.results && !view.answers ? '…' : missing);
  const { difference } = answers;
  if (!difference) return quietCell(element('span', { title: answers.withoutDifference }, missing));
  const arrow = { better: '▲ ', worse: '▼ ', unclear: '', unsaid: '' }[difference.verdict];
  return element(
    'td',
    { class: `number difference-cell ${difference.verdict}`, title: difference.sentence },
    element('span', { 'aria-hidden': 'true' }, arrow),
    ...inLines(text),
    element('span', { class: 'hidden' }, `. ${difference.sentence}`),
  );
}

/** An interval stands below its number, so that a column is no wider than it must be. */
function inLines(text: string): readonly (Node | string)[] {
  const at = text.indexOf(' [');
  if (at < 0) return [text];
  return [`${text.slice(0, at)} `, element('span', { class: 'range' }, text.slice(at + 1))];
}

function nameParts(row: StudyRow, view: PageView, editing: Editing): HTMLElement {
  if (editing.renaming?.key === row.key) return renameField(row, editing.renaming, editing);
  const link = focusable(
    `template ${row.key}`,
    element(
      'button',
      { class: 'link', title: l10n.t`${row.name}: open the template` },
      element('span', { class: 'clamped' }, row.name),
    ),
  );
  link.addEventListener('click', () => editing.actions.tell('openTemplate', { run: row.runs[0]!.run }));
  const below = [
    `${row.template} · ${row.method}`,
    ...(view.state.older ? [row.created.slice(0, 16).replace('T', ' ')] : []),
  ].join(' · ');
  return element(
    'div',
    { class: 'title' },
    link,
    element(
      'div',
      { class: 'below' },
      element('span', { class: 'quiet clamped', title: below }, below),
      ...(row.older === ''
        ? []
        : [element('span', { class: 'older', title: l10n.t`Changed since: ${row.older}` }, l10n.t`Of an older text`)]),
    ),
    ...stateParts(row),
  );
}

function renameField(row: StudyRow, renaming: Renaming, { actions, rename }: Editing): HTMLElement {
  const field = focusable(
    `name ${row.key}`,
    textField(l10n.t`Name of ${row.badge}`, renaming.text, (text) => {
      renaming.text = text;
    }),
  );
  field.setAttribute('placeholder', `${row.template} ${row.method}`);
  const done = (keep: boolean): void => {
    rename(undefined);
    if (keep && field.value.trim() !== row.givenName)
      actions.tell('rename', { runs: row.runs.map(({ run }) => run), name: field.value.trim() });
  };
  field.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' && event.key !== 'Escape') return;
    // The key would press the button that has the focus next.
    event.preventDefault();
    done(event.key === 'Enter');
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
        'aria-label': l10n.t`Star ${row.badge}`,
        title: row.starred ? l10n.t`Take the star away` : l10n.t`Star`,
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
function stateParts(row: StudyRow): readonly HTMLElement[] {
  if (row.state === '') return [];
  const words = element('span', { class: 'clamped' }, row.state);
  if (row.status !== 'running' || row.progress.steps === 0)
    return [element('div', { class: 'state', title: row.state }, words)];
  const bar = element('progress', {
    max: String(row.progress.steps),
    value: String(row.progress.step),
    'aria-label': l10n.t`Progress of ${row.badge}`,
  });
  return [element('div', { class: 'state', title: row.state }, bar, words)];
}

function actionsButton(row: StudyRow, editing: Editing): HTMLElement {
  const name = l10n.t`Actions of run ${row.badge}`;
  return focusable(
    `actions ${row.key}`,
    menuButton(name, (button) => editing.menu.open(button, name, entriesOf(row, editing))),
  );
}

/** What can be done with the runs of a study, the most urgent first. */
function entriesOf(row: StudyRow, { actions, rename }: Editing): readonly MenuEntry[] {
  const active = row.runs.find(({ status }) => status === 'running' || status === 'queued');
  const cut = row.runs.find(({ status }) => status === 'lost' || status === 'failed' || status === 'stopped');
  const entry = (label: string, press: () => void): MenuEntry => ({ label, press });
  return [
    ...(active ? [entry(l10n.t`Stop`, () => actions.tell('stop', { run: active.run }))] : []),
    ...(cut ? [entry(l10n.t`Resume`, () => actions.tell('resume', { run: cut.run }))] : []),
    ...(row.missingSeeds > 0
      ? [
          entry(row.missingSeeds === 1 ? l10n.t`Train One More Seed` : l10n.t`Train Two More Seeds`, () =>
            actions.tell('trainMoreSeeds', { run: row.runs[0]!.run, count: row.missingSeeds }),
          ),
        ]
      : []),
    ...(row.older === ''
      ? []
      : [entry(l10n.t`Show That Text`, () => actions.tell('showText', { run: row.results!.runs[0]! }))]),
    entry(l10n.t`Rename`, () => rename(row)),
    // Answers that were only measured have no log.
    ...(row.method === 'answers'
      ? []
      : [entry(l10n.t`Show Log`, () => actions.tell('showLog', { run: (active ?? row.runs.at(-1)!).run }))]),
  ];
}
