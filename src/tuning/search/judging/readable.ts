import type { Task } from '../../../objective/task';
import type { Bounds, EditKind } from '../bounds';
import type { Proposal } from '../proposals/proposals';
import type { Candidate, Incumbent, SearchContext } from '../searchContext';
import { withInstruction } from '../text/hardTask';
import { instructionSpanLike, type InstructionSpan } from '../text/instructionSpan';
import { tagsOf } from '../text/tokenPlaces';
import { localFluencyLoss, scoreFluency, type FluencyScore } from './fluency';
import { keepsWords } from './keepsWords';

/** What a person might have written is exempt from how an edit by itself must read. */
const knownToRead: ReadonlySet<EditKind> = new Set<EditKind>([
  'paraphrase',
  'sentence',
  'list',
  'way',
  'form',
  'again',
  'written',
  'merged',
]);
/** A text may grow to this multiple of the original's tokens, and a few. */
const longest = { factor: 1.5, tokens: 6 };

interface Placed extends Candidate {
  readonly kind: EditKind;
  readonly span: InstructionSpan;
}

/** Proposals as valid templates that read well enough, as many of each kind as are measured. */
export async function readable(
  setting: SearchContext,
  incumbent: Incumbent,
  { bounds, proposals }: { readonly bounds: Bounds; readonly proposals: readonly Proposal[] },
): Promise<readonly Candidate[]> {
  const { model, start } = setting;
  const most = longest.factor * start.fluencyScore.instructionTokens + longest.tokens;
  const keeps = keepsWords(setting, bounds);
  const placed = proposals.flatMap(({ kind, source, origin = kind }): readonly Placed[] => {
    const isRetagged = tagsOf(source).join() !== tagsOf(start.source).join();
    if (isRetagged || !keeps(source)) return [];
    const task = withInstruction(setting.task, source);
    const span = task && instructionSpanLike(start.span, task, model, setting.rows[0]!);
    return task && span && span.tokens.length <= most ? [{ kind, source, origin, task, span }] : [];
  });
  const fluent = bounds.text === Infinity ? placed : await withinBounds(setting, incumbent, { bounds, placed });
  return (Object.keys(bounds.quotas) as EditKind[])
    .flatMap((kind) =>
      fluent
        .filter((candidate) => candidate.kind === kind)
        .slice(0, bounds.quotas[kind])
        .map((candidate, rank) => ({ candidate, rank: rank / bounds.quotas[kind] })),
    )
    .sort((a, b) => a.rank - b.rank)
    .map(({ candidate }) => candidate);
}

async function withinBounds(
  setting: SearchContext,
  incumbent: Incumbent,
  { bounds, placed }: { readonly bounds: Bounds; readonly placed: readonly Placed[] },
): Promise<readonly Placed[]> {
  const scores = await readFluency(setting, placed);
  return placed.filter(({ kind }, i) => {
    const edit = knownToRead.has(kind) ? Infinity : bounds.edit;
    return (
      scores[i]!.fluency <= setting.start.fluencyScore.fluency + bounds.text &&
      localFluencyLoss(scores[i]!, incumbent.fluencyScore) <= edit
    );
  });
}

/** How the model reads some texts. @param candidates `span`: where the instruction stands, where that is known */
export async function readFluency(
  { model, objective, start, forwards, rows }: SearchContext,
  candidates: readonly { readonly task: Task; readonly span?: InstructionSpan }[],
): Promise<readonly FluencyScore[]> {
  forwards.done += candidates.length;
  return scoreFluency(
    model,
    objective,
    candidates.map(({ task, span }) => span ?? instructionSpanLike(start.span, task, model, rows[0]!)!),
  );
}
