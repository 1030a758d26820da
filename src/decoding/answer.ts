import type { Random } from '../data/random';
import type { SourceLocation } from '../failure';
import type { Decoding } from './decoding';
import type { RatedToken } from './logprobs';
import type { AnswerConstraint } from '../template/read/answerConstraint';
import type { HeldAnswer } from './grammar/constraints';
import type { TextStream } from './textStream';

/** Why an answer ends: an end token of the model, a stop sequence, or the budget of tokens, which truncates it. */
export type Ending = 'end' | 'stop' | 'budget';

/** What a model has written behind a prompt. */
export interface Answer {
  /** Without the end token; those of a stop sequence included. */
  readonly tokens: readonly number[];
  /** Without the stop sequence. */
  readonly text: string;
  readonly ending: Ending;
  /** Its share of the time of the passes that it was part of. */
  readonly seconds: number;
}

/** What one pass adds to one answer. */
export interface AnswerPiece {
  /** Place of its prompt in the list. */
  readonly prompt: number;
  /** Text that has become certain; empty where a letter or a stop sequence may still come of it. */
  readonly text: string;
  /** New tokens so far. */
  readonly tokens: number;
  /** Its share of the time of the passes so far. */
  readonly seconds: number;
  /** The token that the pass has added, where that was asked for; an end token is none. */
  readonly rated?: RatedToken;
  /** The whole answer, once it is finished. */
  readonly answer?: Answer;
}

export interface DecodeOptions extends Partial<Decoding> {
  /** What answers are held to; it also ends them, so that stop sequences are not looked for. */
  readonly constraint?: AnswerConstraint;
  /** Tokens that end an answer; the model's own where none are given. */
  readonly end?: readonly number[];
  /** Whether what all prompts begin with is read once; it is by default. */
  readonly shareOpening?: boolean;
  /** Likeliest tokens that are wanted beside each that is written; without it nothing is said of either. */
  readonly rate?: number;
  /** What is otherwise for one prompt than for all. */
  of?(prompt: number): Partial<Pick<Decoding, 'seed' | 'most'>>;
  /** Whether an answer is still wanted; one that is not leaves between two passes, and comes to no end. */
  isWanted?(prompt: number): boolean;
  /** Row of each prompt in its data, from which its random numbers follow; its place in the list by default. */
  row?(prompt: number): number;
  /** Where a prompt is from. */
  where?(prompt: number): SourceLocation;
  readonly signal?: AbortSignal;
}

/** An answer that is being written. */
export interface Writing {
  readonly prompt: number;
  readonly ids: readonly number[];
  readonly tokens: number[];
  /** New tokens at most, as the context allows. */
  readonly most: number;
  readonly random: Random;
  /** Absent where nobody needs the text before the answer is finished. */
  readonly text?: TextStream;
  /** Absent where every token may follow, and until the prompt is read. */
  held?: HeldAnswer;
  /** Whether what it is held to lets it do nothing but end; looked at where the budget ends. */
  isWhole?: boolean;
  seconds: number;
}
