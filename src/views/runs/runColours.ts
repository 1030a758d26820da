import { isText, listOf, nullable, type Guard } from '../../channel/guards';

/** Hues of the editor's chart colours (`charts.blue` …), in the order in which runs get them. */
export const hues = ['blue', 'orange', 'green', 'purple', 'red', 'yellow'] as const;
export type Hue = (typeof hues)[number];

/**
 * The runs chosen for comparison, by id. Each keeps its place, and with it letter and colour, for as long as it is chosen;
 * null is a place that a run has left and the next one takes.
 */
export type ChosenRuns = readonly (string | null)[];

/** How a chosen run is marked wherever it is shown: tree, table and every chart. */
export interface RunMark {
  /** Place among the chosen runs, from 0; beyond six runs hues repeat and dashes tell them apart. */
  readonly place: number;
  readonly letter: string;
  readonly hue: Hue;
}

export const isChosenRuns: Guard<ChosenRuns> = listOf(nullable(isText));

/** The chosen runs with one more, at the first free place. */
export function chooseRun(chosen: ChosenRuns, run: string): ChosenRuns {
  if (chosen.includes(run)) return chosen;
  const free = chosen.indexOf(null);
  return free < 0 ? [...chosen, run] : chosen.map((other, place) => (place === free ? run : other));
}

/** The chosen runs without one; the others keep their places. */
export function leaveRun(chosen: ChosenRuns, run: string): ChosenRuns {
  const left = chosen.map((other) => (other === run ? null : other));
  while (left.at(-1) === null) left.pop();
  return left;
}

/** Letter and colour of a run; nothing while it is not chosen. */
export function markOf(chosen: ChosenRuns, run: string): RunMark | undefined {
  const place = chosen.indexOf(run);
  return place < 0 ? undefined : markAt(place);
}

/** Letter and colour of a place. */
export function markAt(place: number): RunMark {
  return { place, letter: letterAt(place), hue: hues[place % hues.length]! };
}

/** A, B, … Z, AA, AB, … */
function letterAt(place: number): string {
  const last = String.fromCharCode(65 + (place % 26));
  return place < 26 ? last : letterAt(Math.floor(place / 26) - 1) + last;
}
