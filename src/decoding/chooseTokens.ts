import * as l10n from '@vscode/l10n';
import type { Writing } from './answer';
import type { Decoding } from './decoding';
import { rateToken, type RatedToken } from './logprobs';
import type { PassResult } from './passes';
import type { HeldAnswer } from './grammar/constraints';
import { candidates, draw } from './sampling';
import { Failure, type SourceLocation } from '../failure';
import { notANumber } from '../objective/notANumber';

interface Choosing extends Decoding {
  /** Tokens that end an answer. */
  readonly end: readonly number[];
  /** Likeliest tokens that are wanted beside each. */
  readonly rate?: number;
  where?(prompt: number): SourceLocation;
}

/** A token that is to be written. */
export interface ChosenToken {
  readonly token: number;
  /** How likely it was, where that was asked for. */
  readonly rated?: RatedToken;
}

/**
 * The next token of each answer.
 * @throws Failure "loss-not-finite" where the model gives no numbers; "grammar-failed" where no token of the vocabulary
 * goes on as the grammar asks
 */
export async function chooseTokens(
  pass: Promise<PassResult>,
  writings: readonly Writing[],
  work: Choosing,
): Promise<readonly ChosenToken[]> {
  const result = await pass;
  const broken = writings.findIndex((_, place) => Number.isNaN(result.logitSum(place)));
  if (broken >= 0) throw notANumber(work.where?.(writings[broken]!.prompt));
  const tokens: ChosenToken[] = [];
  for (const [place, writing] of writings.entries()) {
    const token = writing.held
      ? await chooseHeld(result, { place, writing }, work)
      : choose(result, { place, writing }, work);
    tokens.push({
      token,
      ...(work.rate !== undefined && { rated: rateToken(result.logits!(place), token, work.rate) }),
    });
  }
  return tokens;
}

interface Place {
  readonly place: number;
  readonly writing: Writing;
}

const choose = ({ likeliest, logits }: PassResult, { place, writing: { random } }: Place, work: Choosing): number =>
  likeliest ? likeliest(place) : draw(candidates(logits!(place), work), random.next());

/**
 * Of the tokens that the grammar allows. The likeliest of all is the likeliest of those where it is one of them, which
 * saves the mask.
 */
async function chooseHeld(
  { likeliest, logits }: PassResult,
  { place, writing }: Place,
  work: Choosing,
): Promise<number> {
  const held = writing.held!;
  const first = likeliest?.(place);
  if (first !== undefined && held.take(first)) return first;
  const chosen = likeliest
    ? await held.likeliest(logits!(place))
    : await drawn(held, logits!(place), { writing, work });
  if (chosen !== undefined && held.take(chosen)) return chosen;
  // One that is no row of the logits.
  const ending = chosen === undefined ? work.end.find((token) => held.take(token)) : undefined;
  if (ending !== undefined) return ending;
  throw new Failure(
    'grammar-failed',
    l10n.t`Behind ${writing.tokens.length} tokens of an answer no token of the model goes on as its schema asks.`,
    work.where?.(writing.prompt),
    l10n.t`Set tune.constrain to false, or choose a model whose tokenizer writes JSON.`,
  );
}

async function drawn(
  held: HeldAnswer,
  logits: Float32Array,
  { writing, work }: { readonly writing: Writing; readonly work: Choosing },
): Promise<number | undefined> {
  const masked = await held.masked(logits);
  return masked.some((logit) => logit > -Infinity) ? draw(candidates(masked, work), writing.random.next()) : undefined;
}
