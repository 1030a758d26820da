import { below, shuffle, type Random } from '../../../data/random';
import { tokensInText } from '../../../template/text/tokensInPlace';
import type { Bounds, EditKind } from '../bounds';
import { isClosedClass, isEnglish, modifiers } from './english';
import { expectedChanges } from './expectedChanges';
import { formMoves } from './formMoves';
import { likeliestOf } from './likeliestOf';
import { listMoves, listOrders, listWays } from './listMoves';
import type { EmbeddingSimilarity } from './embeddingSimilarity';
import { longestPhrase, paraphrasesOf } from './paraphrases';
import { readMarkedList, readOptionList, type OptionList } from '../text/optionList';
import { samplePhrases } from './samplePhrases';
import { wordRuns, type RunContext } from './wordRuns';
import { addSentence, beginsSentence, exchange, swap, writeWords, type Sentence } from '../text/words';

/** A changed instruction that has not been read or measured yet. */
export interface Proposal {
  readonly kind: EditKind;
  readonly source: string;
  /** Change of the loss by the gradient, to first order; only its order among proposals of a kind means something. */
  readonly expected: number;
  /** Who wrote it, where it is a whole text. */
  readonly origin?: string;
}

/** What proposals are made from. */
export interface ProposalContext extends RunContext {
  readonly bounds: Bounds;
  readonly similarity: EmbeddingSimilarity;
  /**
   * Words of the text that a person wrote, lower case; only they have synonyms, so that a chain of synonyms leads
   * nowhere else.
   */
  readonly written: ReadonlySet<string>;
  /** Sentences that may be added. */
  readonly additions: readonly string[];
  /** Label words as they may be listed. */
  readonly names: readonly string[];
  /** Offset in the text from where on nothing is edited. */
  readonly end: number;
}

/** Words the model finds likeliest at a place; only these are written there. */
const plausible = 300;
/** Least similarity of a word, or of a phrase written anew, to what it replaces. */
const synonym = 0.35;
const paraphrase = 0.6;
/**
 * Of them, those the gradient likes best, and some at random, since it is right only near the word that stands there.
 */
const taken: Readonly<Record<'replace' | 'insert', readonly [best: number, random: number]>> = {
  replace: [6, 4],
  insert: [2, 2],
};
/** Words of a long text that are looked at in a round. */
const placesAtMost = 32;
/** Longest phrase that is deleted or written anew, in words. */
const phraseLength = 4;
/** Sentences added to a text, at most: more bury the task. */
const mostAdditions = 2;
/** Phrases written anew in a round for each that is measured. */
const writtenPerMeasured = 3;
/** Share of a word's continuations that go on with the word, above which it is only the beginning of one. */
const fragment = 0.5;

/** Edits of an instruction by one word or phrase, in random order within a kind where no gradient orders them. */
export async function propose(context: ProposalContext): Promise<readonly Proposal[]> {
  return [
    ...(await singleWords(context)),
    ...(await neighbouringWords(context)),
    ...shuffle(
      [
        ...deletions(context),
        ...swaps(context),
        ...paraphrases(context),
        ...additions(context),
        ...arrangements(context),
      ],
      context.random,
    ),
    ...(await newPhrases(context)),
  ];
}

function proposal(kind: EditKind, sentence: Sentence | undefined, expected = 0): readonly Proposal[] {
  return sentence ? [{ kind, source: writeWords(sentence), expected }] : [];
}

/**
 * A synonym in the place of a word, or a modifier between two: plausible after what stands before it, ranked by (e_v
 * − e_x)·∂loss/∂e_x.
 */
async function singleWords(context: ProposalContext): Promise<readonly Proposal[]> {
  const { span, starts, continuations, sentence, bounds } = context;
  const { synonymsOnly, quotas } = bounds;
  if (quotas.replace + quotas.insert === 0) return [];
  const all = starts.flatMap((start, word) =>
    start !== undefined && span.context.length + start > 0 ? [{ word, start }] : [],
  );
  const places = all.length <= placesAtMost ? all : shuffle(all, context.random).slice(0, placesAtMost);
  const text = [...span.context, ...span.tokens];
  const expectations = await continuations.after(
    [text],
    places.map(({ start }) => [0, span.context.length + start - 1]),
  );
  const chosen = places.flatMap(({ word, start }, i) => {
    const opens = beginsSentence(sentence.words, word);
    const least = synonymsOnly ? -Infinity : expectations[i]![text[span.context.length + start]!]! - context.headroom;
    const ranked = rank(
      context,
      word,
      likeliest(expectations[i]!, opens ? context.vocabulary.opening : context.vocabulary.inner, least),
    );
    const replaced = sentence.words[word]!.locked
      ? []
      : pick(synonymsOnly ? synonyms(context, word, ranked) : ranked, taken.replace, context.random).map((choice) => ({
          ...choice,
          kind: 'replace' as const,
          word,
          start,
        }));
    const inserted =
      opens || (synonymsOnly && !takesModifier(context, word))
        ? []
        : pick(
            ranked.filter(
              ({ text: other }) =>
                (!synonymsOnly || modifiers.has(other)) && !sentence.words.some(({ core }) => core === other),
            ),
            taken.insert,
            context.random,
          ).map((choice) => ({ ...choice, kind: 'insert' as const, word, start }));
    return [...replaced, ...inserted];
  });
  const whole = await wholeWords(
    context,
    chosen.map(({ start, token }) => [...span.context, ...span.tokens.slice(0, start), token]),
  );
  return chosen
    .filter((_, i) => whole[i])
    .flatMap(({ kind, word, text: written, expected }) =>
      proposal(kind, exchange(sentence, word, kind === 'replace' ? word + 1 : word, [written.toLowerCase()]), expected),
    );
}

