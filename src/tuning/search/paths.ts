import { below, streamFor } from '../../data/random';
import { beamOf, measured, onto, withClose } from './beam';
import { boundsOfChosen, boundsWithin, namedBounds, readabilityBound } from './bounds';
import { boundOf, frontOf, isWithin } from './front/front';
import type { AcceptedEdit, FrontText } from './front/frontText';
import { scoreFluency } from './judging/fluency';
import { narrowestBound } from './judging/narrowestBound';
import { measureSelection, type Chosen } from './judging/selection';
import { improve, type Accepted } from './iteration';
import type { SearchContext } from './searchContext';
import type { SearchEvent } from './searchEvent';
import type { Path, PathText, SearchState } from './searchState';
import { withInstruction } from './text/hardTask';
import { instructionSpanLike } from './text/instructionSpan';
import { changedWords } from './text/words';

/** Share of the budget for the readability that chooses the text; the others have the rest. */
const shareOfChosen = 0.7;
/** Iterations without an accepted edit before a path begins again at a text of the front. */
const patience = 3;
/** New beginnings in a row that find nothing before a path ends. */
const maxEmptyRestarts = 2;

export interface BudgetShare {
  /** Nats per token above the original. */
  readonly bound: number;
  readonly share: number;
}

/** The readabilities of a search, by rising bounds, with what each may spend. @param chosen the bound that counts */
export function shareBudget(chosen: number): readonly BudgetShare[] {
  const bounds = [...new Set([...namedBounds, chosen])].sort((a, b) => a - b);
  return bounds.map((bound) => ({
    bound,
    share: bound === chosen ? shareOfChosen : (1 - shareOfChosen) / (bounds.length - 1),
  }));
}

/** The path that has spent least of its share; undefined once all have ended. */
export function nextPath({ paths }: SearchState, shares: readonly BudgetShare[]): number | undefined {
  const open = paths.flatMap(({ ended }, i) => (ended ? [] : [i]));
  const spent = (i: number): number => paths[i]!.spent / shares[i]!.share;
  return open.length === 0 ? undefined : open.reduce((best, i) => (spent(i) < spent(best) ? i : best));
}

/** The original, measured on the rows that choose. */
export async function begin(setting: SearchContext, paths: number): Promise<SearchState> {
  const { start, task, forwards } = setting;
  const losses = new Map<number, number>();
  const first = await measureSelection(
    { ...setting, signal: undefined },
    { source: start.source, task, fluencyScore: start.fluencyScore, edits: [], bound: 0 },
    losses,
  );
  const path: Path = { spent: 0, idle: 0, emptyRestarts: 0, hasGained: false, ended: false, seen: [start.source] };
  return {
    iteration: 0,
    done: forwards.done,
    texts: [first!.text],
    losses: [...losses],
    paths: Array.from({ length: paths }, () => path),
  };
}

