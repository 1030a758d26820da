import { shuffle, type Random } from '../../data/random';
import type { Bounds, EditKind } from './bounds';
import type { FrontText } from './front/frontText';
import { pairedGain, rowLosses, type PairedGain } from './judging/instructionScorer';
import { race, type RaceWinner, type RowLosses } from './judging/race';
import { readable, readFluency } from './judging/readable';
import { planCost, planRows } from './judging/rounds';
import type { Task } from '../../objective/task';
import { askWriters, rowsShown } from './proposals/askWriters';
import { gradientsAt } from './proposals/instructionGradients';
import { propose, type Proposal } from './proposals/proposals';
import { costOfRuns } from './proposals/wordRuns';
import { tokenExchanges } from './proposals/tokenExchange';
import type { Candidate, Incumbent, SearchContext } from './searchContext';
import { keepEdits, makeEdit, type CarriedEdit } from './text/carriedEdit';
import { firstTokens, instructionSpanLike } from './text/instructionSpan';
import { mergeEdits } from './text/mergeEdits';
import { tokenPlaces } from './text/tokenPlaces';

export interface Accepted {
  readonly next: Incumbent;
  readonly gain: PairedGain;
  /** What proposed it. */
  readonly origin: string;
  readonly losses: RowLosses;
  /** Whether it also does better than the text of the path, where another was to be bettered. */
  readonly surpasses: boolean;
}

/** A text that came close to the best of an iteration. */
export interface RunnerUp {
  readonly text: Incumbent;
  readonly losses: RowLosses;
}

export interface Outcome {
  /** Candidates measured on rows. */
  readonly candidates: number;
  /** Paired gain of the best on the deciding rows, nats. */
  readonly bestGain: number;
  /** Whether the budget allows no further iteration. */
  readonly exhausted: boolean;
  readonly accepted?: Accepted;
  /** Others that did better than the incumbent, the best first. */
  readonly runnersUp: readonly RunnerUp[];
  /** Edits to be tried again. */
  readonly edits: readonly CarriedEdit[];
}

interface Round {
  /** Counted from 0. */
  readonly round: number;
  readonly bounds: Bounds;
  readonly front: readonly FrontText[];
  /** Texts proposed before within these bounds; those of this iteration are added. */
  readonly seen: Set<string>;
  /** Losses of the incumbent that are known. */
  readonly known: RowLosses;
  /** The text of the path, where the incumbent is another, with what is known of it. */
  readonly best?: { readonly task: Task; readonly known: RowLosses };
  /** Edits that helped before. */
  readonly edits: readonly CarriedEdit[];
  readonly random: Random;
}

/** Training rows whose gradients are summed. */
const gradientRows = 32;
/** A gradient costs about three forwards. */
const gradientCost = 3;
/** Prompts that an iteration spends before it measures anything. */
export const leastOfIteration = (trainRows: number, { blackBox }: { readonly blackBox: boolean }): number =>
  Math.max(1, Math.min(gradientRows, trainRows) * (blackBox ? 0 : gradientCost) + Math.min(rowsShown, trainRows));
/** Candidates of a kind that are read for each that is measured, at most. */
const readPerMeasured = 3;
/** Prompts that the model goes on from for each phrase written anew that is measured, about. */
const costOfPhrase = 36;
/** Tokens of a long text that are looked at in a round. */
const placesAtMost = 64;
/** Texts beside the best that are kept. */
const runnersUpAtMost = 2;
/** An iteration that can measure fewer candidates is not worth its gradient. */
const fewest = 4;

/**
 * One iteration: propose edits, keep the readable ones, race them on growing sets of rows, alone and several at once,
 * and accept the best for a paired gain.
 */
