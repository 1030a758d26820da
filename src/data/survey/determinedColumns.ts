/** A column by name → the columns whose value it determines: each of its values comes with one of theirs alone. */
export type DeterminedColumns = ReadonlyMap<string, ReadonlySet<string>>;

export interface DeterminedColumnsSearch {
  /** Whether a further row may still say something. */
  readonly isOpen: boolean;
  /** @param row the values of a row as texts, those that it has */
  add(row: ReadonlyMap<string, string>): void;
  found(): DeterminedColumns;
}

/** Columns of a table that are compared with each other, at most. */
const mostColumns = 60;
/** Distinct values of a column that may determine another; more of them come once each, and then say nothing. */
const mostValues = 100;

/** How often each value comes again on average: those that hardly do determine whatever stands beside them. */
const comesAgain = 3;

/** What one column has said of another so far: the other's value for each of its own. */
interface Pair {
  readonly from: string;
  readonly to: string;
  readonly values: Map<string, string>;
  /** Rows in which a value came again. */
  repeated: number;
}

/** Looks, row by row, for columns that determine others; a pair that one row breaks is looked at no more. */
export function searchDeterminedColumns(): DeterminedColumnsSearch {
  const names: string[] = [];
  const pairs: Pair[] = [];
  const meet = (name: string): void => {
    if (names.length >= mostColumns || names.includes(name)) return;
    for (const other of names) pairs.push(pairOf(name, other), pairOf(other, name));
    names.push(name);
  };
  const search = searchPairs(pairs);
  return {
    isOpen: true,
    add(row) {
      for (const name of row.keys()) meet(name);
      search.add(row);
    },
    found: search.found,
  };
}

/** Looks, row by row, which of some columns determine another. */
export const searchTellingColumns = (columns: readonly string[], of: string): DeterminedColumnsSearch =>
  searchPairs(columns.filter((name) => name !== of).map((name) => pairOf(name, of)));

/** @param pairs those to look at, of which those that a row breaks are removed */
function searchPairs(pairs: Pair[]): DeterminedColumnsSearch {
  return {
    get isOpen() {
      return pairs.length > 0;
    },
    add(row) {
      for (let i = pairs.length - 1; i >= 0; i--) if (!holds(pairs[i]!, row)) pairs.splice(i, 1);
    },
    found() {
      const found = new Map<string, Set<string>>();
      for (const { from, to, repeated, values } of pairs) {
        if (repeated < comesAgain * values.size) continue;
        found.set(from, (found.get(from) ?? new Set()).add(to));
      }
      return found;
    },
  };
}

const pairOf = (from: string, to: string): Pair => ({ from, to, values: new Map(), repeated: 0 });

function holds(pair: Pair, row: ReadonlyMap<string, string>): boolean {
  const [own, other] = [row.get(pair.from), row.get(pair.to)];
  if (own === undefined || other === undefined) return true;
  const before = pair.values.get(own);
  if (before === undefined) {
    pair.values.set(own, other);
    return pair.values.size <= mostValues;
  }
  pair.repeated++;
  return before === other;
}
