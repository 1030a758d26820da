import type { LanguageModel } from '../../../model/openModel';

/** A token of an instruction that stands in the file as it is read: not of a tag, nor beside an escaped brace. */
export interface TokenPlace {
  /** Index among the tokens of the instruction. */
  readonly index: number;
  /** Where it stands in the source. */
  readonly from: number;
  readonly to: number;
}

const tag = /\\?\{\{[\s\S]*?\}\}+/gu;

/** The tags of an instruction, and braces that are text, as they are written. */
export const tagsOf = (source: string): readonly string[] => source.match(tag) ?? [];

/**
 * The tokens of a rendered instruction that can be exchanged in its source.
 * @param end offset in the source from where on nothing is exchanged
 */
export function tokenPlaces(
  source: string,
  tokens: readonly number[],
  { model: { tokenizer }, end }: { readonly model: Pick<LanguageModel, 'tokenizer'>; readonly end: number },
): readonly TokenPlace[] {
  const rendered = tokenizer.decode(tokens);
  const ends = tokens.map((_, i) => tokenizer.decode(tokens.slice(0, i + 1)).length);
  const places: TokenPlace[] = [];
  let at = 0;
  for (const [start, text] of literals(source)) {
    const found = rendered.indexOf(text, at);
    if (found < 0) continue;
    at = found + text.length;
    ends.forEach((last, index) => {
      const first = ends[index - 1] ?? 0;
      const [from, to] = [start + first - found, start + last - found];
      const isWhole = first >= found && last <= at && last > first && to <= end;
      if (isWhole && source.slice(from, to) === rendered.slice(first, last)) places.push({ index, from, to });
    });
  }
  return places;
}

/** What stands between tags, without the white space around it, which a template may drop. */
function literals(source: string): readonly (readonly [start: number, text: string])[] {
  const pieces: (readonly [number, string])[] = [];
  const add = (from: number, to: number): void => {
    const piece = source.slice(from, to);
    const text = piece.trim();
    if (text !== '') pieces.push([from + piece.indexOf(text), text]);
  };
  let from = 0;
  for (const match of source.matchAll(tag)) {
    add(from, match.index);
    from = match.index + match[0].length;
  }
  add(from, source.length);
  return pieces;
}
