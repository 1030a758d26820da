import * as l10n from '@vscode/l10n';
import { SplitPreTokenizer } from '@huggingface/tokenizers';
import { unsupported, type PartRecord } from './parts';

/** A piece of a text that a pattern matches or leaves, by its offsets. */
export interface Span {
  readonly start: number;
  readonly end: number;
  readonly matches: boolean;
}

/**
 * Translates a pattern of Oniguruma, or a text to be found as it is, into one of JavaScript.
 * @throws Failure "tokenizer-unsupported"
 */
export function compilePattern(pattern: PartRecord): RegExp {
  if (typeof pattern.String === 'string') return new RegExp(escapeRegExp(pattern.String), 'gu');
  try {
    const { pattern: compiled } = new SplitPreTokenizer({
      type: 'Split',
      pattern: { Regex: withScopedFlags(pattern.Regex as string) },
      behavior: 'Isolated',
      invert: false,
    }) as unknown as { readonly pattern: RegExp };
    return compiled;
  } catch (error) {
    throw unsupported(l10n.t`the pattern ${String(pattern.Regex)}`, (error as Error).message);
  }
}

/** Flags that hold for a whole pattern, as a group, which is the form that the library translates. */
const withScopedFlags = (pattern: string): string => pattern.replace(/^\(\?([a-z]+)\)(.*)$/s, '(?$1:$2)');

const escapeRegExp = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');

/** Matches as Oniguruma finds them: an empty one right behind another match is none. */
export function findMatches(text: string, pattern: RegExp): readonly Span[] {
  const found: Span[] = [];
  let last = -1;
  // `matchAll` makes a copy of the pattern each time.
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const [start, end] = [match.index, match.index + match[0].length];
    if (start === end) pattern.lastIndex = end + (pattern.unicode && text.codePointAt(end)! > 0xffff ? 2 : 1);
    if (start === end && start === last) continue;
    last = end;
    found.push({ start, end, matches: true });
  }
  return found;
}

/** Covers a text with what a pattern matches and what lies between. */
export function spansOf(text: string, pattern: RegExp): readonly Span[] {
  const spans: Span[] = [];
  let last = 0;
  for (const match of findMatches(text, pattern)) {
    if (match.start > last) spans.push({ start: last, end: match.start, matches: false });
    spans.push(match);
    last = match.end;
  }
  if (last < text.length) spans.push({ start: last, end: text.length, matches: false });
  return spans;
}

/** Replaces every match by a text as it is. */
export function replaceMatches(text: string, pattern: RegExp, content: string): string {
  // In no text nothing is found, not even nothing.
  if (text === '') return text;
  let made = '';
  let last = 0;
  for (const { start, end } of findMatches(text, pattern)) {
    made += text.slice(last, start) + content;
    last = end;
  }
  return made + text.slice(last);
}