export async function improve(setting: SearchContext, incumbent: Incumbent, round: Round): Promise<Outcome> {
  const { bounds, seen, known, random } = round;
  const rows = shuffle(setting.trainRows, random);
  const forGradient = rows.slice(0, gradientRows);
  // The rows of the gradient have had their say.
  const plan = planRows([...rows.slice(gradientRows), ...forGradient], bounds.heats, bounds.deciding);
  const nothing: Outcome = { candidates: 0, bestGain: 0, exhausted: false, runnersUp: [], edits: round.edits };
  const proposing =
    costOfGradient(setting) * forGradient.length +
    (bounds.text === Infinity ? 0 : readPerMeasured * measuredAtMost(setting, bounds)) +
    costOfPhrase * bounds.quotas.rewrite +
    (bounds.quotas.run > 0 ? costOfRuns : 0);
  // Then the best are read, and one is compared with the text of the path.
  const afterwards = 1 + runnersUpAtMost + (round.best ? plan.deciding.length : 0);
  if (left(setting) < proposing + planCost(plan, fewest) + afterwards) return { ...nothing, exhausted: true };
  const written = await askWriters(setting, incumbent, { ...round, rows: forGradient });
  const proposals = [
    ...(await proposalsFor(setting, incumbent, { rows: forGradient, bounds, random })),
    ...round.edits.flatMap((edit): readonly Proposal[] => {
      const source = makeEdit(incumbent.source, edit);
      return source === undefined ? [] : [{ kind: 'again', source, expected: -edit.gain, origin: edit.origin }];
    }),
    ...written.map(({ text, origin }): Proposal => ({ kind: 'written', source: text, expected: 0, origin })),
  ];
  // What the model expects around single words is not known beforehand, and may leave less than they all take to read.
  const toRead = shortlist(proposals, { seen, bounds }).slice(0, Math.max(0, left(setting)));
  const found = await readable(setting, incumbent, { bounds, proposals: toRead });
  let affordable = found.length;
  while (affordable > 0 && planCost(plan, affordable) + afterwards > left(setting)) affordable--;
  const candidates = found.slice(0, affordable);
  candidates.forEach(({ source }) => seen.add(source));
  if (candidates.length === 0) return nothing;
  const winner = await race<Candidate>({
    incumbent: { ...incumbent, origin: 'incumbent' },
    known,
    candidates,
    plan,
    measure(candidate, measured) {
      setting.forwards.done += measured.length;
      return rowLosses(setting, candidate.task, 'train', measured);
    },
    combine: (helped) =>
      readable(setting, incumbent, {
        bounds,
        proposals: mergeEdits(
          incumbent.source,
          helped.map(({ source }) => source),
        ).map((source): Proposal => ({ kind: 'merged', source, expected: 0 })),
      }),
  });
  if (!winner) return { ...nothing, candidates: candidates.length };
  return {
    ...(await settle(setting, incumbent, { round, winner, deciding: plan.deciding })),
    candidates: candidates.length,
  };
}

/** What comes of a race: whether its winner is accepted, what came close, and which edits are worth another trial. */
async function settle(
  setting: SearchContext,
  incumbent: Incumbent,
  {
    round: { bounds, best, edits },
    winner,
    deciding,
  }: { readonly round: Round; readonly winner: RaceWinner<Candidate>; readonly deciding: readonly number[] },
): Promise<Omit<Outcome, 'candidates'>> {
  const isGain = ({ gain, standardError }: PairedGain): boolean =>
    gain > Math.max(bounds.leastGain, bounds.standardErrors * standardError);
  const accepts = isGain(winner.gain);
  const close = winner.others.filter(({ gain }) => gain.gain > gain.standardError).slice(0, runnersUpAtMost);
  const read = await asIncumbents(
    setting,
    [...(accepts ? [winner] : []), ...close].map(({ candidate }) => candidate),
  );
  const [next, others] = accepts ? [read[0], read.slice(1)] : [undefined, read];
  const single = winner.ranked.filter(({ candidate }) => candidate.origin !== 'merged');
  const outcome = {
    bestGain: winner.gain.gain,
    exhausted: false,
    runnersUp: close.map(({ losses }, i) => ({ text: others[i]!, losses })),
    edits: keepEdits(
      edits,
      incumbent.source,
      new Map(single.map(({ candidate, gain }) => [candidate.source, { origin: candidate.origin, gain: gain.gain }])),
    ),
  };
  if (!next) return outcome;
  const { candidate, losses } = winner;
  const overBest = best && (await gainOver(setting, best, { losses, rows: deciding }));
  const gain = overBest ?? winner.gain;
  const surpasses = best ? overBest !== undefined && isGain(overBest) : true;
  return { ...outcome, accepted: { next, gain, losses, origin: candidate.origin, surpasses } };
}

/** Texts read anew, so that they can be bettered in their turn. */
async function asIncumbents(setting: SearchContext, candidates: readonly Candidate[]): Promise<readonly Incumbent[]> {
  const scores = candidates.length > 0 ? await readFluency(setting, candidates) : [];
  return candidates.map(({ source, task }, i) => ({ source, task, fluencyScore: scores[i]! }));
}