/** Neighbouring words exchanged together for others that the model expects there. */
async function neighbouringWords(context: ProposalContext): Promise<readonly Proposal[]> {
  const { span, starts, sentence, bounds } = context;
  if (bounds.quotas.run === 0) return [];
  const runs = await wordRuns(context);
  const whole = await wholeWords(
    context,
    runs.map(({ from, tokens }) => [...span.context, ...span.tokens.slice(0, starts[from]), ...tokens]),
  );
  return runs
    .filter((_, i) => whole[i])
    .flatMap(({ from, to, words, expected }) => proposal('run', exchange(sentence, from, to, words), expected));
}

/** Between two words a person wrote, but not between an article and its noun: "a just person". */
function takesModifier({ sentence: { words }, written }: ProposalContext, word: number): boolean {
  const [previous, next] = [words[word - 1]?.core.toLowerCase() ?? '', words[word]!.core.toLowerCase()];
  return written.has(previous) && written.has(next) && !/^(?:an?|the)$/.test(previous);
}

interface Choice {
  readonly token: number;
  readonly text: string;
  readonly expected: number;
}

function likeliest(
  logProbabilities: Float32Array,
  words: ReadonlyMap<number, string>,
  least: number,
): readonly Omit<Choice, 'expected'>[] {
  const tokens = likeliestOf(words.keys(), logProbabilities, { most: plausible, least });
  return tokens.map((token) => ({ token, text: words.get(token)! }));
}

function rank(
  { model, sentence, gradients }: ProposalContext,
  word: number,
  choices: readonly Omit<Choice, 'expected'>[],
): readonly Choice[] {
  const others = choices.filter(({ text }) => text.toLowerCase() !== sentence.words[word]!.core.toLowerCase());
  const known = gradients[word];
  if (!known || others.length === 0) return others.map((choice) => ({ ...choice, expected: 0 }));
  const changes = expectedChanges(
    model,
    known,
    others.map(({ token }) => token),
  );
  return others.map((choice, i) => ({ ...choice, expected: changes[i]! })).sort((a, b) => a.expected - b.expected);
}

/**
 * Of some words those that mean something like a word of the instruction; none for a word that no single token writes.
 */
function synonyms(
  { model, sentence, similarity, written }: ProposalContext,
  word: number,
  choices: readonly Choice[],
): readonly Choice[] {
  const core = sentence.words[word]!.core.toLowerCase();
  const wordTokens = (text: string): readonly number[] =>
    tokensInText(text, (part) => model.tokenizer.encode(part, false));
  const tokens = wordTokens(core);
  if (tokens.length !== 1 || !written.has(core) || isClosedClass(core)) return [];
  const forms = choices.map(({ text }) => wordTokens(text.toLowerCase()));
  const alike = similarity.to(tokens, forms);
  return choices.filter(({ text }, i) => forms[i]!.length === 1 && alike[i]! >= synonym && !isClosedClass(text));
}

function pick(
  ranked: readonly Choice[],
  [best, atRandom]: readonly [number, number],
  random: Random,
): readonly Choice[] {
  return [...ranked.slice(0, best), ...shuffle(ranked.slice(best), random).slice(0, atRandom)];
}

/** Which of these beginnings end with a whole word, going by what the model expects next. */
async function wholeWords(
  { continuations, vocabulary }: ProposalContext,
  beginnings: readonly (readonly number[])[],
): Promise<readonly boolean[]> {
  const next =
    beginnings.length > 0
      ? await continuations.after(
          beginnings,
          beginnings.map((ids, i) => [i, ids.length - 1]),
        )
      : [];
  return next.map((logProbabilities) => {
    let goesOn = 0;
    for (let token = 0; token < logProbabilities.length; token++)
      if (vocabulary.continues(token)) goesOn += Math.exp(logProbabilities[token]!);
    return goesOn < fragment;
  });
}

