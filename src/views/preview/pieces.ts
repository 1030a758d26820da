import { append } from '../../lists';
import { encodePrompt, softLayout, takesVirtualTokens, type SoftLayout } from '../../template/render/tokens';
import { type TokenEncoder } from '../../template/text/tokenEncoder';
import { promptEncoder, type PromptEncoder } from '../../template/render/promptEncoder';
import { renderPrompt } from '../../template/render/render';
import type { RenderedPrompt } from '../../template/render/renderedPrompt';
import type { Settings } from '../../template/settings/settings';
import type { PromptTemplate } from '../../template/read/template';
import type { PreviewPiece } from './contract';

/** A tokenizer that also reads. */
export interface TokenReader extends TokenEncoder {
  decode(ids: readonly number[]): string;
  /** The token as the vocabulary writes it. */
  token(id: number): string | undefined;
}

type Row = Readonly<Record<string, unknown>>;

/**
 * The prompt of a row in pieces: a piece of text for each token where there is a tokenizer, else for each stretch.
 * @throws Failure "template-render", "soft-length"
 */
export function previewPieces(
  template: PromptTemplate,
  row: Row,
  settings: Settings,
  tokenizer: TokenReader | undefined,
): readonly PreviewPiece[] {
  const encoder = tokenizer && promptEncoder(tokenizer, settings);
  const prompt = renderPrompt(template, row, encoder);
  const prefix: readonly PreviewPiece[] =
    settings.method === 'v2' && !takesVirtualTokens(settings) ? [{ kind: 'prefix', length: settings.length }] : [];
  if (!encoder) return [...prefix, ...untokenised(prompt, settings)];
  return [...prefix, ...tokenised(prompt, softLayout(template, settings, encoder), encoder)];
}

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
      if (segment.kind === 'text') return [{ ...segment, ids: [] }];
      const slot = slots[segment.slot]!;
      return learned
        ? [{ kind: 'soft', slot: segment.slot, id: slot.id, length: slot.length ?? 0, init: slot.init ?? null }]
        : [];
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
  const pieces: PreviewPiece[] = [];
  let stretch = 0;
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
      pieces.push({ kind: 'soft', slot, id, length, init: init ?? null });
      at += length;
      continue;
    }
    let end = at;
    while (end < ids.length && end !== answer && ids[end]! < layout.firstVirtualToken) end++;
    append(
      pieces,
      spellOut(ids.slice(at, end), stretches[stretch++] ?? '', {
        tokenizer,
        marked: (index) => inInstruction(at + index),
      }),
    );
    at = end;
  }
  return pieces;
}

/** The texts that are tokenised as one each: what stands between virtual tokens and masks. */
function textStretches({ segments }: RenderedPrompt, layout: SoftLayout): readonly string[] {
  const stretches: string[] = [''];
  for (const segment of segments) {
    if (segment.kind === 'text') stretches[stretches.length - 1] += segment.text;
    else if (segment.kind === 'answer' || (layout.prepended === 0 && layout.slots[segment.slot])) stretches.push('');
  }
  return stretches.filter((text) => text !== '');
}

interface Spelling {
  readonly tokenizer: TokenReader;
  /** Whether the token of that index belongs to the instruction. */
  marked(index: number): boolean;
}

/**
 * The characters of each token. Tokens that end within a character, or that the tokenizer normalises, share a piece
 * with the next ones; so the pieces together always are the text itself.
 */
function spellOut(ids: readonly number[], text: string, { tokenizer, marked }: Spelling): readonly PreviewPiece[] {
  const pieces: PreviewPiece[] = [];
  let at = 0;
  let first = 0;
  for (let index = 0; index < ids.length; index++) {
    const pending = ids.slice(first, index + 1);
    const read = tokenizer.decode(pending);
    if (read === '' && pending.length === 1) {
      pieces.push({ kind: 'special', name: tokenizer.token(pending[0]!) ?? String(pending[0]), id: pending[0]! });
      first = index + 1;
      continue;
    }
    const last = index === ids.length - 1;
    // Some decoders drop the space that a word begins with.
    const spelled = last
      ? text.slice(at)
      : [read, ` ${read}`].find((candidate) => !candidate.includes('\uFFFD') && text.startsWith(candidate, at));
    if (spelled === undefined) continue;
    pieces.push({ kind: 'text', text: spelled, instruction: pending.some((_, i) => marked(first + i)), ids: pending });
    at += spelled.length;
    first = index + 1;
  }
  return pieces;
}
