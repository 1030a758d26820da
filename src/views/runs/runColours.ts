import { isText, listOf, nullable, type Guard } from '../../channel/guards';

/** Hues of the editor's chart colours (`charts.blue` …), in the order in which runs get them. */
export const hues = ['blue', 'orange', 'green', 'purple', 'red', 'yellow'] as const;
export type Hue = (typeof hues)[number];

/**
 * The runs chosen for comparison, by id. Each keeps its position, and with it badge and colour, while it is chosen;
 * null is a position that a run has left and that the next one takes.
 */
export type ChosenRuns = readonly (string | null)[];

/** How a chosen run is marked wherever it is shown: tree, table and every chart. */
export interface RunMark {
  /** Position among the chosen runs, from 0; beyond six runs hues repeat and dashes distinguish them. */
  readonly colourIndex: number;
  /** A, B, … */
  readonly badge: string;
  readonly hue: Hue;
}

export const isChosenRuns: Guard<ChosenRuns> = listOf(nullable(isText));

/** The chosen runs with one more, at the first free position. */
export function chooseRun(chosen: ChosenRuns, run: string): ChosenRuns {
  if (chosen.includes(run)) return chosen;
  const free = chosen.indexOf(null);
  return free < 0 ? [...chosen, run] : chosen.map((other, position) => (position === free ? run : other));
}

/** The chosen runs without one; the others keep their positions. */
export function leaveRun(chosen: ChosenRuns, run: string): ChosenRuns {
  const left = chosen.map((other) => (other === run ? null : other));
  while (left.at(-1) === null) left.pop();
  return left;
}

/** Badge and colour of a run; undefined while it is not chosen. */
export function markOf(chosen: ChosenRuns, run: string): RunMark | undefined {
  const position = chosen.indexOf(run);
  return position < 0 ? undefined : markAt(position);
}

/** Badge and colour of a position among the chosen runs. */
export function markAt(colourIndex: number): RunMark {
  return { colourIndex, badge: badgeAt(colourIndex), hue: hues[colourIndex % hues.length]! };
}

/** A, B, … Z, AA, AB, … */
function badgeAt(index: number): string {
  const last = String.fromCharCode(65 + (index % 26));
  return index < 26 ? last : badgeAt(Math.floor(index / 26) - 1) + last;
}
