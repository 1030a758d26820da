import type { Outcome } from './iteration';
import type { RowLosses } from './judging/race';
import type { Chosen } from './judging/selection';
import type { Incumbent } from './searchContext';
import type { Path, PathText } from './searchState';

/** Texts from which a path goes on: its own, and those that came close to it. */
const width = 3;

export interface Beam {
  /** The text of the path, which has to be bettered. */
  readonly current: PathText;
  /** The others, the best first. */
  readonly others: readonly PathText[];
  /** 0 for the text of the path, 1 for the first of the others. */
  readonly turn: number;
  /** Whose turn it is. */
  readonly parent: PathText;
}

/** Where the text of a path has led nowhere, each of those that came close to it has a turn. */
export function beamOf(current: PathText, { beam: others = [], idle }: Pick<Path, 'beam' | 'idle'>): Beam {
  const turn = idle <= others.length ? idle : 0;
  return { current, others, turn, parent: turn === 0 ? current : others[turn - 1]! };
}

/** The texts of a beam with what an iteration has measured of them. */
export function measured(
  { current, others, turn, parent }: Beam,
  losses: { readonly parent: RowLosses; readonly current?: RowLosses },
): Pick<Path, 'current' | 'beam'> {
  const known = { ...parent, losses: [...losses.parent] };
  return turn === 0
    ? { current: known, beam: others }
    : {
        current: { ...current, losses: [...losses.current!] },
        beam: others.map((text, i) => (i === turn - 1 ? known : text)),
      };
}

/** The path has a new text; those that came close to it stand in front of those that came close to the old one. */
export function onto(path: Path, { accepted, runnersUp }: Outcome, { text, losses }: Chosen): Path {
  const { next, losses: onTrain } = accepted!;
  return {
    ...path,
    idle: 0,
    hasGained: true,
    current: { ...asPathText(next, onTrain), edits: text.edits, choosing: [...losses] },
    beam: [...runnersUp.map((close) => asPathText(close.text, close.losses)), ...path.beam!].slice(0, width - 1),
  };
}

/**
 * The path keeps its text: one that bettered another of the beam takes its place there, and those that came close fill
 * what is free.
 */
export function withClose(path: Path, { accepted, runnersUp }: Outcome, turn: number): Path {
  const beam = path.beam!;
  if (accepted && !accepted.surpasses && turn > 0)
    return {
      ...path,
      beam: beam.map((text, i) => (i === turn - 1 ? asPathText(accepted.next, accepted.losses) : text)),
    };
  const fresh = runnersUp.map(({ text, losses }) => asPathText(text, losses));
  return { ...path, beam: [...beam, ...fresh].slice(0, width - 1) };
}

/** A text whose way from the original is not told, since it was not accepted. */
const asPathText = ({ source, fluencyScore }: Incumbent, losses: RowLosses): PathText => ({
  source,
  fluencyScore,
  edits: [],
  losses: [...losses],
});
