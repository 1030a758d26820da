import { shuffle, type Random } from '../../../data/random';
import { append } from '../../../lists';
import type { LanguageModel } from '../../../model/openModel';
import type { InstructionSpan } from '../text/instructionSpan';
import { beginsSentence, type Sentence, type Word } from '../text/words';
import type { Continuations } from './continuations';
import { expectedChanges } from './expectedChanges';
import { likeliestOf } from './likeliestOf';
import type { TokenGradient } from './instructionGradients';
import type { WordVocabulary } from './vocabulary';

/** Words in the place of neighbouring others, each a token of its own. */
export interface WordRun {
  /** The first word that gives way, and the one behind the last. */
  readonly from: number;
  readonly to: number;
  readonly tokens: readonly number[];
  readonly words: readonly string[];
  /** Σ (e_v − e_x)·∂loss/∂e_x over its places: the change of the loss to first order. */
  readonly expected: number;
}

/** What runs are made from. */
export interface RunContext {
  readonly model: LanguageModel;
  readonly sentence: Sentence;
  readonly span: InstructionSpan;
  /** First token of each word, an index into `span.tokens`. */
  readonly starts: readonly (number | undefined)[];
  /** Of each word, at its first token. */
  readonly gradients: readonly (TokenGradient | undefined)[];
  readonly vocabulary: WordVocabulary;
  readonly continuations: Continuations;
  /** By how much an edit may make the text less likely, nats. */
  readonly headroom: number;
  readonly random: Random;
}

/** Places where runs begin, of a long text some at random. */
const placesAtMost = 4;
/** Longest run, in words; those of one word are proposed apart. */
const longestRun = 3;
/** Beginnings of runs that are gone on from at each place. */
const width = 4;
/** Words the model finds likeliest behind a beginning; only these go on with it. */
const plausible = 100;
/** Finished runs of each length at a place. */
const finishedAtMost = 2;

/** Prompts that a call reads: the text itself, then each beginning. */
export const costOfRuns = 1 + placesAtMost * width * (longestRun - 1);

interface Beginning {
  readonly place: number;
  readonly tokens: readonly number[];
  readonly words: readonly string[];
  readonly expected: number;
  /** How much less likely it is than what it stands in the place of, nats. */
  readonly cost: number;
}

/**
 * Several neighbouring words exchanged at once, where one of them alone would make the text worse to read or would not
 * help: a beam over the words that the model itself expects behind each beginning, by what the gradient expects of the
 * run. As AutoDAN (Zhu et al. 2023) writes, but within a bound instead of by a weight between the two.
 * @returns runs whose likelihood leaves the text within its bound as far as it goes; what follows is read later
 */
export async function wordRuns(context: RunContext): Promise<readonly WordRun[]> {
  const { span, starts, continuations, sentence, random } = context;
  const places = shuffle(
    sentence.words.flatMap((_, word) => (runFrom(context, word) > 1 ? [word] : [])),
    random,
  ).slice(0, placesAtMost);
  if (places.length === 0) return [];
  const text = [...span.context, ...span.tokens];
  const asWritten = await continuations.after(
    [text],
    span.tokens.map((_, i) => [0, Math.max(0, span.context.length + i - 1)]),
  );
  const likelihoodOf = (word: number): number => asWritten[starts[word]!]![span.tokens[starts[word]!]!]!;
  let beam = places.map((place): Beginning => ({ place, tokens: [], words: [], expected: 0, cost: 0 }));
  const finished: WordRun[] = [];
  for (let length = 1; length <= longestRun && beam.length > 0; length++) {
    const next =
      length === 1
        ? beam.map(({ place }) => asWritten[starts[place]!]!)
        : await continuations.after(
            beam.map((each) => beginningOf(context, each)),
            beam.map((each, i) => [i, beginningOf(context, each).length - 1]),
          );
    const extended = beam.flatMap((each, i) => extend(context, each, next[i]!, likelihoodOf));
    if (length > 1)
      append(
        finished,
        places.flatMap((place) => bestAt(extended, place, finishedAtMost).map(asRun)),
      );
    beam = places.flatMap((place) => bestAt(extended, place, width)).filter((each) => mayGoOn(context, each));
  }
  const changes = ({ from, tokens }: WordRun, i: number): boolean => tokens[i] !== span.tokens[starts[from + i]!]!;
  return finished.filter((run) => changes(run, 0) && changes(run, run.tokens.length - 1));
}

/** How many neighbouring words from one on may be exchanged together: each its own token, with a space between. */
function runFrom({ sentence: { words }, span, starts, gradients }: RunContext, first: number): number {
  let length = 0;
  while (length < longestRun) {
    const at = first + length;
    const isNeighbour = length === 0 || (starts[at] === starts[at - 1]! + 1 && isPlainGap(words[at - 1]!, words[at]!));
    const opens = words[at] === undefined || beginsSentence(words, at);
    if (opens || words[at]!.locked || starts[at] === undefined || !gradients[at] || !isNeighbour) break;
    if (span.context.length + starts[at]! === 0) break;
    length++;
  }
  return length;
}

const isPlainGap = (left: Word, right: Word): boolean => left.after === '' && right.before === '' && right.gap === ' ';

const mayGoOn = (context: RunContext, { place, tokens }: Beginning): boolean => tokens.length < runFrom(context, place);

const beginningOf = ({ span, starts }: RunContext, { place, tokens }: Beginning): readonly number[] => [
  ...span.context,
  ...span.tokens.slice(0, starts[place]),
  ...tokens,
];

/** A beginning with each of the words that may follow, the text within its bound. */
function extend(
  context: RunContext,
  { place, tokens, words, expected, cost }: Beginning,
  logProbabilities: Float32Array,
  likelihoodOf: (word: number) => number,
): readonly Beginning[] {
  const { model, vocabulary, gradients, headroom } = context;
  const word = place + tokens.length;
  const replaced = cost + likelihoodOf(word);
  const choices = likeliestOf(vocabulary.inner.keys(), logProbabilities, { most: plausible })
    .map((token) => ({
      token,
      text: vocabulary.inner.get(token)!,
      cost: replaced - logProbabilities[token]!,
    }))
    .filter((choice) => choice.cost <= headroom);
  const changes = expectedChanges(
    model,
    gradients[word]!,
    choices.map(({ token }) => token),
  );
  return choices.map((choice, i) => ({
    place,
    tokens: [...tokens, choice.token],
    words: [...words, choice.text],
    expected: expected + changes[i]!,
    cost: choice.cost,
  }));
}

const bestAt = (beginnings: readonly Beginning[], place: number, count: number): readonly Beginning[] =>
  beginnings
    .filter((each) => each.place === place)
    .sort((a, b) => a.expected - b.expected || a.cost - b.cost)
    .slice(0, count);

const asRun = ({ place, tokens, words, expected }: Beginning): WordRun => ({
  from: place,
  to: place + tokens.length,
  tokens,
  words,
  expected,
});
