import { isOurs } from '../../read/analysis';
import type { Analysis } from '../../read/analysis';
import { Failure } from '../../../failure';
import { renderPrompt } from '../render';
import { resolveSettings } from '../../read/resolveSettings';
import { templateOf } from '../../read/template';
import type { PromptTemplate } from '../../read/template';
import type { Settings } from '../../settings/settings';
import { labelWords } from '../../settings/verbalizer';
import { withLineFeeds } from '../../text/lineFeeds';
import { answersBehind, leadOf, type AnswerContext } from '../words/answerTokens';
import { acceptedAnswers } from '../chat/rowMessages';
import { wordsInPrompt } from '../words/labelWords';
import { promptEncoder, type PromptEncoder } from '../promptEncoder';
import type { RenderedPrompt } from '../renderedPrompt';
import { mostTokensOf } from './tokenBound';
import { initTokens } from '../words/initTokens';
import { encodePrompt, softLayout, takesVirtualTokens, type PromptTokens, type SoftLayout } from '../tokens';
import type { TokenEncoder } from '../../text/tokenEncoder';

interface Trainable {
  readonly template: PromptTemplate;
  readonly settings: Settings;
}

const trainableTemplates = new WeakMap<Analysis, Trainable>();

/** Characters of the longest body whose prompts are counted: compiling a longer one would slow down typing. */
export const longestCounted = 50_000;

export interface PromptLength {
  /** Positions of the context that the prompt fills, trained ones included. */
  readonly tokens: number;
  /** Positions that are trained: virtual tokens, or the prefix of every layer. */
  readonly virtual: number;
}

/**
 * Computes the length of a row's prompt under the method that the template names, or under `soft` where it names none
 * but could be trained.
 * @returns undefined when the row cannot be rendered or the body is longer than {@link longestCounted}
 */
export function promptLength(
  analysis: Analysis,
  encoder: TokenEncoder,
  row: Readonly<Record<string, unknown>>,
): PromptLength | undefined {
  const encoded = encodedPrompt(analysis, encoder, row);
  if (!encoded) return undefined;
  const { ids, layout, settings } = encoded;
  const prefix = settings.method === 'v2' && !takesVirtualTokens(settings) ? settings.length : 0;
  return { tokens: prefix + ids.length, virtual: prefix + ids.filter((id) => id >= layout.firstVirtualToken).length };
}

/**
 * Positions of the context that a row takes, its longest answer included; undefined as {@link promptLength} is, and
 * where the length of the text shows that it is below the limit.
 */
export function lengthAbove(
  analysis: Analysis,
  encoder: TokenEncoder,
  { row, limit }: { readonly row: Readonly<Record<string, unknown>>; readonly limit: number },
): number | undefined {
  if (analysis.parts.body.text.length > longestCounted || isBelow(analysis, encoder, { row, limit })) return undefined;
  const [length, encoded] = [promptLength(analysis, encoder, row), encodedPrompt(analysis, encoder, row)];
  if (!length || !encoded) return undefined;
  const tokens = length.tokens + (encoder.mask === undefined ? longestAnswer(analysis, encoder, { row, encoded }) : 0);
  return tokens > limit ? tokens : undefined;
}

function isBelow(
  analysis: Analysis,
  encoder: TokenEncoder,
  { row, limit }: { readonly row: Readonly<Record<string, unknown>>; readonly limit: number },
): boolean {
  const most = mostTokens(analysis, encoder, row);
  return most === undefined || most <= limit;
}

/**
 * The most positions that a row can take, its longest answer included, by the lengths of its texts alone.
 * @returns undefined when the row cannot be rendered
 */
export function mostTokens(
  analysis: Analysis,
  encoder: TokenEncoder,
  row: Readonly<Record<string, unknown>>,
): number | undefined {
  try {
    const { template, settings } = trainableTemplate(analysis);
    const bound = mostTokensOf(encoder);
    const isText = Object.keys(settings.labels).length === 0 && template.output !== undefined;
    const expected = isText ? bound(acceptedAnswers(row, template.output!)[0]) : 0;
    const texts = renderPrompt(template, row, promptEncoder(encoder, settings)).segments.reduce(
      (sum, segment) => sum + (segment.kind === 'text' ? bound(segment.text) : 0),
      0,
    );
    return tokensAround(analysis, encoder) + expected + texts;
  } catch {
    return undefined;
  }
}

