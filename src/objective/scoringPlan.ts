import type { Example } from './example';
import type { Verbalizer } from './task';
import type { WordsInPlace } from './wordsInPlace';

/** An answer token to score: its log-likelihood by the hidden state at `position` of sequence `sequence`. */
export interface ScoredToken {
  /** Which sequence of the plan, from 0; its continuations are counted behind all sequences. */
  readonly sequence: number;
  /**
   * Token of the sequence or continuation, from 0; its hidden state predicts the one behind it, or of a masked model
   * the one masked there.
   */
  readonly position: number;
  readonly token: number;
}

/** What a batch asks the model, before it is laid out as tensors. */
export interface ScoringPlan {
  /** Token ids of each sequence that the model runs. */
  readonly sequences: readonly (readonly number[])[];
  /** Token ids that are run behind the sequences, as many for each, those of one side by side; often none. */
  readonly continuations: readonly (readonly number[])[];
  /** `scoredTokens[example][label][word][token]` */
  readonly scoredTokens: readonly (readonly (readonly (readonly ScoredToken[])[])[])[];
}

/**
 * Every word of every label, scored after each prompt; words that begin alike share a sequence.
 * @param wordsOf the words behind an example's prompt
 * @param continued whether a prompt is run once, with the words behind it
 */
export function planLabels(
  examples: readonly Example[],
  wordsOf: (example: Example) => WordsInPlace,
  continued = false,
): ScoringPlan {
  if (examples[0]!.masks !== undefined)
    return planMasks(examples, (example) => wordsOf(example).map((words) => words.map(({ tokens }) => tokens)));
  const plans = new Map<WordsInPlace, WordSequences>();
  const prompts = examples.map((example): PromptWithWords => {
    const words = wordsOf(example);
    const seam = longestSeam(words);
    const known = seam === 0 ? plans.get(words) : undefined;
    const behind = known ?? planWords(words, example.prompt.slice(example.prompt.length - seam));
    if (seam === 0) plans.set(words, behind);
    return { prompt: example.prompt.slice(0, example.prompt.length - seam), ...behind };
  });
  return (continued && planContinuations(prompts)) || planWhole(prompts);
}

/** Each beginning of words behind a prompt as a sequence that holds the prompt too. */
function planWhole(prompts: readonly PromptWithWords[]): ScoringPlan {
  let first = 0;
  const scoredTokens = prompts.map(({ prompt, beginnings, tokens }) => {
    const own = first;
    first += beginnings.length;
    return moved(tokens, ({ sequence, position }) => ({
      sequence: own + sequence,
      position: prompt.length + position,
    }));
  });
  const sequences = prompts.flatMap(({ prompt, beginnings }) => beginnings.map((tokens) => [...prompt, ...tokens]));
  return { sequences, continuations: [], scoredTokens };
}

/**
 * Each prompt as a sequence, with what all its words begin with, and where they part as continuations of it; undefined
 * where nothing parts, or no token is scored in front of it.
 */
function planContinuations(prompts: readonly PromptWithWords[]): ScoringPlan | undefined {
  const parting = prompts.map(({ beginnings }) => commonLength(beginnings));
  const each = prompts.reduce((most, { beginnings }) => Math.max(most, beginnings.length), 0);
  const parts = prompts.every(
    ({ beginnings, tokens }, i) =>
      beginnings.length > 1 && tokens.flat(2).some(({ position }) => position < parting[i]!),
  );
  if (!parts) return undefined;
  return {
    sequences: prompts.map(({ prompt, beginnings }, i) => [...prompt, ...beginnings[0]!.slice(0, parting[i])]),
    continuations: prompts.flatMap(({ beginnings }, i) =>
      // Where another prompt's words part into more, the last stands for those that lack.
      Array.from({ length: each }, (_, c) => (beginnings[c] ?? beginnings.at(-1)!).slice(parting[i])),
    ),
    scoredTokens: prompts.map(({ prompt, tokens }, i) =>
      moved(tokens, ({ sequence, position }) =>
        position < parting[i]!
          ? { sequence: i, position: prompt.length + position }
          : { sequence: prompts.length + i * each + sequence, position: position - parting[i]! },
      ),
    ),
  };
}

