import type { Writing } from '../../../src/decoding/answer';
import { chooseTokens, type ChosenToken } from '../../../src/decoding/chooseTokens';
import { decodingFrom, takesLikeliest } from '../../../src/decoding/decoding';
import type { Constraints } from '../../../src/decoding/grammar/constraints';
import type { AnswerConstraint } from '../../../src/template/read/answerConstraint';
import { rowStream } from '../../../src/decoding/sampling';
import type { WrittenDecoding } from '../../../src/template/settings/decoding/decodingKeys';

export interface HeldTokens {
  readonly tokens: readonly number[];
  /** Whether an end token came before the budget ended. */
  readonly ended: boolean;
}

/**
 * Writes an answer as the generator does, by the logits of a toy model.
 * @param logits of the next token behind some
 */
export async function writeHeld(
  constraints: Constraints,
  {
    constraint,
    end,
    config,
    most,
  }: {
    readonly constraint: AnswerConstraint;
    readonly end: readonly number[];
    readonly config?: WrittenDecoding;
    readonly most: number;
  },
  logits: (tokens: readonly number[]) => Float32Array,
): Promise<HeldTokens> {
  const decoding = decodingFrom(config ?? {});
  const held = await constraints.hold(constraint, end);
  const tokens: number[] = [];
  const writing: Writing = { prompt: 0, ids: [], tokens, most, random: rowStream(decoding.seed, 0), held, seconds: 0 };
  try {
    while (tokens.length < most) {
      const values = logits(tokens);
      const pass = Promise.resolve({
        logitSum: () => 0,
        logits: () => values,
        ...(takesLikeliest(decoding) && { likeliest: () => values.indexOf(values.reduce((a, b) => Math.max(a, b))) }),
      });
      const [{ token }] = (await chooseTokens(pass, [writing], { ...decoding, end })) as [ChosenToken];
      if (end.includes(token)) return { tokens, ended: true };
      tokens.push(token);
    }
    return { tokens, ended: await held.isWhole() };
  } finally {
    held.release();
  }
}
