import * as l10n from '@vscode/l10n';
import { oneOf, type Infer } from '../../channel/guards';
import { largest } from '../../lists';
import type { EndpointReply, RatedToken, ReplyText } from './readReply';
import { withoutThought } from '../withoutThought';

/**
 * How a label was decided: `echo` by the probability of every label's words behind the prompt; `tokens` by those of the
 * first token of the answer; `schema` by an answer that was held to the labels; `text` by the label that a free answer
 * names.
 */
export const isLabelWay = oneOf('echo', 'tokens', 'schema', 'text');
export type LabelWay = Infer<typeof isLabelWay>;

/** For people. */
export const labelWayText: Readonly<Record<LabelWay, () => string>> = {
  echo: () => l10n.t`by the log-probabilities of all labels`,
  tokens: () => l10n.t`by the log-probabilities of the first token`,
  schema: () => l10n.t`by an answer held to the labels`,
  text: () => l10n.t`by the label that the answer names`,
};

/** What may be tried, the best first. */
export const labelWays: Readonly<Record<'chat' | 'text', readonly LabelWay[]>> = {
  chat: ['tokens', 'schema', 'text'],
  text: ['echo', 'tokens', 'text'],
};

/** Labels with their words, `[label][word]`, as they stand behind the prompt. */
export interface LabelWords {
  readonly labels: readonly string[];
  readonly words: readonly (readonly string[])[];
}

export interface LabelDecision {
  readonly way: LabelWay;
  /** The label; of an answer that names none, the answer. */
  readonly predicted: string;
  /** By label; absent unless every label has one. */
  readonly probabilities?: readonly number[];
  /** Probability that the words have together; absent where it is not known. */
  readonly labelMass?: number;
  /** Of each word of each label, nats; with `echo` alone. */
  readonly logLikelihoods?: readonly (readonly { readonly sum: number; readonly tokens: number }[])[];
}

/** Whether a reply holds what a way reads. @param prompt that an echo begins with */
export function offersWay({ texts }: EndpointReply, way: LabelWay, prompt: string): boolean {
  if (way === 'echo') return texts.every((text) => likelihoodBehind(text, prompt) !== undefined);
  return way !== 'tokens' || texts[0]?.first !== undefined;
}

/** The label that a reply says by one way. @param prompt that an echo begins with */
export function decideLabel(reply: EndpointReply, way: LabelWay, given: LabelWords, prompt: string): LabelDecision {
  const [{ text, first = [] }] = reply.texts as [ReplyText];
  if (way === 'echo') return byEcho(reply.texts, given, prompt);
  const answer = withoutThought(text);
  // The first token of a thought is none of the answer.
  const byTokens = way === 'tokens' && answer === text ? byFirstToken(first, given, text) : undefined;
  // Tokens that begin several labels, and none, leave it to the text; the row then says so.
  const predicted = labelOfText(answer, given, way) ?? answer.trim();
  return byTokens ?? { way: way === 'tokens' ? 'text' : way, predicted };
}

/**
 * Each text is the prompt with a word behind it. A word scores the mean log-likelihood of its tokens, a label the log
 * of its words' mean likelihood, as with a model that runs here.
 */
function byEcho(texts: readonly ReplyText[], { labels, words }: LabelWords, prompt: string): LabelDecision {
  let next = 0;
  const logLikelihoods = words.map((list) => list.map(() => likelihoodBehind(texts[next++]!, prompt)!));
  const scores = logLikelihoods.map(
    (list) => logSumExp(list.map(({ sum, tokens }) => sum / tokens)) - Math.log(list.length),
  );
  const normaliser = logSumExp(scores);
  const probabilities = scores.map((score) => Math.exp(score - normaliser));
  return {
    way: 'echo',
    predicted: labels[probabilities.indexOf(largest(probabilities))]!,
    probabilities,
    logLikelihoods,
    labelMass: massOf(words.flat(), logLikelihoods.flat()),
  };
}

/** A word that goes on from another one has its probability in that one's already. */
function massOf(words: readonly string[], likelihoods: readonly { readonly sum: number }[]): number {
  const mass = words.reduce((sum, word, i) => {
    const isWithin = words.some((other, j) => j !== i && word.startsWith(other) && (other !== word || j < i));
    return isWithin ? sum : sum + Math.exp(likelihoods[i]!.sum);
  }, 0);
  return Math.min(1, mass);
}

/**
 * What stands behind the prompt; undefined where the text does not begin with it, tokens have no log-probability, or
 * one of them reaches from the prompt into the word.
 */
