import type { AddedToken } from '../../chat/chatTokenizer';
import type { PromptEncoder } from '../../template/render/promptEncoder';
import type { PreviewPiece } from './contract';

/** A text that is tokenised as one. */
export interface Stretch {
  readonly text: string;
  /** The parts that it is made of, by where they end. */
  readonly parts: readonly {
    readonly end: number;
    /** Whether control tokens may be spelled there. */
    readonly isOwn: boolean;
    readonly message?: number;
  }[];
}

export interface Spelling {
  readonly tokenizer: PromptEncoder & {
    decode(ids: readonly number[]): string;
    token(id: number): string | undefined;
  };
  /** Tokens at the beginning that the tokenizer adds, and no text spells. */
  readonly opening: number;
  /** Whether the token of that index belongs to the instruction. */
  marked(index: number): boolean;
}

/**
 * The characters of each token. Tokens that end within a character, or that the tokenizer normalises, share a piece
 * with the next ones; so the pieces together always are the text itself, but for the control tokens that it spells.
 */
export function spellOut(
  ids: readonly number[],
  { text, parts }: Stretch,
  { tokenizer, opening, marked }: Spelling,
): readonly PreviewPiece[] {
  const isTurn = new Set((tokenizer.chat?.controls ?? []).map(({ id }) => id));
  const controls = new Map(
    (tokenizer.added ?? []).filter(({ id, special }) => special || isTurn.has(id)).map((token) => [token.id, token]),
  );
  const partAt = (position: number) => parts.find(({ end }) => position < end);
  const pieces: PreviewPiece[] = [];
  let at = 0;
  let first = 0;
  for (let index = 0; index < ids.length; index++) {
    const pending = ids.slice(first, index + 1);
    const id = pending[0]!;
    const read = tokenizer.decode(pending);
    const isSpace = read === '' && !controls.has(id) && text.startsWith(' ', at);
    if (pending.length === 1 && !isSpace && (read === '' || isTurn.has(id))) {
      const control = controls.get(id);
      if (index >= opening && control) at = behindControl(text, at, control);
      pieces.push({ kind: 'special', name: tokenizer.token(id) ?? String(id), id });
      first = index + 1;
      continue;
    }
    const isLast = index === ids.length - 1;
    // Some decoders drop the space that a word begins with.
    const spelled = isLast
      ? text.slice(at)
      : (isSpace ? [' '] : [read, ` ${read}`]).find(
          (candidate) => !candidate.includes('\uFFFD') && text.startsWith(candidate, at),
        );
    const next = controls.get(ids[index + 1]!);
    const shown = spelled ?? (next && textBeforeControl(text, at, next));
    if (shown === undefined) continue;
    const message = messageOf(shown, at);
    pieces.push({
      kind: 'text',
      text: shown,
      instruction: pending.some((_, i) => marked(first + i)),
      ids: pending,
      ...(message !== undefined && { message }),
    });
    at += shown.length;
    first = index + 1;
  }
  return pieces;

  /** A token across the seam of two parts belongs where its first letter stands. */
  function messageOf(spelled: string, from: number): number | undefined {
    const letter = spelled.search(/\S/);
    return partAt(from + Math.max(0, letter))?.message;
  }

  /** Where the text goes on behind a control token, with the white space that the token takes with it. */
  function behindControl(whole: string, from: number, { content, lstrip, rstrip }: AddedToken): number {
    const start = lstrip ? from + /^\s*/.exec(whole.slice(from))![0].length : from;
    if (!whole.startsWith(content, start) || !partAt(start)?.isOwn) return from;
    const end = start + content.length;
    return rstrip ? end + /^\s*/.exec(whole.slice(end))![0].length : end;
  }

  /** What tokens that read otherwise than the text stand for, up to the control token that the text spells next. */
  function textBeforeControl(whole: string, from: number, { content }: AddedToken): string | undefined {
    for (let end = whole.indexOf(content, from); end >= 0; end = whole.indexOf(content, end + 1))
      if (partAt(end)?.isOwn) return whole.slice(from, end);
    return undefined;
  }
}
