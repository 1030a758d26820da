import { inSlices } from '../../slices';
import { createRowSearch, type RowQuestion, type RowSearch } from './rowSearch';
import type { RowStore } from './rowStore';

/** The rows that answer a question, kept up to date while rows come. */
export interface FoundRows {
  /** Positions in the table, in the order in which they are shown; none until the first rows of a table were found. */
  readonly positions: Uint32Array;
  /** Begins with another table, or with none. */
  open(store: RowStore | undefined): void;
  /** Looks for other rows; what was found stays until they are. */
  ask(question: RowQuestion): void;
  /** Looks through the rows that have come to the table since. */
  more(): void;
}

/** @param changed is called with whether the positions before are still the first */
export function createFoundRows(changed: (grown: boolean) => void): FoundRows {
  let store: RowStore | undefined;
  let search: RowSearch | undefined;
  let question: RowQuestion | undefined;
  /** Ascending, of so many rows as were looked through. */
  let matching: Uint32Array = new Uint32Array();
  let looked = 0;
  let positions: Uint32Array = new Uint32Array();
  let stop: (() => void) | undefined;

  const forget = (): void => {
    stop?.();
    [matching, looked, stop] = [new Uint32Array(), 0, undefined];
  };

  const look = (): void => {
    if (!store || !search || !question) return;
    const [rows, from, until] = [store, looked, store.loaded];
    let ended = false;
    const stopThis = inSlices(shownRows(search, { question, from, before: matching }), (result) => {
      ended = true;
      stop = undefined;
      looked = until;
      [matching, positions] = [result.matching, result.shown];
      changed(from > 0 && result.shown === result.matching);
      if (rows === store && rows.loaded > until) look();
    });
    if (!ended) stop = stopThis;
  };

  return {
    get positions() {
      return positions;
    },
    open(next) {
      forget();
      store = next;
      search = next && createRowSearch(next);
      positions = new Uint32Array();
    },
    ask(next) {
      forget();
      question = next;
      look();
    },
    more() {
      if (!stop) look();
    },
  };
}

interface ShownRows {
  readonly question: RowQuestion;
  /** The first row that was not looked at yet, and those found among the rows before it. */
  readonly from: number;
  readonly before: Uint32Array;
}

/** The rows that answer a question, ascending and as they are shown. */
function* shownRows(
  search: RowSearch,
  { question, from, before }: ShownRows,
): Generator<void, { readonly matching: Uint32Array; readonly shown: Uint32Array }> {
  const more = yield* search.find(question, from);
  const matching = new Uint32Array(before.length + more.length);
  matching.set(before);
  matching.set(more, before.length);
  return { matching, shown: yield* search.order(question, matching) };
}
