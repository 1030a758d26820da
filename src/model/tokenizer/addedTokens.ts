import * as l10n from '@vscode/l10n';
import type { AddedToken } from '../../chat/chatTokenizer';
import { isBoolean, isString, isWhole, orNothing, requireKeys, type PartRecord } from './parts';
import type { Normalizer } from './normalizers';

/** A piece between added tokens, or one of them. */
export type Section = { readonly token: number } | { readonly text: string; readonly opens: boolean };

/** @throws Failure "tokenizer-unsupported" for a flag that is not understood */
export function readAddedTokens(records: readonly PartRecord[]): readonly AddedToken[] {
  return records.map((record) => {
    requireKeys(
      l10n.t`the added token`,
      { ...record, type: record.content },
      {
        id: isWhole,
        content: isString,
        special: orNothing(isBoolean),
        normalized: orNothing(isBoolean),
        single_word: orNothing(isBoolean),
        lstrip: orNothing(isBoolean),
        rstrip: orNothing(isBoolean),
      },
    );
    const special = record.special === true;
    return {
      id: record.id as number,
      content: record.content as string,
      special,
      normalized: (record.normalized as boolean | undefined) ?? !special,
      singleWord: record.single_word === true,
      lstrip: record.lstrip === true,
      rstrip: record.rstrip === true,
    };
  });
}

/**
 * Cuts added tokens out of a text: those that are written as they are first, the others from what the normalizer makes
 * of the rest. A text may be a piece that does not open the whole.
 */
export function openAddedTokens(
  tokens: readonly AddedToken[],
  normalize: Normalizer,
): (text: string, opens?: boolean) => readonly Section[] {
  const written = openFinder(tokens.filter(({ normalized }) => !normalized).map((token) => [token.content, token]));
  const normalized = openFinder(
    tokens.filter((token) => token.normalized).map((token) => [normalize(token.content), token]),
  );
  return (text, opens = true) =>
    written(text, opens).flatMap((section) =>
      'token' in section ? [section] : normalized(normalize(section.text), section.opens),
    );
}

type Finder = (text: string, opens: boolean) => readonly Section[];

const endsInWord = /[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]$/u;
const beginsInWord = /^[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]/u;

/** Leftmost and longest, as tokenizers, src/tokenizer/added_vocabulary.rs, `find_matches`. */
function openFinder(entries: readonly (readonly [string, AddedToken])[]): Finder {
  const byContent = new Map(entries.filter(([content]) => content !== ''));
  if (byContent.size === 0) return (text, opens) => (text === '' ? [] : [{ text, opens }]);
  const byLetter = new Map<string, string[]>();
  for (const content of [...byContent.keys()].sort((a, b) => b.length - a.length)) {
    const begin = byLetter.get(content[0]!);
    if (begin) begin.push(content);
    else byLetter.set(content[0]!, [content]);
  }
  const letters = [...byLetter.keys()].map((letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);
  const beginning = new RegExp(`[${letters.join('')}]`, 'g');
  return (text, opens) => {
    const sections: Section[] = [];
    let last = 0;
    const add = (end: number): void => {
      if (end > last) sections.push({ text: text.slice(last, end), opens: opens && last === 0 });
    };
    for (const [from, content] of findContents(text, byLetter, beginning)) {
      const token = byContent.get(content)!;
      const to = from + content.length;
      if (
        token.singleWord &&
        (endsInWord.test(text.slice(Math.max(0, from - 2), from)) || beginsInWord.test(text.slice(to, to + 2)))
      )
        continue;
      const start = token.lstrip ? Math.max(spaceBefore(text, from), last) : from;
      const end = token.rstrip ? spaceBehind(text, to) : to;
      add(start);
      // One that white space around the last has swallowed is gone.
      if (end > start) sections.push({ token: token.id });
      last = end;
    }
    add(text.length);
    return sections;
  };
}

/**
 * Where the texts of tokens stand, leftmost and longest; some tokenizers have thousands, too many for one pattern.
 * @param beginning finds the letters that they begin with
 */
function findContents(
  text: string,
  byLetter: ReadonlyMap<string, readonly string[]>,
  beginning: RegExp,
): readonly (readonly [number, string])[] {
  const found: (readonly [number, string])[] = [];
  beginning.lastIndex = 0;
  for (let match = beginning.exec(text); match !== null; match = beginning.exec(text)) {
    const { index } = match;
    const content = byLetter.get(match[0])!.find((candidate) => text.startsWith(candidate, index));
    if (content === undefined) continue;
    found.push([index, content]);
    beginning.lastIndex = index + content.length;
  }
  return found;
}

const isSpace = (letter: string | undefined): boolean => letter !== undefined && /\p{White_Space}/u.test(letter);

/** Where the white space in front of a position begins. */
function spaceBefore(text: string, position: number): number {
  let start = position;
  while (start > 0 && isSpace(text[start - 1])) start--;
  return start;
}

/** Where the white space behind a position ends. */
function spaceBehind(text: string, position: number): number {
  let end = position;
  while (isSpace(text[end])) end++;
  return end;
}