/** The most positions around the text of a prompt and its free answer; undefined where the template cannot be read. */
export function tokensAroundText(analysis: Analysis, encoder: TokenEncoder): number | undefined {
  try {
    return tokensAround(analysis, encoder);
  } catch {
    return undefined;
  }
}

/** Special and virtual tokens, the longest label word, and what a free answer has around it. @throws Failure */
function tokensAround(analysis: Analysis, encoder: TokenEncoder): number {
  const trainable = trainableTemplate(analysis);
  const { template, settings } = trainable;
  const bound = mostTokensOf(encoder);
  const layout = layoutOf(trainable, promptEncoder(encoder, settings));
  const words = Object.values(settings.labels).flat();
  const answer = words.reduce((most, word) => Math.max(most, bound(word)), 0);
  const around = words.length === 0 && template.output ? aroundAnswer : 0;
  const prefix = settings.method === 'v2' ? settings.length : 0;
  return bound.special + layout.total + (layout.masks ?? 0) + prefix + answer + around;
}

/** A space before an answer, its end, and the mark before a text. */
const aroundAnswer = 5;

/** Tokens that the longest label word, or the row's own free text with its end, adds to a prompt. */
function longestAnswer(
  analysis: Analysis,
  encoder: TokenEncoder,
  { row, encoded }: { readonly row: Readonly<Record<string, unknown>>; readonly encoded: EncodedPrompt },
): number {
  const { template, settings } = trainableTemplate(analysis);
  const words = Object.values(wordsInPrompt(template, settings, encoded)).flat();
  const inPlace = answersBehind(encoded.before, encoder);
  const added = (answer: string) => {
    const { tokens, merged } = inPlace(answer);
    return tokens.length - merged;
  };
  if (words.length > 0) return words.reduce((most, word) => Math.max(most, added(word)), 0);
  if (!template.output) return 0;
  const [answer] = acceptedAnswers(row, template.output);
  return added(leadOf(encoded.before, answer) + answer) + 1;
}

/** A row's prompt under what its template asks for. */
export type EncodedPrompt = PromptTokens & {
  readonly layout: SoftLayout;
  readonly settings: Settings;
  readonly prompt: RenderedPrompt;
  readonly encoder: PromptEncoder;
};

type Row = Readonly<Record<string, unknown>>;

/** The prompt of a row that was asked for last, since rules and hints ask for the same ones. */
const lastPrompts = new WeakMap<
  Row,
  { readonly analysis: Analysis; readonly encoder: TokenEncoder; readonly result: EncodedPrompt | Failure | undefined }
>();

/**
 * A row's prompt, or the failure that there is none of it.
 * @returns undefined where the body is longer than {@link longestCounted}, or the template cannot be read
 */
export function promptOrFailure(
  analysis: Analysis,
  encoder: TokenEncoder,
  row: Row,
): EncodedPrompt | Failure | undefined {
  const last = lastPrompts.get(row);
  if (last?.analysis === analysis && last.encoder === encoder) return last.result;
  const result = makePrompt(analysis, encoder, row);
  lastPrompts.set(row, { analysis, encoder, result });
  return result;
}

function makePrompt(analysis: Analysis, encoder: TokenEncoder, row: Row): EncodedPrompt | Failure | undefined {
  if (analysis.parts.body.text.length > longestCounted) return undefined;
  try {
    const trainable = trainableTemplate(analysis);
    const { template, settings } = trainable;
    const form = promptEncoder(encoder, settings);
    const layout = layoutOf(trainable, form);
    const prompt = renderPrompt(template, row, form);
    return { ...encodePrompt(prompt, layout, form), layout, settings, encoder: form, prompt };
  } catch (error) {
    return error instanceof Failure ? error : undefined;
  }
}

/** A row's prompt, or undefined as {@link promptLength} is. */
export function encodedPrompt(analysis: Analysis, encoder: TokenEncoder, row: Row): EncodedPrompt | undefined {
  const found = promptOrFailure(analysis, encoder, row);
  return found instanceof Failure ? undefined : found;
}

