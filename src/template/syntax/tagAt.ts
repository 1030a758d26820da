import { append } from '../../lists';
import type { Tag } from './tags';

/** A tag that is open at the cursor: the `{{…` before it, not yet closed. */
export interface OpenTag {
  /** Offset of the first brace. */
  readonly start: number;
  /** `#`, `/`, `>`, `^`, `&` or nothing. */
  readonly sign: string;
  /** The finished words between sign and cursor, quoted text as one word. */
  readonly words: readonly string[];
  /** The word at the cursor, up to the cursor. */
  readonly word: string;
  readonly wordStart: number;
  /** The attribute whose quoted value contains the cursor, or an empty text for a quoted argument. */
  readonly quoted?: string;
}

/** Characters; two braces farther back than this were never closed. */
const longestTag = 2000;

/** The tag that is open at an offset, found by searching backwards; undefined outside a tag. */
export function openTagAt(text: string, offset: number, bodyStart: number): OpenTag | undefined {
  const from = Math.max(bodyStart, offset - longestTag);
  const before = text.slice(from, offset);
  const opening = before.lastIndexOf('{{');
  if (opening < 0 || before.indexOf('}}', opening) >= 0 || /\\$/.test(before.slice(0, opening))) return undefined;
  const written = before.slice(opening);
  const head = /^\{\{\{?~?\s*([#^/&>*!]*)\s*/.exec(written)!;
  const sign = head[1]!;
  if (sign.startsWith('!')) return undefined;
  const words: string[] = [];
  let at = head[0].length;
  let wordAt = at;
  let quoted: string | undefined;
  while (at < written.length) {
    const character = written[at]!;
    if (character === '"' || character === "'") {
      const end = written.indexOf(character, at + 1);
      if (end < 0) {
        quoted = /([\w-]*)=$/.exec(written.slice(wordAt, at))?.[1] ?? '';
        append(words, written.slice(wordAt, at).trim() ? [written.slice(wordAt, at)] : []);
        wordAt = at + 1;
        at = written.length;
      } else at = end + 1;
    } else if (/[\s()|]/.test(character)) {
      if (at > wordAt) words.push(written.slice(wordAt, at));
      at++;
      wordAt = at;
    } else at++;
  }
  const start = from + opening;
  return {
    start,
    sign,
    words,
    word: written.slice(wordAt),
    wordStart: start + wordAt,
    ...(quoted !== undefined && { quoted }),
  };
}

/** The blocks that are open at an offset, outermost first. */
export function openBlocksAt(tags: readonly Tag[], offset: number): readonly Tag[] {
  const open: Tag[] = [];
  for (const tag of tags) {
    if (tag.span[1] > offset) break;
    if (tag.kind === 'open') open.push(tag);
    else if (tag.kind === 'close' && open.at(-1)?.name === tag.name) open.pop();
  }
  return open;
}

/** The tag that contains or touches an offset. */
export function tagAround(tags: readonly Tag[], offset: number): Tag | undefined {
  let low = 0;
  let high = tags.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (tags[middle]!.span[1] < offset) low = middle + 1;
    else high = middle;
  }
  const tag = tags[low];
  return tag && tag.span[0] <= offset ? tag : undefined;
}

/** A word of a tag with its offsets. */
export interface TagWord {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** The attribute it is the value of. */
  readonly attribute?: string;
  readonly quoted: boolean;
}

const wordPattern = /([\w-]+=)?(?:"([^"]*)"|'([^']*)'|([^\s"'=()|{}~#^/&>*][^\s"'=()|{}~]*))/g;

/** The words of a tag: its name, arguments and attribute values, without their quotes. */
export function wordsOfTag(text: string, tag: Tag): readonly TagWord[] {
  const source = text.slice(...tag.span);
  return [...source.matchAll(wordPattern)].map((match) => {
    const value = match[2] ?? match[3] ?? match[4] ?? '';
    const quoted = match[4] === undefined;
    const start = tag.span[0] + match.index + (match[1]?.length ?? 0) + (quoted ? 1 : 0);
    return {
      text: value,
      start,
      end: start + value.length,
      quoted,
      ...(match[1] && { attribute: match[1].slice(0, -1) }),
    };
  });
}