/** What a text gains over the text of the path on the rows that decided; what is not known of that is measured. */
async function gainOver(
  setting: SearchContext,
  { task, known }: NonNullable<Round['best']>,
  { losses, rows }: { readonly losses: RowLosses; readonly rows: readonly number[] },
): Promise<PairedGain | undefined> {
  const unknown = rows.filter((row) => !known.has(row));
  setting.forwards.done += unknown.length;
  const measured = unknown.length > 0 ? await rowLosses(setting, task, 'train', unknown) : new Map<number, number>();
  if (!measured) return undefined;
  for (const [row, loss] of measured) known.set(row, loss);
  return pairedGain(known, losses, rows);
}

const measuredAtMost = ({ writers }: SearchContext, { quotas }: Bounds): number =>
  Object.values(quotas).reduce((sum, quota) => sum + quota, 0) - (writers.length > 0 ? 0 : quotas.written);

/** Of a row. A black box has none: the order of replacements is then that of the model's expectations. */
const costOfGradient = ({ task }: SearchContext): number => (task.settings.blackBox ? 0 : gradientCost);

/** What may be spent on finding a text, its measurement by the choosing rows set aside. */
const left = ({ forwards, selection }: SearchContext): number =>
  forwards.budget - forwards.done - selection.rows.length;

async function proposalsFor(
  setting: SearchContext,
  { source, task, fluencyScore }: Incumbent,
  { rows, bounds, random }: { readonly rows: readonly number[]; readonly bounds: Bounds; readonly random: Random },
): Promise<readonly Proposal[]> {
  const { model, objective, forwards } = setting;
  const sentence = setting.read(source, bounds);
  const { words } = sentence;
  const span = instructionSpanLike(setting.start.span, task, model, setting.rows[0]!)!;
  const placesOf = (tokens: readonly number[]) =>
    bounds.quotas.token > 0 ? tokenPlaces(source, tokens, { model, end: setting.formatStart(source) }) : [];
  const all = placesOf(span.tokens);
  const places = all.length <= placesAtMost ? all : shuffle(all, random).slice(0, placesAtMost);
  const gradients = task.settings.blackBox
    ? [...words, ...places].map(() => undefined)
    : await gradientsAt({ task, model, objective }, rows, (tokens) => {
        const found = new Map(placesOf(tokens).map(({ from, index }) => [from, index]));
        return [...firstTokens(words, tokens, model), ...places.map(({ from }) => found.get(from))];
      });
  forwards.done += costOfGradient(setting) * rows.length;
  const headroom = (setting.start.fluencyScore.fluency + bounds.text - fluencyScore.fluency) * span.tokens.length;
  const exchanged =
    bounds.quotas.token > 0
      ? tokenExchanges(model, {
          places,
          gradients: gradients.slice(words.length),
          tokens: setting.exchangeable(),
          random,
          count: readPerMeasured * bounds.quotas.token,
        })
      : [];
  return [
    ...exchanged.map(({ place: { from, to }, text, expected }): Proposal => ({
      kind: 'token',
      source: source.slice(0, from) + text + source.slice(to),
      expected,
    })),
    ...(await propose({
      ...setting,
      bounds,
      headroom,
      sentence,
      span,
      starts: firstTokens(words, span.tokens, model),
      gradients: gradients.slice(0, words.length),
      end: setting.formatStart(source),
      random,
    })),
  ];
}

/** New texts, the most promising of each kind. */
function shortlist(
  proposals: readonly Proposal[],
  { seen, bounds: { quotas } }: { readonly seen: ReadonlySet<string>; readonly bounds: Bounds },
): readonly Proposal[] {
  const distinct = [...new Map(proposals.map((proposal) => [proposal.source, proposal])).values()].filter(
    ({ source }) => !seen.has(source),
  );
  return (Object.keys(quotas) as EditKind[]).flatMap((kind) => {
    const own = distinct.filter((proposal) => proposal.kind === kind);
    // Exchanges of tokens come in the order of their draw.
    const ranked = kind === 'token' ? own : own.sort((a, b) => a.expected - b.expected);
    return ranked.slice(0, readPerMeasured * quotas[kind]);
  });
}
