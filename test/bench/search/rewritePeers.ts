import { below, shuffle, streamFor, type Random } from '../../../src/data/random';
import type { LanguageModel } from '../../../src/model/openModel';
import { openTaskObjective } from '../../../src/objective/objective';
import { openSource } from '../../../src/objective/rows/source';
import type { Task } from '../../../src/objective/task';
import { boundsWithin } from '../../../src/tuning/search/bounds';
import { chooseText } from '../../../src/tuning/search/front/front';
import type { FrontText } from '../../../src/tuning/search/front/frontText';
import { scoreFluency } from '../../../src/tuning/search/judging/fluency';
import { rowLosses } from '../../../src/tuning/search/judging/instructionScorer';
import { measureSelection } from '../../../src/tuning/search/judging/selection';
import { openContinuations } from '../../../src/tuning/search/proposals/continuations';
import { gradientsAt } from '../../../src/tuning/search/proposals/instructionGradients';
import { paraphrasesOf } from '../../../src/tuning/search/proposals/paraphrases';
import { samplePhrases } from '../../../src/tuning/search/proposals/samplePhrases';
import { tokenExchanges } from '../../../src/tuning/search/proposals/tokenExchange';
import { prepare, type SearchContext } from '../../../src/tuning/search/searchContext';
import { hardTask, withInstruction } from '../../../src/tuning/search/text/hardTask';
import { instructionSpanLike } from '../../../src/tuning/search/text/instructionSpan';
import { tokenPlaces } from '../../../src/tuning/search/text/tokenPlaces';
import { exchange, readWords, swap, writeWords, type Sentence } from '../../../src/tuning/search/text/words';

export interface Found {
  readonly original: string;
  readonly text: string;
  readonly front?: readonly FrontText[];
  readonly facts: object;
}

export type Peer = (
  task: Task,
  model: LanguageModel,
  options: { readonly seed: number; readonly budget: number },
) => Promise<Found>;

/** What a peer proposes in a round, given the text that it has come to and the rows of the round. */
type Propose = (
  setting: SearchContext,
  round: { readonly source: string; readonly task: Task; readonly rows: readonly number[]; readonly random: Random },
) => Promise<readonly string[]>;

/** Rows that a round's texts are measured on, and texts of a round. */
const rowsOfRound = 32;
const textsOfRound = 20;
/** Texts between two that are measured on the rows that choose. */
const chosenEvery = 3;

/**
 * A greedy search: in each round the best of the proposed texts on rows drawn for the round, if it is better than the
 * one before on the same rows. The text is chosen among those by the same rows as ours, within the same budget.
 */
function greedy(propose: Propose): Peer {
  return async (task, model, { seed, budget }) => {
    const objective = openTaskObjective(task, model);
    const continuations = await openContinuations(model);
    try {
      const hard = hardTask(task);
      const train = openSource(hard, model, 'train');
      const dev = task.splits.dev ? openSource(hard, model, 'dev') : train;
      const scorer = { model, objective, original: { train, dev } };
      const setting = await prepare(hard, scorer, { continuations, budget, writers: [] });
      return await climb(setting, { propose, seed });
    } finally {
      await Promise.all([objective.close(), continuations.close()]);
    }
  };
}

async function climb(
  setting: SearchContext,
  { propose, seed }: { readonly propose: Propose; readonly seed: number },
): Promise<Found> {
  const { start, forwards, selection, trainRows } = setting;
  const original = new Map<number, number>();
  const texts: FrontText[] = [];
  const choose = async (source: string): Promise<void> => {
    const known = await candidate(setting, source);
    const measured = known && (await measureSelection(setting, { ...known, edits: [], bound: 0 }, original));
    if (measured) texts.push(measured.text);
  };
  await choose(start.source);
  let [source, accepted] = [start.source, 0];
  for (let round = 0; ; round++) {
    const random = streamFor(seed, 21, round);
    const rows = shuffle(trainRows, random).slice(0, rowsOfRound);
    if (forwards.done + (textsOfRound + 5) * rows.length + selection.rows.length > forwards.budget) break;
    const task = withInstruction(setting.task, source)!;
    const proposed = await propose(setting, { source, task, rows, random });
    let [best, bestLoss] = [source, await lossOf(setting, source, rows)];
    for (const text of [...new Set(proposed)].slice(0, textsOfRound)) {
      const loss = await lossOf(setting, text, rows);
      if (loss < bestLoss) [best, bestLoss] = [text, loss];
    }
    if (best === source) continue;
    source = best;
    accepted++;
    if (accepted % chosenEvery === 0) await choose(source);
  }
  if (accepted % chosenEvery !== 0) await choose(source);
  const chosen = chooseText(texts, 0);
  const { readability, accuracy: dev } = chosen;
  return { original: start.source, text: chosen.text, facts: { spent: forwards.done, accepted, readability, dev } };
}

async function candidate(setting: SearchContext, source: string) {
  const { model, objective, start, rows, forwards } = setting;
  const task = withInstruction(setting.task, source);
  const span = task && instructionSpanLike(start.span, task, model, rows[0]!);
  if (!task || !span) return undefined;
  const [fluencyScore] = await scoreFluency(model, objective, [span]);
  forwards.done++;
  return { source, task, fluencyScore: fluencyScore! };
}

