import type { Span } from '../text/position';
import { scanTags } from './tags';

/**
 * The spans of the names in the closing tags of a text whose blocks are balanced.
 * @param start offset of the text in the file
 * @returns offset of the name in the opening tag → span of the name in the closing tag
 */
export function closingNames(text: string, start = 0): ReadonlyMap<number, Span> {
  const open: number[] = [];
  const closing = new Map<number, Span>();
  for (const {
    kind,
    nameSpan: [from, to],
  } of scanTags(text)) {
    if (kind === 'open') open.push(from);
    const opening = kind === 'close' ? open.pop() : undefined;
    if (opening !== undefined) closing.set(start + opening, [start + from, start + to]);
  }
  return closing;
}
