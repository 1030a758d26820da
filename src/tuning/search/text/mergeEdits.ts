/** One stretch of a text that another has in its place. */
export interface Change {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** The shortest stretch in which two texts differ. */
export function changeBetween(before: string, after: string): Change {
  const shorter = Math.min(before.length, after.length);
  let from = 0;
  while (from < shorter && before[from] === after[from]) from++;
  let end = 0;
  while (end < shorter - from && before.at(-1 - end) === after.at(-1 - end)) end++;
  return { from, to: before.length - end, text: after.slice(from, after.length - end) };
}

/** Whether two changes leave at least one character between them, so that each stays what it is beside the other. */
const areApart = (one: Change, other: Change): boolean => one.to < other.from || other.to < one.from;

function applyChanges(before: string, changes: readonly Change[]): string {
  return [...changes]
    .sort((a, b) => b.from - a.from)
    .reduce((text, { from, to, text: fresh }) => text.slice(0, from) + fresh + text.slice(to), before);
}

/** How many edits are put together. */
const sizes: ReadonlySet<number> = new Set([2, 3, 4, 6]);

/**
 * Texts with several edits at once: of texts that each differ from `before` in one stretch, the best two, three, four
 * and six that lie apart.
 * @param ranked the best first
 */
export function mergeEdits(before: string, ranked: readonly string[]): readonly string[] {
  const chosen: Change[] = [];
  const merged: string[] = [];
  for (const change of ranked.map((after) => changeBetween(before, after))) {
    if (!chosen.every((other) => areApart(change, other))) continue;
    chosen.push(change);
    if (sizes.has(chosen.length)) merged.push(applyChanges(before, chosen));
  }
  return merged;
}
