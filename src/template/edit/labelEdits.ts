import { isMap, isScalar, isSeq } from 'yaml';
import type { Analysis } from '../read/analysis';
import type { Edit } from '../text/finding';
import { entryAt, nodeAt, spanAt } from '../syntax/frontMatter';
import { insertion } from '../syntax/insertion';
import type { Span } from '../text/position';
import { isMapping } from '../syntax/schema';
import { yamlText } from '../text/yamlText';

const path = ['tune.labels'];

/** Where a word of a label is written; undefined for a word that the label has by default. */
export function wordSpan({ frontMatter }: Analysis, label: string, word: string): Span | undefined {
  const labels = frontMatter.value['tune.labels'];
  const written = isMapping(labels) && Object.hasOwn(labels, label) ? labels[label] : undefined;
  if (!Array.isArray(written)) {
    const entry = entryAt(frontMatter, [...path, label]);
    return entry && entry.valueSpan !== entry.keySpan ? entry.valueSpan : undefined;
  }
  const index = written.findIndex((each) => String(each) === word);
  return index < 0 ? undefined : spanAt(frontMatter, [...path, label, String(index)]);
}

/** The path of a label in the list of the enum; undefined where it is not listed so. */
export function enumPath({ frontMatter, outputPath }: Analysis, label: string): readonly string[] | undefined {
  for (const list of [outputPath, [...outputPath, 'enum']]) {
    const node = nodeAt(frontMatter, list);
    const index = isSeq(node) ? node.items.findIndex((item) => isScalar(item) && String(item.value) === label) : -1;
    if (index >= 0) return [...list, String(index)];
  }
  return undefined;
}

/** Where the enum lists a label. */
export function enumSpan(analysis: Analysis, label: string): Span | undefined {
  const found = enumPath(analysis, label);
  return found && spanAt(analysis.frontMatter, found);
}

/** The edit that replaces a word of a label; undefined where the YAML is too intricate for it. */
export function wordEdit(
  analysis: Analysis,
  label: string,
  words: { readonly from: string; readonly to: string },
): Edit | undefined {
  const { frontMatter, text } = analysis;
  const value = JSON.stringify(words.to);
  const span = wordSpan(analysis, label, words.from);
  if (span) return isPlain(text, span) ? { start: span[0], end: span[1], text: value } : undefined;
  if (entryAt(frontMatter, [...path, label])) return undefined;
  const entry = `${yamlText(label)}: ${value}`;
  if (isMap(nodeAt(frontMatter, path))) return insertion(frontMatter, path, entry);
  return entryAt(frontMatter, path) ? undefined : insertion(frontMatter, [], `tune.labels: { ${entry} }`);
}

/** Edits that put a space before every written word of every label; undefined where the YAML is too intricate. */
export function spaceIntoLabels(analysis: Analysis): readonly Edit[] | undefined {
  const written = Object.entries(analysis.written.labels ?? {}).flatMap(([label, words]) =>
    words.map((word) => wordEdit(analysis, label, { from: word, to: ` ${word}` })),
  );
  const edits = written.filter((edit) => edit !== undefined);
  return edits.length === written.length ? edits : undefined;
}

/** Whether a scalar is written on one line without anchor, alias, tag or block style. */
function isPlain(text: string, span: Span): boolean {
  return !/^[&*!|>]|[\r\n]/.test(text.slice(...span));
}
