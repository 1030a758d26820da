import { append } from '../../lists';
import {
  beginsByTokenizer,
  encodePrompt,
  softLayout,
  specialTokens,
  takesVirtualTokens,
  type SoftLayout,
} from '../../template/render/tokens';
import { type TokenEncoder } from '../../template/text/tokenEncoder';
import { promptEncoder, type PromptEncoder } from '../../template/render/promptEncoder';
import { renderMessages, renderPrompt } from '../../template/render/render';
import { textOf, type PromptMessage, type RenderedPrompt, type Segment } from '../../template/render/renderedPrompt';
import { formatSettings } from '../../template/settings/formatSettings';
import { spellsControls } from '../../template/render/stretch';
import type { Settings } from '../../template/settings/settings';
import { analysisOf } from '../../template/read/analysisCache';
import { roleTags } from '../../template/read/tags/roleTags';
import type { PromptTemplate } from '../../template/read/template';
import type { PreviewMessage, PreviewPiece } from './contract';
import { spellOut, type Stretch } from './spellOut';

/** A tokenizer that also reads. */
export interface TokenReader extends TokenEncoder {
  decode(ids: readonly number[]): string;
  /** The token as the vocabulary writes it. */
  token(id: number): string | undefined;
}

type Row = Readonly<Record<string, unknown>>;

export interface PreviewPrompt {
  readonly pieces: readonly PreviewPiece[];
  readonly messages: readonly PreviewMessage[] | null;
}

/**
 * The prompt of a row in pieces: a piece of text for each token where there is a tokenizer, else for each stretch.
 * @throws Failure "template-render", "soft-length", "chat-missing", "chat-refused", "chat-messages", "chat-template",
 * "chat-limit"
 */
export function previewPrompt(
  template: PromptTemplate,
  row: Row,
  settings: Settings,
  tokenizer: TokenReader | undefined,
): PreviewPrompt {
  if (!tokenizer) return writtenPrompt(template, row, settings);
  const encoder = promptEncoder(tokenizer, settings);
  const prompt = renderPrompt(template, row, encoder);
  const pieces = tokenised(prompt, softLayout(template, settings, encoder), encoder);
  return { pieces: [...prefixOf(settings), ...pieces], messages: messagesOf(prompt) };
}

/**
 * The prompt as the template writes it, where the model is not at hand or its chat template fails: in messages where
 * the template asks for some.
 * @throws Failure "template-render", "chat-messages"
 */
export function writtenPrompt(template: PromptTemplate, row: Row, settings: Settings): PreviewPrompt {
  const inMessages = settings.format !== 'text' && (settings.format === 'chat' || writesMessages(template));
  const prompt = inMessages
    ? byThemselves(template, renderMessages(template, row, formatSettings(settings)))
    : renderPrompt(template, row);
  return { pieces: [...prefixOf(settings), ...untokenised(prompt, settings)], messages: messagesOf(prompt) };
}

/** Messages with nothing between them. */
const byThemselves = ({ slots }: PromptTemplate, messages: readonly PromptMessage[]): RenderedPrompt => ({
  segments: messages.flatMap(({ segments }, message) =>
    segments.map((segment): Segment => (segment.kind === 'answer' ? segment : { ...segment, message })),
  ),
  messages,
  slots,
});

const writesMessages = ({ text, path, partials }: PromptTemplate): boolean =>
  roleTags(analysisOf(text, path, (name) => partials[name])).length > 0;

const messagesOf = ({ messages }: RenderedPrompt): readonly PreviewMessage[] | null =>
  messages?.map(({ role, isHistory = false, isDropped, segments }) => ({
    role,
    isHistory,
    dropped: isDropped ? textOf(segments) : null,
  })) ?? null;

const prefixOf = (settings: Settings): readonly PreviewPiece[] =>
  settings.method === 'v2' && !takesVirtualTokens(settings) ? [{ kind: 'prefix', length: settings.length }] : [];

/** How many positions of the context pieces take, and how many of them are learned. */
export function countPieces(pieces: readonly PreviewPiece[]): { readonly tokens: number; readonly virtual: number } {
  const positions = pieces.map((piece) =>
    piece.kind === 'text' ? piece.ids.length : piece.kind === 'special' ? 1 : piece.length,
  );
  const learned = positions.filter((_, i) => pieces[i]!.kind === 'soft' || pieces[i]!.kind === 'prefix');
  const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);
  return { tokens: sum(positions), virtual: sum(learned) };
}

