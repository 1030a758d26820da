import { isNumber, listOf, object, type Infer } from '../../../channel/guards';
import type { LanguageModel } from '../../../model/openModel';
import { layOutParts } from '../../../objective/batchParts';
import type { Example } from '../../../objective/example';
import type { OpenObjective } from '../../../objective/objective';
import type { InstructionSpan } from '../text/instructionSpan';

/** How the frozen model itself reads an instruction. */
export const isFluencyScore = object({
  /** Mean negative log-likelihood per token of the instruction, nats. */
  fluency: isNumber,
  tokens: listOf(isNumber),
  /** How many of `tokens`, from the first, are the instruction's. */
  instructionTokens: isNumber,
  /** Negative log-likelihood of each of `tokens`: the instruction's, then those that follow it. */
  surprise: listOf(isNumber),
});
export type FluencyScore = Infer<typeof isFluencyScore>;

/** Texts read together. */
const textsInBatch = 32;
/** Tokens behind an edit that are read with it. */
const lookAhead = 3;

/** Scores how fluent instructions are where they stand. */
export async function scoreFluency(
  model: LanguageModel,
  objective: OpenObjective,
  spans: readonly InstructionSpan[],
): Promise<readonly FluencyScore[]> {
  const fluencyScores: FluencyScore[] = [];
  for (let at = 0; at < spans.length; at += textsInBatch) {
    const group = spans.slice(at, at + textsInBatch);
    const batches = layOutParts(group.map(asExample), {
      objective: 'token',
      firstVirtualToken: model.tokenizer.firstVirtualToken,
      sharePrefix: false,
      deepRows: 0,
      packFrom: 'always',
      batching: model.signature.batching,
    });
    const reads = new Array<readonly number[]>(group.length);
    for (const batch of batches) {
      const { logLikelihoods } = await objective.score(batch, undefined);
      batch.examples.forEach(({ row }, i) => {
        const [start, count] = batch.expectedTokens[i]!;
        reads[row] = Array.from(logLikelihoods!.subarray(start, start + count), (value) => -value);
      });
    }
    group.forEach(({ context, tokens, tail }, i) => {
      const read = reads[i]!;
      const surprise = context.length > 0 ? read : [0, ...read];
      const scored = tokens.length - (context.length > 0 ? 0 : 1);
      const sum = surprise.slice(0, tokens.length).reduce((total, value) => total + value, 0);
      fluencyScores.push({
        fluency: scored > 0 ? sum / scored : 0,
        tokens: [...tokens, ...tail],
        instructionTokens: tokens.length,
        surprise,
      });
    });
  }
  return fluencyScores;
}

function asExample({ context, tokens, tail }: InstructionSpan, row: number): Example {
  const ids = [...context, ...tokens, ...tail];
  const given = Math.max(1, context.length);
  return { row, prompt: ids.slice(0, given), expected: '', label: -1, answer: ids.slice(given) };
}

/**
 * How much less expected an edit reads than what stood there, nats per token: the changed tokens with the first few
 * behind them. What both texts begin and end with is not part of the edit.
 */
export function localFluencyLoss(edited: FluencyScore, original: FluencyScore): number {
  const shorter = Math.min(edited.tokens.length, original.tokens.length);
  let front = 0;
  while (front < shorter && edited.tokens[front] === original.tokens[front]) front++;
  let end = 0;
  while (end < shorter - front && edited.tokens.at(-1 - end) === original.tokens.at(-1 - end)) end++;
  const local = ({ tokens, surprise }: FluencyScore): number => {
    const part = surprise.slice(front, tokens.length - end + lookAhead);
    return part.length > 0 ? part.reduce((sum, value) => sum + value, 0) / part.length : 0;
  };
  return local(edited) - local(original);
}
