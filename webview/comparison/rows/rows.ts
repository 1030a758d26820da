import * as l10n from '@vscode/l10n';
import type { RowDetail } from '../../../src/views/comparison/contract';
import { button, dropDown, textField, waiting } from '../../controls';
import { element } from '../../element';
import { createRedraw, focusable } from '../../redraw';
import { rowModes, type PageLook, type RowMode } from '../keptPage';
import { count, counted } from '../../../src/words/formatNumbers';
import { isOutdated, messageOf, studyMark, studyTitle, type PageActions, type PageView, type Section } from '../view';
import { createFoundRows } from './foundRows';
import { reference, rowDetail } from './rowDetail';
import { emptyCells, fillCells, tellWhole } from './rowCells';
import { createRowStore, type GrowingStore } from './rowStore';
import { createVirtualList } from './virtualList';

/** What the modes are called where each row is right or wrong. */
const modeNames: Readonly<Record<RowMode, string>> = {
  all: l10n.t`All`,
  different: l10n.t`Different only`,
  wrong: l10n.t`Wrong`,
  fixed: l10n.t`Fixed vs baseline`,
  broken: l10n.t`Broken vs baseline`,
};
/** The same where rows have scores: nothing is right or wrong then. */
const scoreModes: readonly (readonly [RowMode, string])[] = [
  ['all', l10n.t`All`],
  ['different', l10n.t`Different only`],
  ['fixed', l10n.t`Better than baseline`],
  ['broken', l10n.t`Worse than baseline`],
];

const hasScores = ({ state: { metric } }: PageView): boolean => metric !== null && !metric.binary;

/** The mode that was chosen; one that this comparison does not have is *All*. */
const modeOf = (view: PageView): RowMode =>
  hasScores(view) && view.look.rows.mode === 'wrong' ? 'all' : view.look.rows.mode;

/** Why no row is in sight, and what brings them back. */
function nothingFound(view: PageView): string {
  const { study, filter } = view.look.rows;
  const mode = modeOf(view);
  const chosen = view.state.studies.find(({ key }) => key === study);
  if (mode === 'all') return filter === '' ? l10n.t`No row.` : l10n.t`No row has the text “${filter}”.`;
  const why =
    mode === 'different'
      ? l10n.t`No row has answers that differ`
      : noneOf(hasScores(view) && mode !== 'wrong' ? scoreNames[mode] : mode, chosen && studyTitle(chosen));
  return filter === '' ? l10n.t`${why}.` : l10n.t`${why} and has the text “${filter}”.`;
}

const scoreNames = { fixed: 'better', broken: 'worse' } as const;

/** That no row is such. @param run title of the only one that is looked at */
function noneOf(what: 'wrong' | 'fixed' | 'broken' | 'better' | 'worse', run: string | undefined): string {
  switch (what) {
    case 'wrong':
      return run === undefined ? l10n.t`No row is wrong in any run` : l10n.t`No row is wrong in ${run}`;
    case 'fixed':
      return run === undefined
        ? l10n.t`No row is fixed against the baseline in any run`
        : l10n.t`No row is fixed against the baseline in ${run}`;
    case 'broken':
      return run === undefined
        ? l10n.t`No row is broken against the baseline in any run`
        : l10n.t`No row is broken against the baseline in ${run}`;
    case 'better':
      return run === undefined
        ? l10n.t`No row is better than the baseline in any run`
        : l10n.t`No row is better than the baseline in ${run}`;
    case 'worse':
      return run === undefined
        ? l10n.t`No row is worse than the baseline in any run`
        : l10n.t`No row is worse than the baseline in ${run}`;
  }
}

/** After the last key, before the rows are searched. */
const typingMilliseconds = 120;
const lineHeight = 28;

