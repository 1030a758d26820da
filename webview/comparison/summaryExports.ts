import * as l10n from '@vscode/l10n';
import { fraction, missing } from '../../src/words/formatNumbers';
import { stateWord } from '../../src/views/comparison/contract';
import type { Table } from '../../src/words/writeTable';
import { answersOf } from './answers';
import { decidingColumn, shownColumns, sorted } from './columns';
import type { PageView } from './view';

/** The report says the numbers of the page: the same runs against the same baseline. */
export function reportOn(view: PageView): { readonly runs: readonly string[]; readonly baseline?: string } {
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
      .filter(({ status, score, loss }) => status === 'done' || score !== null || loss !== null)
      .map(({ run }) => run),
  );
}

/** The table as it is shown, for a note, an issue or a spreadsheet. */
export function plainTable(view: PageView): Table {
  const shown = shownColumns(view);
  return {
    headings: [l10n.t`Run`, l10n.t`Template`, l10n.t`Method`, l10n.t`State`, ...shown.map(({ title }) => title)],
    rows: [
      ...sorted(view.state, view.look.sort, (key) => answersOf(view, key)).map((row) => [
        `${row.badge} ${row.name}`,
        row.template,
        row.method,
        row.state || stateWord(row.status),
        ...shown.map((column) =>
          column.key === 'difference' && row.key === view.state.baseline
            ? l10n.t`baseline`
            : column.text(row, answersOf(view, row.key)),
        ),
      ]),
      ...view.state.majorities.map((row) => [
        missing,
        l10n.t`always “${row.label}”`,
        missing,
        missing,
        ...shown.map(({ key }) => (key === decidingColumn ? fraction(row.accuracy) : missing)),
      ]),
    ],
  };
}
