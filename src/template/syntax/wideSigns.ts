import { parseDocument } from 'yaml';
import type { Edit } from '../text/finding';

/** Signs as an input method for Chinese or Japanese writes them, and what YAML and tags know instead. */
const meant: Readonly<Record<string, string>> = {
  '：': ': ',
  '，': ', ',
  '、': ', ',
  '｛': '{',
  '｝': '}',
  '［': '[',
  '］': ']',
  '【': '[',
  '】': ']',
  '“': '"',
  '”': '"',
  '＃': '#',
  '　': ' ',
};
const wide = new RegExp(`[${Object.keys(meant).join('')}]`, 'g');

/** The text with its wide signs as those that are meant. */
export const narrowed = (text: string): string => text.replace(wide, (sign) => meant[sign]!);

/** Signs that stand for others at the place where YAML breaks off. */
export interface WideSigns {
  /** The first of them. */
  readonly sign: string;
  /** Its offset in the text. */
  readonly at: number;
  /** Writes all of that line as YAML knows them. */
  readonly edits: readonly Edit[];
}

/**
 * The wide signs without which broken YAML would be read, or would break only further down.
 * @param error offset at which it breaks
 */
export function wideSignsBehind(text: string, error: number): WideSigns | undefined {
  const end = (text.indexOf('\n', error) + 1 || text.length + 1) - 1;
  const start = text.lastIndexOf('\n', Math.max(0, error - 1)) + 1;
  // YAML complains of what an entry holds, or of what follows it.
  const before = text.lastIndexOf('\n', Math.max(0, start - 2)) + 1;
  for (const from of start === 0 ? [start] : [start, before]) {
    const to = from === start ? end : start - 1;
    const edits = [...text.slice(from, to).matchAll(wide)].map(({ 0: sign, index }) => ({
      start: from + index,
      end: from + index + 1,
      text: meant[sign]!,
    }));
    const [first] = edits;
    if (!first) continue;
    const repaired = text.slice(0, from) + narrowed(text.slice(from, to)) + text.slice(to);
    const grown = repaired.length - text.length;
    const [left] = parseDocument(repaired, { prettyErrors: false, logLevel: 'silent' }).errors;
    if (!left || left.pos[0] > end + grown) return { sign: text[first.start]!, at: first.start, edits };
  }
  return undefined;
}
