import * as l10n from '@vscode/l10n';
import { append } from '../../lists';
import { Failure } from '../../failure';
import { answersBehind, type AnswerContext } from './words/answerTokens';
import { initTokens } from './words/initTokens';
import type { PromptEncoder } from './promptEncoder';
import { renderPrompt } from './render';
import type { RenderedPrompt } from './renderedPrompt';
import { encodeStretch, openStretch, type EncodedStretch, type Stretch } from './stretch';
import type { Settings } from '../settings/settings';
import type { PromptTemplate } from '../read/template';
import { labelWords } from '../settings/verbalizer';
import type { TokenEncoder } from '../text/tokenEncoder';

/** The rows of each slot in the prompt matrix [total, hiddenSize]. */
export interface SoftLayout {
  readonly firstVirtualToken: number;
  /** Rows of the prompt matrix. */
  readonly total: number;
  /** Virtual tokens in front of every prompt, where the template has none of its own. */
  readonly prepended: number;
  readonly slots: readonly {
    readonly id: string;
    readonly offset: number;
    readonly length: number;
    readonly init?: string;
  }[];
  /**
   * Mask tokens in the answer slot of a masked model: the number of tokens of the longest label word; 1 where absent.
   */
  readonly masks?: number;
}

/** A prompt as token ids; row r of the prompt matrix is the id `firstVirtualToken + r`. */
export interface PromptTokens {
  readonly ids: readonly number[];
  /** Spans `[start, end)` of `ids` that contain at least one character of the instruction. */
  readonly instruction: readonly (readonly [start: number, end: number])[];
  /** Index at which the masks of the answer slot begin; absent for causal models. */
  readonly answer?: number;
  readonly before: AnswerContext;
}

/**
 * Computes the layout of the virtual tokens: for `soft` and `v1` those of the template's slots, or `length` of them in
 * front when it has none; for `v2` only where its vectors are at the input; for `hard` none. Without virtual tokens,
 * `{{soft}}` is skipped.
 * @throws Failure `soft-length` when a slot has neither a length nor words of at least one token.
 */
export function softLayout(template: PromptTemplate, settings: LayoutSettings, encoder: PromptEncoder): SoftLayout {
  const layout = layoutOfSlots(template, settings, encoder);
  return encoder.mask === undefined ? layout : { ...layout, masks: longestWord(template, settings, layout, encoder) };
}

type LayoutSettings = Pick<Settings, 'method' | 'length'> & Partial<Pick<Settings, 'layers' | 'labels'>>;

/** Tokens of the longest label word: PET's number of masks (Schick & Schütze 2021, §3). */
function longestWord(
  template: PromptTemplate,
  { labels }: LayoutSettings,
  layout: SoftLayout,
  encoder: PromptEncoder,
): number {
  const { output } = template;
  const words = labels ?? labelWords(output?.labels ?? []);
  const inPlace = answersBehind(contextWithoutRow(template, layout, encoder), encoder);
  return (output?.labels ?? [])
    .flatMap((label) => words[label] ?? [])
    .reduce((longest, word) => Math.max(longest, inPlace(word).tokens.length), 1);
}

/**
 * What the template itself writes before the answer, its variables empty: where no row is known, and for a masked
 * model, whose masks must be as many in each row.
 */
export function contextWithoutRow(template: PromptTemplate, layout: SoftLayout, encoder: PromptEncoder): AnswerContext {
  try {
    return encodePrompt(renderPrompt(template, {}, encoder), layout, encoder).before;
  } catch (error) {
    if (error instanceof Failure) return { text: '', tokens: [], encode: (text) => encoder.encode(text, false) };
    throw error;
  }
}

function layoutOfSlots(template: PromptTemplate, settings: LayoutSettings, encoder: PromptEncoder): SoftLayout {
  const { firstVirtualToken } = encoder;
  if (!takesVirtualTokens(settings)) return { firstVirtualToken, total: 0, prepended: 0, slots: [] };
  if (template.slots.length === 0) {
    const { length } = settings;
    return { firstVirtualToken, total: length, prepended: length, slots: [{ id: 'prompt', offset: 0, length }] };
  }
  let total = 0;
  const slots = template.slots.map(({ id, length: written, init }, slot) => {
    const length = written ?? initTokens(template, slot, encoder).length;
    if (length === 0) {
      throw new Failure(
        'soft-length',
        l10n.t`The soft prompt "${id}" has no length.`,
        { file: template.path },
        l10n.t`Write a number, as in {{soft 20}}, or words to start from.`,
      );
    }
    const offset = total;
    total += length;
    return { id, offset, length, init };
  });
  return { firstVirtualToken, total, prepended: 0, slots };
}

