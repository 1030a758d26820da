import * as l10n from '@vscode/l10n';
import { Failure } from '../../failure';
import type { Tokenizer } from '../../model/tokenizer/tokenizer';
import type { TokenPieces } from '../../model/tokenizer/tokenPieces';
import { constraintRemedy, grammarOf, type AnswerConstraint } from '../../template/read/answerConstraint';
import { mayFollow, strictLead, wellFormed } from './utf8Tokens';
import { openGrammarEngine, type AnswerMatcher, type GrammarEngine } from './grammarEngine';

/** An answer on its way through the grammar. */
export interface HeldAnswer {
  /** Takes a token, where the grammar allows it. */
  take(token: number): boolean;
  /** The logits with minus infinity for every token that the grammar does not allow. */
  masked(logits: Float32Array): Promise<Float32Array>;
  /** The likeliest of the tokens that the grammar allows; undefined where there is none. */
  likeliest(logits: Float32Array): Promise<number | undefined>;
  /** Whether it can only end. */
  isWhole(): Promise<boolean>;
  release(): void;
}

/** The grammars of one model's answers. */
export interface Constraints {
  /**
   * @param end tokens that may end an answer
   * @throws Failure "grammar-failed", "tokenizer-unsupported"
   */
  hold(constraint: AnswerConstraint, end: readonly number[]): Promise<HeldAnswer>;
  /** Gives the memory back. */
  close(): void;
}

/** Nothing is opened before an answer is held to something. */
export function openConstraints(tokenizer: Pick<Tokenizer, 'pieces' | 'vocabularySize'>): Constraints {
  let pieces: TokenPieces | undefined;
  const engines = new Map<string, Promise<GrammarEngine>>();
  const grammars = new Map<string, string>();

  const engineFor = (end: readonly number[], opened: TokenPieces): Promise<GrammarEngine> => {
    const key = end.join();
    const known = engines.get(key) ?? openGrammarEngine(opened, { ...tokenizer, stop: end });
    engines.set(key, known);
    return known;
  };

  return {
    async hold(constraint, end) {
      pieces ??= wellFormed(tokenizer.pieces());
      const key = JSON.stringify(constraint);
      const grammar = grammars.get(key) ?? requireGrammar(constraint, pieces.spaced);
      grammars.set(key, grammar);
      return heldAnswer(await (await engineFor(end, pieces)).match(grammar), pieces, end);
    },
    close() {
      for (const engine of engines.values())
        void engine.then(
          (opened) => opened.close(),
          () => undefined,
        );
      engines.clear();
      pieces = undefined;
    },
  };
}

function requireGrammar(constraint: AnswerConstraint, spaced: boolean): string {
  const made = grammarOf(constraint, { spaced });
  if (!('problem' in made)) return made.ebnf;
  const message = l10n.t`Answers cannot be held to output.schema, because ${made.problem}.`;
  throw new Failure('grammar-failed', message, {}, constraintRemedy());
}

function heldAnswer(matcher: AnswerMatcher, { notFirst, bytes }: TokenPieces, end: readonly number[]): HeldAnswer {
  let [isFirst, hasEnded] = [true, false];
  let lead: number | undefined;
  const barred = (token: number): boolean =>
    (isFirst && notFirst.has(token)) || (lead !== undefined && !mayFollow(lead, bytes[token]?.[0]));
  return {
    take(token) {
      if (barred(token) || !matcher.take(token)) return false;
      isFirst = false;
      hasEnded = end.includes(token);
      lead = strictLead(bytes[token]);
      return true;
    },
    async masked(logits) {
      const { bits } = await matcher.mask();
      const left = new Float32Array(logits.length).fill(-Infinity);
      for (const token of allowed(bits, logits.length)) if (!barred(token)) left[token] = logits[token]!;
      return left;
    },
    async likeliest(logits) {
      const { bits } = await matcher.mask();
      let best: number | undefined;
      for (const token of allowed(bits, logits.length))
        if (!barred(token) && (best === undefined || logits[token]! > logits[best]!)) best = token;
      return best;
    },
    async isWhole() {
      // Behind its end the library has no mask.
      if (hasEnded) return true;
      const { bits } = await matcher.mask();
      return allowed(bits, 32 * bits.length).every((token) => end.includes(token));
    },
    release: () => matcher.release(),
  };
}

/** The tokens whose bits are set, in their order. */
function allowed(bits: Int32Array, size: number): Int32Array {
  const tokens = new Int32Array(size);
  let count = 0;
  for (let word = 0; word < bits.length; word++)
    for (let left = bits[word]!, lowest = left & -left; left !== 0; left ^= lowest, lowest = left & -left) {
      const token = 32 * word + 31 - Math.clz32(lowest);
      if (token < size) tokens[count++] = token;
    }
  return tokens.subarray(0, count);
}
