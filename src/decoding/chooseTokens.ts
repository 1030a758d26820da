import type { Writing } from './answer';
import type { Decoding } from './decoding';
import type { PassResult } from './passes';
import { candidates, draw } from './sampling';
import type { SourceLocation } from '../failure';
import { notANumber } from '../objective/notANumber';

/**
 * The next token of each answer.
 * @throws Failure "loss-not-finite" where the model gives no numbers
 */
export async function chooseTokens(
  pass: Promise<PassResult>,
  writings: readonly Writing[],
  work: Decoding & { where?(prompt: number): SourceLocation },
): Promise<readonly number[]> {
  const { logitSum, likeliest, logits } = await pass;
  const broken = writings.findIndex((_, place) => Number.isNaN(logitSum(place)));
  if (broken >= 0) throw notANumber(work.where?.(writings[broken]!.prompt));
  return writings.map(({ random }, place) =>
    likeliest ? likeliest(place) : draw(candidates(logits!(place), work), random.next()),
  );
}