/** Whether a method has virtual tokens among those of the text; `v2` does only with `layers: input`. */
export function takesVirtualTokens({ method, layers }: Partial<Pick<Settings, 'method' | 'layers'>>): boolean {
  return method !== 'hard' && (method !== 'v2' || layers === 'input');
}

/**
 * Tokenises a rendered prompt. The text between two virtual tokens is tokenised as one text. Special tokens come with
 * the first text even after virtual tokens: virtual tokens, BOS, text, as in PEFT; a chat template writes them itself.
 * For a masked model the special tokens that end a sequence come last, and masks fill the answer slot. The white space
 * before the masks is dropped, because tokenizers whose words begin with a space (RoBERTa) include it in the mask.
 * @throws Failure "tokenizer-unknown"
 */
export function encodePrompt(prompt: RenderedPrompt, layout: SoftLayout, encoder: PromptEncoder): PromptTokens {
  const ids: number[] = [];
  const instruction: [number, number][] = [];
  const isChat = prompt.messages !== undefined;
  const builder = openStretch(isChat);
  let begun = false;
  let answer: number | undefined;
  let before: AnswerContext | undefined;
  const { opening, closing } = specialTokens(encoder);
  for (let row = 0; row < layout.prepended; row++) ids.push(layout.firstVirtualToken + row);
  for (const segment of prompt.segments) {
    if (segment.kind === 'text') {
      builder.add(segment);
      continue;
    }
    if (segment.kind === 'answer') {
      const stretch = builder.take();
      const text = stretch.text.trimEnd();
      const last = addStretch({ ...stretch, text }, !begun);
      before = { ...last, text: last.text + stretch.text.slice(text.length) };
      answer = ids.length;
      for (let i = 0; i < (layout.masks ?? 1); i++) ids.push(encoder.mask!);
      continue;
    }
    const slot = layout.prepended > 0 ? undefined : layout.slots[segment.slot];
    if (!slot) continue;
    const stretch = builder.take();
    if (stretch.text !== '') addStretch(stretch);
    for (let row = 0; row < slot.length; row++) ids.push(layout.firstVirtualToken + slot.offset + row);
  }
  const last = addStretch(builder.take(), !begun);
  append(ids, closing);
  const opensTurn = isChat && prompt.messages!.at(-1)?.role !== 'model';
  return {
    ids,
    instruction,
    ...(answer !== undefined && { answer }),
    before: before ?? { ...last, ...(opensTurn && { lead: encoder.chat?.lead ?? '' }) },
  };

  /** @returns what an answer would stand behind */
  function addStretch(stretch: Stretch, evenIfEmpty = false): EncodedStretch['last'] {
    const encoded = encodeStretch(stretch, encoder);
    if (stretch.text === '' && !evenIfEmpty) return { ...encoded.last, tokens: [] };
    if (!begun && beginsByTokenizer(prompt, encoder)) append(ids, opening);
    for (const [start, end] of encoded.instruction) instruction.push([ids.length + start, ids.length + end]);
    append(ids, encoded.ids);
    begun = true;
    return encoded.last;
  }
}

/** Whether the tokenizer's own special tokens begin a prompt; a chat template writes them itself. */
export const beginsByTokenizer = ({ messages }: RenderedPrompt, { chat }: PromptEncoder): boolean =>
  messages === undefined || chat?.isPlain === true;

interface SpecialTokens {
  readonly opening: readonly number[];
  readonly closing: readonly number[];
}

const specials = new WeakMap<TokenEncoder, SpecialTokens>();

/** What the tokenizer puts around a sequence, such as [CLS] and [SEP]; a causal model goes on, so nothing closes it. */
export function specialTokens(encoder: TokenEncoder): SpecialTokens {
  const known = specials.get(encoder) ?? findSpecialTokens(encoder);
  specials.set(encoder, known);
  return known;
}

function findSpecialTokens(encoder: TokenEncoder): SpecialTokens {
  if (encoder.mask === undefined) {
    const [whole, bare] = [encoder.encode('', true), encoder.encode('', false)];
    return { opening: whole.slice(0, whole.length - bare.length), closing: [] };
  }
  const [whole, bare] = [encoder.encode(anyText, true), encoder.encode(anyText, false)];
  const lead = leadingTokens(whole, bare);
  return { opening: whole.slice(0, lead), closing: whole.slice(lead + bare.length) };
}

const anyText = 'a';

function leadingTokens(withSpecial: readonly number[], bare: readonly number[]): number {
  for (let lead = 0; lead + bare.length <= withSpecial.length; lead++) {
    if (bare.every((token, index) => withSpecial[lead + index] === token)) return lead;
  }
  return 0;
}
