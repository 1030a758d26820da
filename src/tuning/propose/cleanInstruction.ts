import * as l10n from '@vscode/l10n';
import { analyse } from '../../template/read/analysis';
import { replaceInstruction } from '../../template/edit/replaceInstruction';
import { readTemplate, type PromptTemplate } from '../../template/read/template';

/** What models write in front of an instruction. */
const prefixes = [
  /^(?:here(?: is|'s)|sure|certainly|okay|ok)\b[^:\n]*:\s*/i,
  /^(?:(?:the|a|my|your|new|better|improved|revised|final) )*(?:instructions?|prompt|task)(?: (?:is|was))?:\s*/i,
];
const listMark = /^(?:[-*•]|\d{1,2}[.)])\s+/;
const quotes = [
  ['"', '"'],
  ["'", "'"],
  ['“', '”'],
  ['‘', '’'],
  ['«', '»'],
  ['„', '“'],
  ['`', '`'],
] as const;

/**
 * The instruction of what a model has written: without its thoughts, what it says in front, quotes and marks of lists;
 * of a list the first, of several paragraphs the first.
 * @returns empty where nothing is left
 */
export function cleanInstruction(answer: string): string {
  const said = answer
    .replace(/<think>[\s\S]*?(?:<\/think>|$)/g, '')
    .replace(/```[a-z]*\n?([\s\S]*?)(?:```|$)/g, '$1')
    .replaceAll('**', '')
    .trim();
  const lines = said.split(/\r?\n/).map((line) => line.trim());
  const isLead = lines.length > 1 && /:$/.test(unquoted(lines[0]!)) && lines.slice(1).some((line) => line !== '');
  const kept = (isLead ? lines.slice(1) : lines).filter((line, i, all) => line !== '' || all.slice(0, i).some(Boolean));
  const end = kept.findIndex((line, i) => line === '' || (i > 0 && listMark.test(line)));
  const paragraph = (end < 0 ? kept : kept.slice(0, end)).join(' ');
  return unquoted(
    prefixes.reduce((text, prefix) => text.replace(prefix, ''), unquoted(paragraph.replace(listMark, ''))),
  )
    .replace(/\s+/g, ' ')
    .trim();
}

function unquoted(text: string): string {
  const trimmed = text.trim();
  for (const [open, close] of quotes) {
    const inner = trimmed.slice(open.length, -close.length);
    if (trimmed.length > open.length + close.length && trimmed.startsWith(open) && trimmed.endsWith(close))
      if (!inner.includes(open) && !inner.includes(close)) return unquoted(inner);
  }
  return trimmed;
}

/** Words of an instruction at most. */
const mostWords = 80;

/**
 * Why a text cannot be the instruction of a template, in a few words; undefined where it can.
 */
export function instructionProblem(text: string, { text: file, path, partials }: PromptTemplate): string | undefined {
  if (!/\p{L}/u.test(text)) return l10n.t`it is empty`;
  if (text.split(/\s+/).length > mostWords) return l10n.t`it has more than ${mostWords} words`;
  if (text.includes('{{')) {
    const { output } = analyse(file, path);
    return output && text.includes(output.name) ? l10n.t`it holds the answer slot` : l10n.t`it holds a tag`;
  }
  try {
    const { template } = readTemplate(replaceInstruction(file, path, text), path, (name) => partials[name]);
    return template?.hasInstruction ? undefined : l10n.t`no valid template comes of it`;
  } catch {
    return l10n.t`no valid template comes of it`;
  }
}