/** Row by row: what each study answered, which rows differ, which were fixed or broken. */
export function createRows(actions: PageActions): Section {
  const bar = element('div', { class: 'toolbar', role: 'group', 'aria-label': l10n.t`Which rows` });
  const status = element('p', { class: 'quiet', role: 'status' });
  const problem = element('p', { class: 'problem', role: 'alert', hidden: '' });
  const detail = element('div', { class: 'details' });
  const drawBar = createRedraw(bar);
  let view: PageView | undefined;
  let store: GrowingStore | undefined;
  let loading: string | undefined;
  let asked = '';
  let opened: RowDetail | undefined;
  let other = reference;
  let typing: ReturnType<typeof setTimeout> | undefined;

  const list = createVirtualList({
    label: l10n.t`Rows`,
    lineHeight,
    heading: () => (view && store ? headingCells(view, store.studies) : []),
    cells: () => emptyCells(store?.studies.length ?? 0),
    fill: (cells, index, widths) => {
      const position = found.positions[index];
      if (store && view && position !== undefined) fillCells(cells, store.row(position), { view, widths });
    },
    open: (index) => {
      if (store) void open(store.row(found.positions[index]!).number);
    },
    move: (at) => {
      if (view && at !== view.look.rows.at) lookAt({ at });
    },
  });
  list.root.hidden = true;
  list.root.addEventListener('pointerover', tellWhole);
  const root = element('div', {}, bar, problem, status, list.root, detail);

  const lookAt = (change: Partial<PageLook['rows']>): void => {
    if (view) actions.look({ rows: { ...view.look.rows, ...change } });
  };

  const say = (error: unknown): void => {
    if (isOutdated(error)) return;
    problem.textContent = messageOf(error);
    problem.hidden = false;
  };

  /** Fetches the table piece by piece; what has come can be looked at while the rest follows. */
  const load = async (token: string): Promise<void> => {
    if (loading === token) return;
    loading = token;
    store = undefined;
    found.open(undefined);
    problem.hidden = true;
    try {
      for (;;) {
        const chunk = await actions.call('rows', { token, from: store?.loaded ?? 0 });
        if (loading !== token) return;
        if (store) {
          store.add(chunk);
          found.more();
        } else {
          store = createRowStore(chunk);
          found.open(store);
          ask();
        }
        if (store.loaded >= store.total || chunk.inputs.length === 0) return;
      }
    } catch (error) {
      loading = undefined;
      say(error);
      status.textContent = '';
    }
  };

  const ask = (): void => {
    if (!view) return;
    const { study, filter } = view.look.rows;
    const { baseline, metric } = view.state;
    found.ask({ mode: modeOf(view), study, filter, baseline, metric });
  };

  /** @param grown whether the rows that were in sight are still the first */
  const tell = (grown: boolean): void => {
    if (!view || !store) return;
    const { loaded, total, studies } = store;
    const shown = found.positions.length;
    const said = l10n.t`${count(shown)} of ${counted(total, 'row')}`;
    if (loaded < total) status.textContent = l10n.t`${said} (${count(loaded)} of ${count(total)} read)`;
    else status.textContent = shown === 0 ? l10n.t`${said}. ${nothingFound(view)}` : said;
    const appears = list.root.hidden && shown > 0;
    list.root.hidden = shown === 0;
    list.root.style.setProperty('--studies', String(studies.length));
    if (grown && !appears) list.grow(shown);
    else list.show(shown, Math.min(view.look.rows.at, shown - 1));
  };
  const found = createFoundRows(tell);

  const open = async (row: number): Promise<void> => {
    if (!view?.state.token) return;
    lookAt({ open: row });
    try {
      opened = await actions.call('rowDetail', { token: view.state.token, row });
      drawDetail();
    } catch (error) {
      say(error);
    }
  };

  const close = (): void => {
    opened = undefined;
    lookAt({ open: null });
    drawDetail();
    list.focus();
  };

  const drawDetail = (): void => {
    const token = view?.state.token;
    const compare = (chosen: string): void => {
      other = chosen;
    };
    const parts = { actions, token: token ?? '', other, compare, close };
    detail.replaceChildren(...(opened && view && token ? [rowDetail(opened, view, parts)] : []));
    detail.scrollIntoView({ block: 'nearest' });
  };

  return {
    root,
    show(next) {
      view = next;
      const { state, look } = next;
      drawBar(
        [
          look.rows.mode,
          look.rows.study,
          state.baseline,
          state.metric,
          state.studies.map(({ key, name, badge }) => [key, name, badge]),
          state.token === null,
        ],
        () =>
          barOf(next, {
            lookAt,
            export: exportRows,
            type: (filter) => {
              clearTimeout(typing);
              typing = setTimeout(() => lookAt({ filter, at: 0 }), typingMilliseconds);
            },
          }),
      );
      if (!state.token) {
        status.textContent = l10n.t`No study has answers yet. Rows are shown when one has been measured.`;
        list.root.hidden = true;
        return;
      }
      if (loading !== state.token) {
        opened = undefined;
        detail.replaceChildren();
        status.replaceChildren(waiting(l10n.t`Reading the rows…`));
        asked = '';
        void load(state.token).then(() => {
          if (view?.look.rows.open !== null && view && !opened) void open(view.look.rows.open);
        });
        return;
      }
      const question = JSON.stringify([
        look.rows.mode,
        look.rows.study,
        look.rows.filter,
        state.baseline,
        state.metric,
        next.theme.series,
        state.studies.map(({ key, name }) => [key, name]),
      ]);
      if (question === asked) return;
      asked = question;
      ask();
    },
  };

  /** Every answer to the rows shown, whatever the line shows of it. */
  function exportRows(format: 'csv' | 'json'): void {
    if (!store) return;
    const rows = Array.from(found.positions, (at) => store!.row(at).number);
    actions.tell('exportRows', { token: store.token, rows, format });
  }
}