/** One iteration of a path. */
export async function advance(
  setting: SearchContext,
  state: SearchState,
  { at, bound, seed }: { readonly at: number; readonly bound: number; readonly seed: number },
): Promise<{ readonly state: SearchState; readonly events: readonly SearchEvent[] }> {
  const { forwards, task } = setting;
  const before = forwards.done;
  const path = state.paths[at]!;
  const isChosen = bound === readabilityBound(task.settings.readability ?? 'strict');
  const hasGradients = !task.settings.blackBox;
  const beam = beamOf(path.current ?? startOfPath(setting, state, at), path);
  const [seen, known, best] = [
    new Set(path.seen),
    new Map(beam.parent.losses),
    beam.turn === 0
      ? undefined
      : { task: withInstruction(task, beam.current.source)!, known: new Map(beam.current.losses) },
  ];
  const incumbent = { ...beam.parent, task: withInstruction(task, beam.parent.source)! };
  const outcome = await improve(setting, incumbent, {
    round: state.iteration,
    bounds: isChosen ? boundsOfChosen(bound, hasGradients) : boundsWithin(bound, hasGradients),
    front: frontOf(state.texts),
    seen,
    known,
    best,
    edits: path.edits ?? [],
    random: streamFor(seed, 11, state.iteration),
  });
  const { accepted, exhausted, candidates, bestGain, edits } = outcome;
  const stayed: Path = {
    ...path,
    ended: exhausted,
    seen: [...seen],
    edits,
    ...measured(beam, { parent: known, current: best?.known }),
  };
  const member = accepted?.surpasses
    ? await textOf(setting, state, { current: beam.current, accepted, bound })
    : undefined;
  const moved = member
    ? onto(stayed, outcome, member)
    : await afterNothing(setting, state, { path: withClose(stayed, outcome, beam.turn), bound, seed });
  return {
    state: {
      ...state,
      iteration: state.iteration + 1,
      done: forwards.done,
      texts: member ? [...state.texts, member.text] : state.texts,
      paths: state.paths.map((each, i) => (i === at ? { ...moved, spent: path.spent + forwards.done - before } : each)),
    },
    events: [
      { kind: 'candidate-round', iteration: state.iteration, candidates, bestGain },
      ...(member ? [acceptedEvent(member.text)] : []),
    ],
  };
}

/** Where the next narrower path has come to, or the original. */
function startOfPath({ start }: SearchContext, { paths }: SearchState, at: number): PathText {
  const narrower = paths.slice(0, at).flatMap(({ current }) => current ?? []);
  return narrower.at(-1) ?? { source: start.source, fluencyScore: start.fluencyScore, edits: [], losses: [] };
}

/** The accepted text measured on the rows that choose; undefined where it does not fit into the context there. */
function textOf(
  setting: SearchContext,
  { losses, texts }: SearchState,
  {
    current,
    accepted: { next, gain, origin },
    bound,
  }: { readonly current: PathText; readonly accepted: Accepted; readonly bound: number },
): Promise<Chosen | undefined> {
  const edit: AcceptedEdit = { ...changedWords(current.source, next.source), ...gain, origin };
  const readability = next.fluencyScore.fluency - setting.start.fluencyScore.fluency;
  const before = texts.find(({ text }) => text === current.source);
  const step = { bound, before: before ? boundOf(before) : bound, origin, gain };
  return measureSelection(
    setting,
    {
      ...next,
      edits: [...current.edits, edit],
      bound: narrowestBound({ source: next.source, readability }, setting, step),
    },
    new Map(losses),
    new Map(current.choosing ?? (current.edits.length === 0 ? losses : [])),
  );
}

function acceptedEvent({ text, loss, accuracy, edits }: FrontText): SearchEvent {
  return { kind: 'accepted', edit: edits.at(-1)!, text, devLoss: loss, devAccuracy: accuracy };
}

/** An iteration has found nothing: after some of them the path begins again at a text of the front, or ends. */
async function afterNothing(
  setting: SearchContext,
  { texts, iteration }: SearchState,
  { path, bound, seed }: { readonly path: Path; readonly bound: number; readonly seed: number },
): Promise<Path> {
  if (path.ended || path.idle + 1 < patience) return { ...path, idle: path.idle + 1 };
  const emptyRestarts = path.hasGained ? 0 : path.emptyRestarts + 1;
  if (emptyRestarts >= maxEmptyRestarts) return { ...path, ended: true };
  const within = frontOf(texts).filter((text) => isWithin(text, bound));
  const from = within[below(streamFor(seed, 12, iteration), within.length)]!;
  return { ...path, idle: 0, emptyRestarts, hasGained: false, current: await beginAt(setting, from), beam: [] };
}

async function beginAt(setting: SearchContext, { text: source, edits }: FrontText): Promise<PathText> {
  const { task, model, objective, forwards, start, rows } = setting;
  const span = instructionSpanLike(start.span, withInstruction(task, source)!, model, rows[0]!)!;
  const [fluencyScore] = await scoreFluency(model, objective, [span]);
  forwards.done += 1;
  return { source, edits, losses: [], fluencyScore: fluencyScore! };
}
