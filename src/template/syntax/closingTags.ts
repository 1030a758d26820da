import type { Span } from '../text/position';
import { scanTags } from './tags';

/**
 * The names in the closing tags of a text whose blocks are balanced, by where the name in the opening tag begins.
 * @param start offset that the places are counted from
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
