import { shuffle, type Random } from '../../data/random';
import type { Task } from '../../objective/task';
import { scoreFluency, localFluencyLoss } from './judging/fluency';
import { withInstruction } from './text/hardTask';
import { pairedGain, rowLosses, type PairedGain } from './judging/instructionScorer';
import type { FrontText } from './front/frontText';
import { askWriters } from './proposals/askWriters';
import { propose, type EditKind, type Proposal } from './proposals/proposals';
import { planCost, planRows, type RowPlan } from './judging/rounds';
import type { Incumbent, SearchContext } from './searchContext';
import { firstTokens, instructionSpanLike, type InstructionSpan } from './text/instructionSpan';
import { wordGradients } from './proposals/wordGradients';
import { repetitions } from './text/words';

export interface Accepted {
  readonly next: Incumbent;
  readonly gain: PairedGain;
  /** What proposed it. */
  readonly origin: string;
}

export interface Outcome {
  /** Candidates measured on rows. */
  readonly candidates: number;
  /** Largest paired gain on the deciding rows, nats. */
  readonly bestGain: number;
  /** Whether the budget allows no further iteration. */
  readonly exhausted: boolean;
  readonly accepted?: Accepted;
}

/** Training rows whose gradients are summed. */
const gradientRows = 48;
/** A gradient costs about three forwards. */
const gradientCost = 3;
/** Candidates of each kind measured in an iteration, and read before that, at most. */
const quotas: Readonly<Record<EditKind, number>> = {
  replace: 12,
  insert: 4,
  delete: 6,
  swap: 2,
  rewrite: 4,
  paraphrase: 8,
  sentence: 8,
  written: 8,
};
const readPerMeasured = 4;
const measuredAtMost = Object.values(quotas).reduce((sum, quota) => sum + quota, 0);
/** An iteration that can measure fewer candidates is not worth its gradient. */
const fewest = 4;
/** How much less fluent than the original a text may be, nats per token. */
const fluencyMargin = 0.3;
/**
 * How much less fluent than what it changes an edit itself may read, nats per token. Whole sentences and known
 * paraphrases are exempt.
 */
const localMargin = 0.2;
const knownToRead: ReadonlySet<EditKind> = new Set<EditKind>(['paraphrase', 'sentence', 'written']);
/** A text may grow to this multiple of the original's tokens, and a few. */
const longest = { factor: 1.5, tokens: 6 };
/** Share of the original's words that a text keeps at least. */
const leastKept = 0.5;
/** Standard errors by which a gain must exceed zero: the best of several that gain nothing often exceeds one. */
const standardErrors = 2;
/** An edit that saves less is not worth changing what a person wrote, nats. */
const leastGain = 0.01;

interface Round {
  /** Counted from 0. */
  readonly round: number;
  readonly front: readonly FrontText[];
  readonly seen: Set<string>;
  readonly random: Random;
}

/**
 * One iteration: propose edits, keep the readable ones, measure them on growing sets of rows, and accept the best for a
 * paired gain.
 * @param seen texts proposed before; those of this iteration are added
 */
export async function improve(
  setting: SearchContext,
  incumbent: Incumbent,
  { seen, random, ...round }: Round,
): Promise<Outcome> {
  const rows = shuffle(setting.trainRows, random);
  const forGradient = rows.slice(0, gradientRows);
  // The rows of the gradient have had their say.
  const plan = planRows([...rows.slice(gradientRows), ...forGradient]);
  const nothing: Outcome = { candidates: 0, bestGain: 0, exhausted: false };
  if (
    left(setting) <
    costOfGradient(setting) * forGradient.length + readPerMeasured * measuredAtMost + planCost(plan, fewest)
  )
    return { ...nothing, exhausted: true };
  const written = await askWriters(setting, incumbent, { ...round, rows: forGradient, random });
  const proposals = [
    ...(await proposalsFor(setting, incumbent, { rows: forGradient, random })),
    ...written.map(({ text, origin }) => asProposal(setting, text, origin)),
  ];
  const found = await readable(setting, incumbent, shortlist(proposals, seen));
  let affordable = found.length;
  while (affordable > 0 && planCost(plan, affordable) > left(setting)) affordable--;
  const candidates = found.slice(0, affordable);
  candidates.forEach(({ source }) => seen.add(source));
  return candidates.length > 0 ? decide(setting, incumbent, candidates, plan) : nothing;
}

/** Of a row. A black box has none: the order of replacements is then that of the model's expectations. */
const costOfGradient = ({ task }: SearchContext): number => (task.settings.blackBox ? 0 : gradientCost);

/** What may be spent on finding a text, its measurement by the choosing rows set aside. */
const left = ({ forwards, selection }: SearchContext): number =>
  forwards.budget - forwards.done - selection.rows.length;

async function proposalsFor(
  setting: SearchContext,
  { source, task }: Incumbent,
  { rows, random }: { readonly rows: readonly number[]; readonly random: Random },
): Promise<readonly Proposal[]> {
  const { model, objective, forwards } = setting;
  const sentence = setting.read(source);
  const gradients = task.settings.blackBox
    ? sentence.words.map(() => undefined)
    : await wordGradients({ task, model, objective }, sentence.words, rows);
  forwards.done += costOfGradient(setting) * rows.length;
  const span = instructionSpanLike(setting.start.span, task, model, setting.rows[0]!)!;
  return propose({
    model,
    sentence,
    span,
    starts: firstTokens(sentence.words, span.tokens, model),
    gradients,
    random,
    vocabulary: setting.vocabulary,
    similarity: setting.similarity,
    continuations: setting.continuations,
    written: setting.written,
    additions: setting.additions,
  });
}