interface BarParts {
  lookAt(change: Partial<PageLook['rows']>): void;
  type(filter: string): void;
  export(format: 'csv' | 'json'): void;
}

function barOf(view: PageView, parts: BarParts): readonly HTMLElement[] {
  const {
    state,
    look: { rows },
  } = view;
  const chosen = modeOf(view);
  const shown = hasScores(view) ? scoreModes : rowModes.map((mode) => [mode, modeNames[mode]] as const);
  const asksStudy = chosen === 'wrong' || chosen === 'fixed' || chosen === 'broken';
  const studies = state.studies.filter(({ key, results }) => results && (chosen === 'wrong' || key !== state.baseline));
  const modes = element(
    'div',
    { class: 'modes', role: 'group', 'aria-label': l10n.t`Rows shown` },
    ...shown.map(([mode, name]) => {
      const made = focusable(
        `mode ${mode}`,
        element('button', { class: 'mode', 'aria-pressed': String(mode === chosen) }, name),
      );
      made.addEventListener('click', () => parts.lookAt({ mode, at: 0 }));
      return made;
    }),
  );
  const filter = textField(l10n.t`Filter by text`, rows.filter, parts.type);
  filter.setAttribute('placeholder', l10n.t`Filter by text`);
  return [
    modes,
    ...(asksStudy
      ? [
          focusable(
            'study',
            dropDown(
              l10n.t`Of which run`,
              [
                { key: 'any', name: l10n.t`Any run` },
                ...studies.map((study) => ({ key: study.key, name: studyTitle(study) })),
              ],
              rows.study,
              (study) => parts.lookAt({ study, at: 0 }),
            ),
          ),
        ]
      : []),
    focusable('filter', filter),
    focusable(
      'csv',
      button('CSV', () => parts.export('csv')),
    ),
    focusable(
      'json',
      button('JSON', () => parts.export('json')),
    ),
  ];
}

function titleOf({ state }: PageView, key: string): string {
  const study = state.studies.find((candidate) => candidate.key === key);
  return study ? studyTitle(study) : key;
}

function headingCells(view: PageView, studies: readonly string[]): readonly HTMLElement[] {
  const cell = (kind: string, ...content: readonly (Node | string)[]): HTMLElement =>
    element('span', { role: 'columnheader', class: kind }, ...content);
  // As for the cells below, there may be no room for all of it.
  const named = (kind: string, name: string): HTMLElement =>
    element('span', { role: 'columnheader', class: kind, title: name }, name);
  return [
    named('number', l10n.t`Row`),
    named('input', l10n.t`Input`),
    named('expected', l10n.t`Expected`),
    ...studies.map((key) => {
      const study = view.state.studies.find((candidate) => candidate.key === key);
      const made = cell(
        'answer',
        ...(study ? [studyMark(study, view.theme), element('span', { class: 'said' }, study.name)] : [key]),
      );
      made.title = titleOf(view, key);
      return made;
    }),
  ];
}
