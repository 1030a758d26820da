import { largest } from '../../../lists';
import type { Random } from '../../../data/random';
import type { LanguageModel } from '../../../model/openModel';
import { isSpaceless } from '../text/spacelessScripts';
import type { Continuations } from './continuations';
import { likeliestOf } from './likeliestOf';
import type { WordVocabulary } from './vocabulary';

const temperature = 0.7;
/** Tokens drawn from at each step: the likeliest. */
const drawnFrom = 40;
/** Tokens a word may take on average before its phrase is given up. */
const tokensInWord = 3;

interface Writer {
  readonly model: LanguageModel;
  readonly vocabulary: WordVocabulary;
  readonly continuations: Continuations;
  readonly random: Random;
}

/** What the phrase goes on from, and how many words it shall have. */
interface Beginning {
  readonly ids: readonly number[];
  readonly words: number;
}

/**
 * Lets the model write phrases.
 * @returns the words of each in lower case, undefined where it wrote something else than whole words that an edit may
 * write
 */
export async function samplePhrases(
  { model, vocabulary, continuations, random }: Writer,
  beginnings: readonly Beginning[],
): Promise<readonly (readonly string[] | undefined)[]> {
  const states = beginnings.map(({ ids, words }) => ({
    ids,
    words,
    written: [] as number[],
    begun: 0,
    finished: false,
  }));
  const longest =
    largest(
      beginnings.map(({ words }) => words),
      0,
    ) * tokensInWord;
  for (let step = 0; step <= longest; step++) {
    const open = states.filter((state) => !state.finished);
    if (open.length === 0) break;
    const next = await continuations.after(
      open.map(({ ids, written }) => [...ids, ...written]),
      open.map(({ ids, written }, i) => [i, ids.length + written.length - 1]),
    );
    open.forEach((state, i) => {
      const token = draw(next[i]!, random);
      if (state.written.length === 0 || !vocabulary.continues(token)) state.begun++;
      if (state.begun > state.words) state.finished = true;
      else state.written.push(token);
    });
  }
  return states.map(({ written, words, finished }) => {
    const text = model.tokenizer.decode(written).trim();
    // What is written without spaces is one piece, of as many words as it may be.
    if (isSpaceless(text)) return finished && vocabulary.accepts(text) ? [text] : undefined;
    const cores = text.split(/\s+/u);
    const [first, ...rest] = cores;
    const plain =
      finished &&
      cores.length === words &&
      vocabulary.accepts(first!) &&
      rest.every((core) => core === core.toLowerCase() && vocabulary.accepts(core));
    return plain ? cores.map((core) => core.toLowerCase()) : undefined;
  });
}

function draw(logProbabilities: Float32Array, random: Random): number {
  const likeliest = likeliestOf(logProbabilities.keys(), logProbabilities, { most: drawnFrom });
  const weights = likeliest.map((token) =>
    Math.exp((logProbabilities[token]! - logProbabilities[likeliest[0]!]!) / temperature),
  );
  let left = random.next() * weights.reduce((sum, weight) => sum + weight, 0);
  const at = weights.findIndex((weight) => (left -= weight) <= 0);
  return likeliest[at < 0 ? 0 : at]!;
}