function asProposal(setting: SearchContext, source: string, origin: string): Proposal {
  return { kind: 'written', sentence: setting.read(source), source, expected: 0, origin };
}

/** New texts, the most promising of each kind, that do not repeat themselves more than the incumbent. */
function shortlist(proposals: readonly Proposal[], seen: ReadonlySet<string>): readonly Proposal[] {
  const distinct = [...new Map(proposals.map((proposal) => [proposal.source, proposal])).values()].filter(
    ({ source }) => !seen.has(source),
  );
  return (Object.keys(quotas) as EditKind[]).flatMap((kind) =>
    distinct
      .filter((proposal) => proposal.kind === kind)
      .sort((a, b) => a.expected - b.expected)
      .slice(0, readPerMeasured * quotas[kind]),
  );
}

interface Candidate extends Incumbent {
  readonly kind: EditKind;
  readonly origin: string;
}

/** Share of the words a person wrote that still stand. */
function keptShare({ sentence }: Proposal, { written }: SearchContext): number {
  const present = new Set(sentence.words.map(({ core }) => core.toLowerCase()));
  return [...written].filter((word) => present.has(word)).length / written.size;
}

/** Proposals as valid templates that read about as well as the original, as many of each kind as are measured. */
async function readable(
  setting: SearchContext,
  incumbent: Incumbent,
  proposals: readonly Proposal[],
): Promise<readonly Candidate[]> {
  const { model, objective, start, forwards } = setting;
  const most = longest.factor * start.fluencyScore.tokens.length + longest.tokens;
  const repeated = repetitions(setting.read(start.source));
  const placed = proposals.flatMap(
    (proposal): readonly (Proposal & { readonly task: Task; readonly span: InstructionSpan })[] => {
      if (repetitions(proposal.sentence) > repeated || keptShare(proposal, setting) < leastKept) return [];
      const task = withInstruction(setting.task, proposal.source);
      const span = task && instructionSpanLike(start.span, task, model, setting.rows[0]!);
      return task && span && span.tokens.length <= most ? [{ ...proposal, task, span }] : [];
    },
  );
  const fluencyScores = await scoreFluency(
    model,
    objective,
    placed.map(({ span }) => span),
  );
  forwards.done += placed.length;
  const fluent = placed.flatMap(({ kind, source, task, origin = kind }, i): readonly Candidate[] => {
    const fluencyScore = fluencyScores[i]!;
    const reads =
      fluencyScore.fluency <= start.fluencyScore.fluency + fluencyMargin &&
      localFluencyLoss(fluencyScore, incumbent.fluencyScore) <= (knownToRead.has(kind) ? Infinity : localMargin);
    return reads ? [{ kind, source, task, fluencyScore, origin }] : [];
  });
  return (Object.keys(quotas) as EditKind[])
    .flatMap((kind) =>
      fluent
        .filter((candidate) => candidate.kind === kind)
        .slice(0, quotas[kind])
        .map((candidate, rank) => ({ candidate, rank: rank / quotas[kind] })),
    )
    .sort((a, b) => a.rank - b.rank)
    .map(({ candidate }) => candidate);
}

/** Successive halving, then the decision on rows that did not choose. */
async function decide(
  setting: SearchContext,
  incumbent: Incumbent,
  candidates: readonly Candidate[],
  plan: RowPlan,
): Promise<Outcome> {
  let remaining = candidates.map((candidate) => ({ candidate, losses: new Map<number, number>() }));
  const own = new Map<number, number>();
  for (const { rows, keep } of plan.rounds) {
    await scoreMissing(setting, incumbent.task, own, rows);
    const gains: { readonly entry: (typeof remaining)[number]; readonly gain: number }[] = [];
    for (const entry of remaining) {
      if (await scoreMissing(setting, entry.candidate.task, entry.losses, rows))
        gains.push({ entry, gain: pairedGain(own, entry.losses, rows).gain });
    }
    remaining = gains
      .sort((a, b) => b.gain - a.gain)
      .slice(0, keep)
      .map(({ entry }) => entry);
  }
  await scoreMissing(setting, incumbent.task, own, plan.deciding);
  const decided: Accepted[] = [];
  for (const {
    candidate: { source, task, fluencyScore, origin },
    losses,
  } of remaining) {
    if (await scoreMissing(setting, task, losses, plan.deciding))
      decided.push({ next: { source, task, fluencyScore }, gain: pairedGain(own, losses, plan.deciding), origin });
  }
  const [best] = decided.sort((a, b) => b.gain.gain - a.gain.gain);
  const accepted = decided.find(({ gain }) => gain.gain > Math.max(leastGain, standardErrors * gain.standardError));
  return { candidates: candidates.length, bestGain: best?.gain.gain ?? 0, exhausted: false, accepted };
}

/** Adds the losses of the rows that are not known yet. @returns whether every prompt fits into the context */
async function scoreMissing(
  setting: SearchContext,
  task: Task,
  losses: Map<number, number>,
  rows: readonly number[],
): Promise<boolean> {
  const unknown = rows.filter((row) => !losses.has(row));
  if (unknown.length === 0) return true;
  const found = await rowLosses(setting, task, 'train', unknown);
  setting.forwards.done += unknown.length;
  for (const [row, loss] of found ?? []) losses.set(row, loss);
  return found !== undefined;
}
