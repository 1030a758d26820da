import * as l10n from '@vscode/l10n';

/**
 * The known name nearest to a misspelt one.
 * @returns undefined when none is near: within an edit distance of 2, or of a third of the name, and always of less
 *   than half
 */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.floor(name.length / 3)) + 1;
  for (const candidate of known) {
    if (Math.abs(candidate.length - name.length) >= bestDistance) continue;
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance && 2 * distance < Math.max(name.length, candidate.length))
      [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/** The end of a sentence: `; did you mean "x"?`, or a full stop where there is no suggestion. */
export function orNearest(suggestion: string | undefined): string {
  return suggestion === undefined ? l10n.t`.` : l10n.t`; did you mean "${suggestion}"?`;
}

/** Optimal string alignment distance: insertions, deletions, substitutions and swaps of neighbours. */
function editDistance(a: string, b: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const substitution = previous[column - 1]! + (a[row - 1] === b[column - 1] ? 0 : 1);
      let cost = Math.min(substitution, previous[column]! + 1, current[column - 1]! + 1);
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
        cost = Math.min(cost, beforePrevious[column - 2]! + 1);
      }
      current.push(cost);
    }
    [beforePrevious, previous] = [previous, current];
  }
  return previous[b.length]!;
}