function likelihoodBehind(
  { text, tokens }: ReplyText,
  prompt: string,
): { readonly sum: number; readonly tokens: number } | undefined {
  if (!tokens || !text.startsWith(prompt)) return undefined;
  if (!tokens.every(({ logprob }, i) => (logprob === null ? i === 0 : Number.isFinite(logprob)))) return undefined;
  const written = tokens.map(({ token }) => token);
  // A tokenizer may write a space, or a token that opens every text, in front of it.
  const front = written.join('').length - text.length;
  if (!written.join('').endsWith(text)) return undefined;
  let at = -front;
  const from = written.findIndex((token) => {
    const isBehind = at >= prompt.length;
    at += token.length;
    return isBehind;
  });
  const before = written.slice(0, Math.max(0, from)).join('').length - front;
  if (from < 0 || before !== prompt.length) return undefined;
  const rated = tokens.slice(from);
  return { sum: rated.reduce((sum, { logprob }) => sum + (logprob ?? 0), 0), tokens: rated.length };
}

/**
 * A token counts for the only label that it begins; those that begin several decide nothing, and neither does the one
 * that the answer goes on from in another way: "A" of "A number" begins no "abbreviation".
 * @param text of the answer
 */
function byFirstToken(
  first: readonly RatedToken[],
  { labels, words }: LabelWords,
  text: string,
): LabelDecision | undefined {
  const masses = labels.map(() => 0);
  let unclear = 0;
  const likeliest = largest(first.map(({ logprob }) => logprob));
  for (const { token, logprob } of first) {
    const begun = token.trim().toLowerCase();
    if (begun === '') continue;
    const opened = words.map((list) => list.filter((word) => opens(word, begun)));
    const owners = opened.flatMap((list, label) => (list.length > 0 ? [label] : []));
    if (owners.length === 1 && !mayGoOn(text, begun, opened[owners[0]!]!)) {
      if (logprob >= likeliest) return undefined;
      continue;
    }
    if (owners.length === 1) masses[owners[0]!]! += Math.exp(logprob);
    else if (owners.length > 1) unclear += Math.exp(logprob);
  }
  const best = largest(masses);
  if (best <= 0 || unclear >= best) return undefined;
  const sum = masses.reduce((total, mass) => total + mass, 0);
  const isWhole = unclear === 0 && masses.every((mass) => mass > 0);
  return {
    way: 'tokens',
    predicted: labels[masses.indexOf(best)]!,
    ...(isWhole && { probabilities: masses.map((mass) => mass / sum), labelMass: Math.min(1, sum) }),
  };
}

const opens = (word: string, begun: string): boolean => word.trim().toLowerCase().startsWith(begun);

/** Whether an answer that has been begun so is one of the words, as far as it is known. */
function mayGoOn(text: string, begun: string, words: readonly string[]): boolean {
  const written = text.trim().toLowerCase();
  if (!written.startsWith(begun)) return true;
  return words
    .map((word) => word.trim().toLowerCase())
    .some((word) => written.startsWith(word) || word.startsWith(written));
}

/** The label of an answer; undefined where it names none, or several. */
function labelOfText(text: string, { labels, words }: LabelWords, way: LabelWay): string | undefined {
  const answer = plain(way === 'schema' ? (answerOfSchema(text) ?? text) : text);
  const names = labels.map((label, i) => [...new Set([label, ...words[i]!].map(plain))].filter(Boolean));
  const whole = labels.filter((_, i) => names[i]!.includes(answer));
  if (whole.length > 0) return whole.length === 1 ? whole[0] : undefined;
  const named = labels.filter((_, i) => names[i]!.some((name) => holdsWord(answer, name)));
  return named.length === 1 ? named[0] : undefined;
}

/** Without quotes, marks at its ends, and white space. */
const plain = (text: string): string =>
  text
    .trim()
    .replace(/^[\s"'“”‘’*`([]+|[\s"'“”‘’*`)\].,;:!]+$/g, '')
    .toLowerCase();

function holdsWord(text: string, word: string): boolean {
  const at = text.indexOf(word);
  if (at < 0) return false;
  const isLetter = (letter: string | undefined): boolean => letter !== undefined && /[\p{L}\p{N}_]/u.test(letter);
  const isApart = !isLetter(text[at - 1]) && !isLetter(text[at + word.length]);
  return isApart || holdsWord(text.slice(at + 1), word);
}

/** The field of the schema that labels are asked by. */
export const schemaField = 'label';

function answerOfSchema(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const label = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[schemaField] : value;
    return typeof label === 'string' ? label : undefined;
  } catch {
    return undefined;
  }
}

function logSumExp(values: readonly number[]): number {
  const most = largest(values);
  return most + Math.log(values.reduce((sum, value) => sum + Math.exp(value - most), 0));
}
