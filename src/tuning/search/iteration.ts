import { shuffle, type Random } from '../../data/random';
import type { Bounds, EditKind } from './bounds';
import type { FrontText } from './front/frontText';
import { rowLosses, type PairedGain } from './judging/instructionScorer';
import { race, type RowLosses } from './judging/race';
import { readable, readFluency } from './judging/readable';
import { planCost, planRows } from './judging/rounds';
import { askWriters } from './proposals/askWriters';
import { gradientsAt } from './proposals/instructionGradients';
import { propose, type Proposal } from './proposals/proposals';
import { tokenExchanges } from './proposals/tokenExchange';
import type { Candidate, Incumbent, SearchContext } from './searchContext';
import { firstTokens, instructionSpanLike } from './text/instructionSpan';
import { mergeEdits } from './text/mergeEdits';
import { tokenPlaces } from './text/tokenPlaces';

export interface Accepted {
  readonly next: Incumbent;
  readonly gain: PairedGain;
  /** What proposed it. */
  readonly origin: string;
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
  readonly random: Random;
}

/** Training rows whose gradients are summed. */
const gradientRows = 32;
/** A gradient costs about three forwards. */
const gradientCost = 3;
/** Candidates of a kind that are read for each that is measured, at most. */
const readPerMeasured = 3;
/** Prompts that the model goes on from for each phrase written anew that is measured, about. */
const costOfPhrase = 36;
/** Tokens of a long text that are looked at in a round. */
const placesAtMost = 64;
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
  const plan = planRows([...rows.slice(gradientRows), ...forGradient], bounds.heats);
  const nothing: Outcome = { candidates: 0, bestGain: 0, exhausted: false };
  const proposing =
    costOfGradient(setting) * forGradient.length +
    readPerMeasured * measuredAtMost(bounds) +
    costOfPhrase * bounds.quotas.rewrite;
  if (left(setting) < proposing + planCost(plan, fewest)) return { ...nothing, exhausted: true };
  const written = await askWriters(setting, incumbent, { ...round, rows: forGradient });
  const proposals = [
    ...(await proposalsFor(setting, incumbent, { rows: forGradient, bounds, random })),
    ...written.map(({ text, origin }): Proposal => ({ kind: 'written', source: text, expected: 0, origin })),
  ];
  const found = await readable(setting, incumbent, { bounds, proposals: shortlist(proposals, { seen, bounds }) });
  let affordable = found.length;
  while (affordable > 0 && planCost(plan, affordable) > left(setting)) affordable--;
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
  const outcome = { candidates: candidates.length, bestGain: winner?.gain.gain ?? 0, exhausted: false };
  if (!winner || winner.gain.gain <= Math.max(bounds.leastGain, bounds.standardErrors * winner.gain.standardError))
    return outcome;
  const { candidate, gain, losses } = winner;
  const [fluencyScore] = await readFluency(setting, [candidate]);
  const next = { source: candidate.source, task: candidate.task, fluencyScore: fluencyScore! };
  return { ...outcome, accepted: { next, gain, losses, origin: candidate.origin } };
}

const measuredAtMost = ({ quotas }: Bounds): number => Object.values(quotas).reduce((sum, quota) => sum + quota, 0);

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