/** Where the answer stands. */
export interface AnswerPlace {
  readonly before: AnswerContext;
  readonly encoder: PromptEncoder;
}

/**
 * What stands before the answer: in the prompt of a row where one is known and can be rendered, else what the template
 * itself writes right before the slot, or in a chat the opening of the model's turn.
 */
export function answerPlace(analysis: Analysis, encoder: TokenEncoder, row: Row = {}): AnswerPlace {
  // The masks of a masked model take a word alike in each row.
  const encoded = encodedPrompt(analysis, encoder, encoder.mask === undefined ? row : {});
  if (encoded) return { before: nearContext(encoded.before), encoder: encoded.encoder };
  const form = formOrText(analysis, encoder);
  if (form.chat) {
    const { encode } = form.chat.pieces({ text: '', isOwn: () => true }).at(-1)!;
    return { before: { text: '', tokens: [], encode: encode!, lead: form.chat.lead }, encoder: form };
  }
  const [slot] = analysis.answerSlot?.span ?? [0];
  const text = withLineFeeds(/[^{}]*$/.exec(analysis.text.slice(analysis.parts.body.start, slot))![0]);
  const encode = (part: string): readonly number[] => encoder.encode(part, false);
  return { before: nearContext({ text, tokens: knownTokens(text, encode), encode }), encoder };
}

/** None for a text that the tokenizer cannot write, of which the rows' findings tell. */
function knownTokens(text: string, encode: (text: string) => readonly number[]): readonly number[] {
  try {
    return encode(text);
  } catch (error) {
    if (error instanceof Failure) return [];
    throw error;
  }
}

/** Whether a prompt is one text before the model, and no chat template has a say in it. */
export const isOneText = (analysis: Analysis, encoder: TokenEncoder): boolean =>
  formOrText(analysis, encoder).chat === undefined;

function formOrText(analysis: Analysis, encoder: TokenEncoder): PromptEncoder {
  try {
    return promptEncoder(encoder, trainableTemplate(analysis).settings);
  } catch {
    return encoder;
  }
}

/** The words of labels where the model answers: those of `tune.labels`, and each other label as its own word. */
export function wordsInPlace(
  { output, written }: Analysis,
  place: AnswerPlace,
  labels: readonly string[] = output?.values ?? [],
): Settings['labels'] {
  return wordsInPrompt({ written }, { labels: labelWords([...new Set(labels)], written.labels) }, place);
}

/** Characters before the answer that words are encoded behind: all of a long prompt would slow down typing. */
const nearCharacters = 200;

function nearContext(before: AnswerContext): AnswerContext {
  if (before.text.length <= nearCharacters) return before;
  const text = before.text.slice(-nearCharacters).replace(/^\S*\s/, '');
  return { ...before, text, tokens: before.encode(text) };
}

const layouts = new WeakMap<Trainable, { readonly encoder: PromptEncoder; readonly layout: SoftLayout }>();

function layoutOf(trainable: Trainable, encoder: PromptEncoder): SoftLayout {
  const known = layouts.get(trainable);
  if (known?.encoder === encoder) return known.layout;
  const layout = softLayout(trainable.template, trainable.settings, encoder);
  layouts.set(trainable, { encoder, layout });
  return layout;
}

/** The words that a slot of virtual tokens starts from, as tokens; none where the template cannot be read. */
export function slotTokens(analysis: Analysis, slot: number, encoder: TokenEncoder): readonly number[] {
  try {
    const { template, settings } = trainableTemplate(analysis);
    return initTokens(template, slot, promptEncoder(encoder, settings));
  } catch {
    return [];
  }
}

/** Kept by analysis, since compiled templates are cached by their identity. */
export function trainableTemplate(analysis: Analysis): Trainable {
  const known = trainableTemplates.get(analysis) ?? makeTrainable(analysis);
  trainableTemplates.set(analysis, known);
  return known;
}

function makeTrainable(analysis: Analysis): Trainable {
  const template = templateOf(analysis);
  // A template of another tool, for which nothing can be trained, is text alone.
  const trainable = isOurs(analysis) || (template.output !== undefined && template.answerSlot !== undefined);
  return {
    template,
    settings: resolveSettings(template, template.written.method ?? (trainable ? 'soft' : 'hard'), {}),
  };
}