/** Mean loss on some training rows; infinite for a text that is no template, or does not fit. */
async function lossOf(setting: SearchContext, source: string, rows: readonly number[]): Promise<number> {
  const task = withInstruction(setting.task, source);
  if (!task || !instructionSpanLike(setting.start.span, task, setting.model, setting.rows[0]!)) return Infinity;
  setting.forwards.done += rows.length;
  const losses = await rowLosses(setting, task, 'train', rows);
  return losses ? [...losses.values()].reduce((sum, loss) => sum + loss, 0) / losses.size : Infinity;
}

const free = boundsWithin(Infinity, true);
/** Tokens of a place that GCG draws from. */
const drawnFrom = 16;

/** Single tokens exchanged, drawn from those that the gradient likes best (AutoPrompt, GCG), without any bound. */
const gradient: Propose = async (setting, { source, task, rows, random }) => {
  const { model, objective, forwards, start } = setting;
  const span = instructionSpanLike(start.span, task, model, setting.rows[0]!)!;
  const places = tokenPlaces(source, span.tokens, { model, end: setting.formatStart(source) });
  const gradients = await gradientsAt({ task, model, objective }, rows, (tokens) => {
    const found = new Map(
      tokenPlaces(source, tokens, { model, end: setting.formatStart(source) }).map(({ from, index }) => [from, index]),
    );
    return places.map(({ from }) => found.get(from));
  });
  forwards.done += 3 * rows.length;
  const exchanges = tokenExchanges(model, {
    places,
    gradients,
    tokens: setting.exchangeable(),
    random,
    count: drawnFrom * places.length,
  });
  return shuffle(exchanges, random).map(
    ({ place: { from, to }, text }) => source.slice(0, from) + text + source.slice(to),
  );
};

/** The edits of GrIPS (Prasad et al. 2023): phrases deleted, swapped, paraphrased, and deleted ones added again. */
const grips: Propose = async (setting, { source, random }) => {
  const original = readWords(setting.start.source, () => true).words.map(({ core }) => core);
  return edited(setting, source, textsOfRound, (sentence) => {
    const { words } = sentence;
    const from = below(random, words.length);
    const to = Math.min(words.length, from + 1 + below(random, 4));
    const kind = below(random, 4);
    if (kind === 0) return exchange(sentence, from, to, []);
    if (kind === 1) return swap(sentence, from);
    if (kind === 2) {
      const start = below(random, original.length);
      return exchange(sentence, from, from, original.slice(start, start + 1 + below(random, 4)));
    }
    const known = paraphrasesOf(
      words
        .slice(from, to)
        .map(({ core }) => core.toLowerCase())
        .join(' '),
    );
    return known.length > 0 ? exchange(sentence, from, to, known[below(random, known.length)]!.split(' ')) : undefined;
  });
};

/** Words exchanged for, or put before, any others: what the judge alone is worth. */
const random: Propose = async (setting, { source, random: draws }) => {
  const vocabulary = [...setting.vocabulary.inner.values()];
  return edited(setting, source, textsOfRound, (sentence) => {
    const at = below(draws, sentence.words.length);
    const word = vocabulary[below(draws, vocabulary.length)]!;
    return exchange(sentence, at, at + below(draws, 2), [word]);
  });
};

/**
 * Resampling as APE does (Zhou et al. 2023), with a model that only goes on: the beginning of the text stays, and the
 * model writes the rest.
 */
const ape: Propose = async (setting, { source, task, random: draws }) => {
  const { model, vocabulary, continuations, start } = setting;
  const span = instructionSpanLike(start.span, task, model, setting.rows[0]!)!;
  const { words } = readWords(source, () => true);
  const beginnings = Array.from({ length: textsOfRound }, () => {
    const kept = below(draws, words.length);
    const text = source.slice(
      0,
      words.slice(0, kept).reduce((sum, word) => sum + lengthOf(word), 0),
    );
    return {
      text,
      ids: [...span.context, ...model.tokenizer.encode(text, false)],
      words: Math.max(2, words.length - kept + below(draws, 5) - 2),
    };
  }).filter(({ ids }) => ids.length > 0);
  const written = await samplePhrases({ model, vocabulary, continuations, random: draws }, beginnings);
  return written.flatMap((cores, i) => (cores ? [`${beginnings[i]!.text.trimEnd()} ${cores.join(' ')}.`.trim()] : []));
};

const lengthOf = ({ gap, before, core, after }: Sentence['words'][number]): number =>
  gap.length + before.length + core.length + after.length;

/** So many texts that differ from one, each by an edit. */
function edited(
  setting: SearchContext,
  source: string,
  count: number,
  edit: (sentence: Sentence) => Sentence | undefined,
): readonly string[] {
  const sentence = setting.read(source, free);
  const texts = new Set<string>();
  for (let tries = 0; tries < 50 * count && texts.size < count; tries++) {
    const changed = edit(sentence);
    if (changed) texts.add(writeWords(changed));
  }
  texts.delete(source);
  return [...texts];
}

/** Other ways to search, under the same judge. */
export const peers: Readonly<Record<string, Peer>> = {
  gradient: greedy(gradient),
  grips: greedy(grips),
  ape: greedy(ape),
  random: greedy(random),
};
