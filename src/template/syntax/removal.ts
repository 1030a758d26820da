import { isMap, isPair, isScalar, isSeq } from 'yaml';
import type { Edit } from '../text/finding';
import { nodeAt } from './frontMatter';
import type { FrontMatter } from './frontMatter';

/**
 * The edit that removes an entry from its mapping, or an item from its list, with its line or comma.
 * @returns undefined when the removal is not safe
 */
export function removal(frontMatter: FrontMatter, path: readonly string[]): Edit | undefined {
  const { text, start } = frontMatter;
  const parent = nodeAt(frontMatter, path.slice(0, -1));
  if (!isMap(parent) && !isSeq(parent)) return undefined;
  const spans = parent.items.map((item: unknown) =>
    isPair(item) ? spanOfPair(item.key, item.value) : spanOfPair(item, null),
  );
  const index = isMap(parent)
    ? parent.items.findIndex((pair) => isScalar(pair.key) && String(pair.key.value) === path.at(-1))
    : Number(path.at(-1));
  const span = spans[index];
  if (!span || spans.includes(undefined)) return undefined;
  // An alias elsewhere may refer to the anchor in this text.
  if (text.slice(...span).includes('&')) return undefined;
  const cut = parent.flow ? inFlow(spans as readonly [number, number][], index) : inBlock(text, span, isSeq(parent));
  return cut && { start: start + cut[0], end: start + cut[1], text: '' };
}

function spanOfPair(first: unknown, second: unknown): [number, number] | undefined {
  const from = rangeOfNode(first);
  const to = rangeOfNode(second) ?? from;
  return from && to && [from[0], Math.max(from[1], to[1])];
}

function rangeOfNode(node: unknown): readonly [number, number] | undefined {
  if (typeof node !== 'object' || node === null || !('range' in node) || !Array.isArray(node.range)) return undefined;
  return [node.range[0] as number, node.range[1] as number];
}

function inFlow(spans: readonly [number, number][], index: number): [number, number] {
  const [from, to] = spans[index]!;
  if (index > 0) return [spans[index - 1]![1], to];
  return [from, spans[1]?.[0] ?? to];
}

function inBlock(text: string, [from, to]: readonly [number, number], item: boolean): [number, number] | undefined {
  const lineStart = Math.max(text.lastIndexOf('\n', from - 1), text.lastIndexOf('\r', from - 1)) + 1;
  const before = text.slice(lineStart, from);
  if (!(item ? /^ *- +$/ : /^ *$/).test(before)) return undefined;
  const end = from + text.slice(from, to).trimEnd().length;
  const rest = /^[^\r\n]*(\r\n|\r|\n)?/.exec(text.slice(end))!;
  if (rest[1] !== undefined) return [lineStart, end + rest[0].length];
  const breakBefore = /(?:\r\n|\r|\n)$/.exec(text.slice(0, lineStart))?.[0].length ?? 0;
  return [lineStart - breakBefore, end + rest[0].length];
}
