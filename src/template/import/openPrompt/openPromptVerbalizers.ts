import * as l10n from '@vscode/l10n';
import { parse } from 'yaml';
import { counted } from '../../../words/formatNumbers';
import { isMapping } from '../../syntax/schema';

type Mapping = Readonly<Record<string, unknown>>;

/** The words of each label. */
export type Verbalizer = Readonly<Record<string, readonly string[]>>;

const unnamed = () =>
  l10n.t`The names of the labels, which the verbalizer does not give; they are the first word of each.`;

/**
 * The verbalizers of a file: JSON of labels to words, of lists of words, or a list of such; a JSON object a line; lines
 * of words, a label a line, in groups that empty lines part.
 * @param notCarried gets a sentence for what the file does not say, and for words that it does not hold itself
 */
export function readVerbalizers(text: string, notCarried: string[]): readonly Verbalizer[] {
  const isJson = /^\s*[[{]/.test(text);
  const records = isJson ? jsonLines(text) : undefined;
  if (records?.some(isGenerated)) return generated(records, notCarried);
  const value = isJson && !(records && records.length > 1) ? parsed(text) : undefined;
  if (isMapping(value)) return [ofMapping(value)];
  const list = value ?? records;
  if (!Array.isArray(list) || list.length === 0) return ofLines(text, notCarried);
  if (list.every(isMapping)) return list.map(ofMapping);
  notCarried.push(unnamed());
  const isListOfLists = list.every((each) => Array.isArray(each) && each.length > 0 && each.every(Array.isArray));
  return isListOfLists ? list.map((group: readonly unknown[]) => ofLists(group)) : [ofLists(list)];
}

function parsed(text: string): unknown {
  try {
    return parse(text, { logLevel: 'error' }) as unknown;
  } catch {
    return undefined;
  }
}

/** The objects of a text that has one on every line. */
function jsonLines(text: string): readonly Mapping[] | undefined {
  const lines = text.split(/\r\n?|\n/).filter((line) => line.trim() !== '');
  const values = lines.map((line) =>
    /^\s*\{.*\}\s*,?\s*$/.test(line) ? parsed(line.trim().replace(/,$/, '')) : undefined,
  );
  return values.length > 0 && values.every(isMapping) ? values : undefined;
}

/** Whether a line says what a model is to generate, as a template says it. */
const isGenerated = (record: Mapping): boolean =>
  Object.keys(record).length === 1 && ['text', 'meta', 'placeholder'].some((key) => typeof record[key] === 'string');

/** What a model is to generate for each label; only words can be carried over. */
function generated(records: readonly Mapping[], notCarried: string[]): readonly Verbalizer[] {
  const texts = records.map(({ text }) => text);
  if (texts.every((text) => typeof text === 'string')) {
    notCarried.push(unnamed());
    return [ofLists(texts)];
  }
  notCarried.push(l10n.t`The verbalizer, whose words are those of a column of the row.`);
  return [];
}

function ofLines(text: string, notCarried: string[]): readonly Verbalizer[] {
  const groups = text
    .replace(/\r\n?/g, '\n')
    .split(/\n[ \t]*\n/)
    .map((group) => group.split('\n').map(wordsOfLine))
    .map((group) => group.filter((line) => line.length > 0))
    .filter((group) => group.length > 0);
  if (groups.length > 0) notCarried.push(unnamed());
  return groups.map(ofLists);
}

const wordsOfLine = (line: string): readonly string[] =>
  line
    .split(',')
    .map((word) => word.trim())
    .filter(Boolean);

/** A word begins with a space, but for one that OpenPrompt's mark joins to what stands before it. */
const wordsOf = (value: unknown): readonly string[] =>
  (Array.isArray(value) ? value : [value]).map((word) => ` ${String(word).trim()}`.replace(/^ <!>/, ''));

const ofMapping = (value: Mapping): Verbalizer =>
  Object.fromEntries(Object.entries(value).map(([label, words]) => [label, wordsOf(words)]));

/** Labels are called by their first word, or by it and a number where another label has the same. */
function ofLists(lists: readonly unknown[]): Verbalizer {
  const labels = new Map<string, readonly string[]>();
  for (const list of lists) {
    const word = String(Array.isArray(list) ? list[0] : list).trim();
    const numbered = (n: number): string => (n === 1 ? word : `${word}_${n}`);
    let n = 1;
    while (labels.has(numbered(n))) n++;
    labels.set(numbered(n), wordsOf(list));
  }
  return Object.fromEntries(labels);
}

/**
 * A verbalizer in which no two labels have the same word, which would say nothing of which of them is meant: it stays
 * that of the first.
 */
export function withDistinctWords(verbalizer: Verbalizer, notCarried: string[]): Verbalizer {
  const owners = new Map<string, string>();
  for (const [label, words] of Object.entries(verbalizer))
    for (const word of words) if (!owners.has(word)) owners.set(word, label);
  const shared = Object.entries(verbalizer).flatMap(([label, words]) =>
    words.filter((word) => owners.get(word) !== label),
  );
  if (shared.length > 0)
    notCarried.push(
      l10n.t`${counted(shared.length, 'word')} of labels that another label has too, such as "${shared[0]!.trim()}": \
a word stands for the first of them alone.`,
    );
  return Object.fromEntries(
    Object.entries(verbalizer).map(([label, words]) => [label, words.filter((word) => owners.get(word) === label)]),
  );
}