/** Without a tokenizer the length of virtual tokens is known only where it is written. */
function untokenised({ segments, slots }: RenderedPrompt, settings: Settings): readonly PreviewPiece[] {
  const { length } = settings;
  const learned = takesVirtualTokens(settings);
  const front: readonly PreviewPiece[] =
    learned && slots.length === 0 ? [{ kind: 'soft', slot: 0, id: 'prompt', length, init: null }] : [];
  return [
    ...front,
    ...segments.flatMap((segment): readonly PreviewPiece[] => {
      if (segment.kind === 'answer') return [];
      const part = segment.message === undefined ? {} : { message: segment.message };
      if (segment.kind === 'text')
        return [{ kind: 'text', text: segment.text, instruction: segment.instruction, ids: [], ...part }];
      const { id, length: written = 0, init = null } = slots[segment.slot]!;
      return learned ? [{ kind: 'soft', slot: segment.slot, id, length: written, init, ...part }] : [];
    }),
  ];
}

function tokenised(
  prompt: RenderedPrompt,
  layout: SoftLayout,
  tokenizer: TokenReader & PromptEncoder,
): readonly PreviewPiece[] {
  const { ids, instruction, answer } = encodePrompt(prompt, layout, tokenizer);
  const inInstruction = (index: number) => instruction.some(([start, end]) => index >= start && index < end);
  const stretches = textStretches(prompt, layout);
  const slots = prompt.segments.filter((segment) => segment.kind === 'soft');
  const opening = beginsByTokenizer(prompt, tokenizer) ? specialTokens(tokenizer).opening.length : 0;
  const pieces: PreviewPiece[] = [];
  let [stretch, placed] = [0, 0];
  const masks = layout.masks ?? 1;
  for (let at = 0; at < ids.length;) {
    if (at === answer) {
      pieces.push({ kind: 'answer', length: masks, name: tokenizer.token(ids[at]!) ?? '' });
      at += masks;
      continue;
    }
    const virtual = ids[at]! >= layout.firstVirtualToken;
    if (virtual) {
      const slot = layout.slots.findIndex(
        ({ offset, length }) => ids[at]! - layout.firstVirtualToken - offset < length,
      );
      const { id, length, init } = layout.slots[slot]!;
      const message = layout.prepended > 0 ? undefined : slots[placed++]?.message;
      pieces.push({ kind: 'soft', slot, id, length, init: init ?? null, ...(message !== undefined && { message }) });
      at += length;
      continue;
    }
    let end = at;
    while (end < ids.length && end !== answer && ids[end]! < layout.firstVirtualToken) end++;
    append(
      pieces,
      spellOut(ids.slice(at, end), stretches[stretch] ?? noText, {
        tokenizer,
        opening: stretch === 0 ? opening : 0,
        marked: (index) => inInstruction(at + index),
      }),
    );
    stretch++;
    at = end;
  }
  return pieces;
}

const noText: Stretch = { text: '', parts: [] };

/** The texts that are tokenised as one each: what stands between virtual tokens and masks. */
function textStretches({ segments, messages }: RenderedPrompt, layout: SoftLayout): readonly Stretch[] {
  const stretches: { text: string; parts: Stretch['parts'][number][] }[] = [{ text: '', parts: [] }];
  for (const segment of segments) {
    const last = stretches.at(-1)!;
    if (segment.kind === 'text') {
      last.text += segment.text;
      last.parts.push({
        end: last.text.length,
        isOwn: spellsControls(segment, messages !== undefined),
        ...partOf(segment),
      });
    } else if (segment.kind === 'answer' || (layout.prepended === 0 && layout.slots[segment.slot]))
      stretches.push({ text: '', parts: [] });
  }
  return stretches.filter(({ text }) => text !== '');
}

type TextSegment = Extract<Segment, { readonly kind: 'text' }>;

const partOf = ({ message }: TextSegment): { readonly message?: number } => (message === undefined ? {} : { message });