function moved(
  tokens: WordSequences['tokens'],
  place: (token: ScoredToken) => Omit<ScoredToken, 'token'>,
): WordSequences['tokens'] {
  return tokens.map((label) =>
    label.map((word) => word.map((scored): ScoredToken => ({ ...place(scored), token: scored.token }))),
  );
}

/** How many tokens all lists begin with. */
function commonLength([first, ...others]: readonly (readonly number[])[]): number {
  const differs = first!.findIndex((token, i) => others.some((tokens) => tokens[i] !== token));
  return differs < 0 ? first!.length : differs;
}

/** The expected answer of each example, as its one label of one word. */
export function planAnswers(examples: readonly Example[]): ScoringPlan {
  if (examples[0]!.masks !== undefined) return planMasks(examples, ({ answer }) => [[answer]]);
  const kept = ({ prompt, merged = 0 }: Example): number => prompt.length - merged;
  return {
    sequences: examples.map((example) => [...example.prompt.slice(0, kept(example)), ...example.answer.slice(0, -1)]),
    continuations: [],
    scoredTokens: examples.map((example, i) => [
      [example.answer.map((token, t) => ({ sequence: i, position: kept(example) + t - 1, token }))],
    ]),
  };
}

/**
 * Every token of a word scored at its own mask, in one pass; surplus masks are not read (PET, Schick and Schütze 2021,
 * eq. 5).
 */
function planMasks(examples: readonly Example[], wordsOf: (example: Example) => Verbalizer): ScoringPlan {
  return {
    sequences: examples.map(({ prompt }) => prompt),
    continuations: [],
    scoredTokens: examples.map((example, i) =>
      wordsOf(example).map((words) =>
        words.map((word) => word.map((token, t) => ({ sequence: i, position: example.masks! + t, token }))),
      ),
    ),
  };
}

/** What is run behind the part of a prompt that no word changes. */
interface WordSequences {
  /** Tokens that are run there, one sequence each. */
  readonly beginnings: readonly (readonly number[])[];
  /** `[label][word][token]`, sequences counted among `beginnings`, positions from the end of that part. */
  readonly tokens: ScoringPlan['scoredTokens'][number];
}

interface PromptWithWords extends WordSequences {
  /** The part of the prompt that no word changes. */
  readonly prompt: readonly number[];
}

const longestSeam = (words: WordsInPlace): number =>
  words.reduce((longest, list) => list.reduce((most, { merged }) => Math.max(most, merged), longest), 0);

/** @param seam the prompt's last tokens, as many as any word replaces; each word keeps those it does not */
function planWords(words: WordsInPlace, seam: readonly number[]): WordSequences {
  const whole = words.map((list) =>
    list.map(({ merged, tokens }) => ({
      from: seam.length - merged,
      ids: [...seam.slice(0, seam.length - merged), ...tokens],
    })),
  );
  const beginnings = beginningsOf(whole.flat().map(({ ids }) => ids));
  return {
    beginnings,
    tokens: whole.map((list) =>
      list.map(({ from, ids }) =>
        ids.slice(from).map((token, t) => {
          const behind = ids.slice(0, from + t);
          const sequence = beginnings.findIndex((tokens) => behind.every((id, j) => tokens[j] === id));
          return { sequence, position: from + t - 1, token };
        }),
      ),
    ),
  };
}

/**
 * The beginnings of words that must be run to score every word: only the empty one when all words are single tokens.
 */
function beginningsOf(words: readonly (readonly number[])[]): readonly (readonly number[])[] {
  const beginnings = words.map((word) => word.slice(0, -1)).sort((a, b) => b.length - a.length);
  const kept: (readonly number[])[] = [];
  for (const tokens of beginnings)
    if (!kept.some((longer) => tokens.every((id, i) => longer[i] === id))) kept.push(tokens);
  return kept;
}
