import { isMap, isSeq } from 'yaml';
import type { Edit } from '../text/finding';
import type { FrontMatter } from './frontMatter';
import { nodeAt } from './frontMatter';

/**
 * The edit that adds entries to the mapping or list at a path, in the style it is written in.
 * @returns undefined when there is no such collection, or the entry cannot be added safely
 */
export function insertion(frontMatter: FrontMatter, path: readonly string[], ...entries: string[]): Edit | undefined {
  const entry = entries.join(', ');
  const node = nodeAt(frontMatter, path);
  if ((!isMap(node) && !isSeq(node)) || !node.range) return undefined;
  const [start, valueEnd] = node.range;
  if (node.flow) {
    const inner = frontMatter.text.slice(start + 1, valueEnd - 1);
    const written = inner.trimEnd();
    // Text added after a comment would be part of the comment.
    if (/(?:^|\s)#[^\r\n]*$/.test(written)) return undefined;
    const at = frontMatter.start + start + 1 + written.length;
    if (written.endsWith(',')) return { start: at, end: at, text: ` ${entry}` };
    return { start: at, end: at, text: written === '' ? ` ${entry} ` : `, ${entry}` };
  }
  const before = frontMatter.text.slice(0, start);
  const indent = /[^\r\n]*$/.exec(before)![0];
  if (indent.trim() !== '') return undefined;
  const at = frontMatter.start + frontMatter.text.slice(0, valueEnd).trimEnd().length;
  const lineBreak = frontMatter.text.includes('\r\n') ? '\r\n' : '\n';
  const lines = entries.map((each) => `${lineBreak}${indent}${isSeq(node) ? '- ' : ''}${each}`);
  return { start: at, end: at, text: lines.join('') };
}