/** A sentence keeps the word it opens with: in an instruction that is mostly its verb. */
function deletions({ sentence }: ProposalContext): readonly Proposal[] {
  return phrases(sentence)
    .filter(([from]) => !beginsSentence(sentence.words, from))
    .flatMap(([from, to]) => proposal('delete', exchange(sentence, from, to, [])));
}

function swaps({ sentence }: ProposalContext): readonly Proposal[] {
  return sentence.words.flatMap((_, i) => proposal('swap', swap(sentence, i)));
}

function paraphrases({ sentence, vocabulary }: ProposalContext): readonly Proposal[] {
  const { words } = sentence;
  return phrases(sentence, longestPhrase).flatMap(([from, to]) =>
    paraphrasesOf(
      words
        .slice(from, to)
        .map((word) => word.core.toLowerCase())
        .join(' '),
    )
      .map((phrase) => phrase.split(' '))
      .filter((cores) => cores.every(vocabulary.accepts))
      .flatMap((cores) => proposal('paraphrase', exchange(sentence, from, to, cores))),
  );
}

function additions({ sentence, additions: offered }: ProposalContext): readonly Proposal[] {
  const text = writeWords(sentence);
  if (offered.filter((added) => text.includes(added)).length >= mostAdditions) return [];
  return offered.flatMap((added) =>
    (['front', 'end'] as const).flatMap((side) => proposal('sentence', addSentence(sentence, added, side))),
  );
}

/** The answers listed otherwise, and the text with other marks. */
function arrangements({ sentence, names, end, bounds, random }: ProposalContext): readonly Proposal[] {
  const source = writeWords(sentence);
  const read = bounds.marksLists ? readMarkedList : readOptionList;
  const list = read(source, names, end);
  const of = (kind: EditKind, texts: readonly string[]): readonly Proposal[] =>
    texts.map((text) => ({ kind, source: text, expected: 0 }));
  const listed = (known: OptionList): readonly Proposal[] =>
    bounds.marksLists
      ? [...of('list', listOrders(source, known, random)), ...of('way', listWays(source, known, random))]
      : of('list', listMoves(source, known, random));
  return [...(list ? listed(list) : []), ...of('form', formMoves(source, { list, end, english: isEnglish(source) }))];
}

/** Runs of words that may be edited, of at most `longest` words. */
function phrases({ words }: Sentence, longest = phraseLength): readonly (readonly [number, number])[] {
  return words
    .flatMap((_, from) =>
      Array.from({ length: Math.min(longest, words.length - from) }, (__, i) => [from, from + i + 1] as const),
    )
    .filter(([from, to]) => words.slice(from, to).every((word) => !word.locked));
}

/** Phrases the model itself writes in the place of others. */
async function newPhrases(context: ProposalContext): Promise<readonly Proposal[]> {
  const { model, sentence, span, starts, random, similarity, written: own, bounds } = context;
  const original = phrases(sentence).filter(([from, to]) => {
    if (!bounds.synonymsOnly) return true;
    const cores = sentence.words.slice(from, to).map(({ core }) => core.toLowerCase());
    return cores.every((core) => own.has(core)) && !cores.every(isClosedClass);
  });
  const places = shuffle(
    original.filter(([from]) => starts[from] !== undefined && span.context.length + starts[from]! > 0),
    random,
  ).slice(0, writtenPerMeasured * bounds.quotas.rewrite);
  const beginnings = places.map(([from, to]) => ({
    ids: [...span.context, ...span.tokens.slice(0, starts[from])],
    words: Math.max(1, to - from - 1 + below(random, 3)),
  }));
  const written = await samplePhrases(context, beginnings);
  const tokensOf = (cores: readonly string[]): readonly number[] =>
    tokensInText(cores.join(' '), (text) => model.tokenizer.encode(text, false));
  return places.flatMap(([from, to], i) => {
    const cores = written[i];
    const old = sentence.words.slice(from, to).map(({ core }) => core.toLowerCase());
    const [meant, meaning] = [old, cores ?? []].map((phrase) => phrase.filter((core) => !isClosedClass(core)));
    const alike =
      meant!.length > 0 && meaning!.length > 0 ? similarity.to(tokensOf(meant!), [tokensOf(meaning!)])[0]! : 0;
    // A phrase cut off after "the" or "of" leads nowhere, unless the old one ended so too.
    const dangles = cores !== undefined && isClosedClass(cores.at(-1)!) && cores.at(-1) !== old.at(-1);
    return cores && (!bounds.synonymsOnly || (!dangles && alike >= paraphrase))
      ? proposal('rewrite', exchange(sentence, from, to, cores))
      : [];
  });
}
