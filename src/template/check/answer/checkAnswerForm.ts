import * as l10n from '@vscode/l10n';
import { parseJson } from '../../../data/exactNumber';
import { scanBracketed } from '../../../metrics/json/scanBracketed';
import { wholeAnswer } from '../../answer/answerObject';
import { AnswerProblem, composeAnswers } from '../../answer/composeAnswer';
import type { Analysis } from '../../read/analysis';
import { outputOf, type OutputObject } from '../../read/template';
import type { FieldUse } from '../../read/usage';
import { isMapping } from '../../syntax/schema';
import { replacement, type Draft, type Fix } from '../../text/finding';
import type { Span } from '../../text/position';

/** `answer-form`: examples, or JSON in the text, that show an answer otherwise than the model is to write its own. */
export function answerFormDrafts(analysis: Analysis): readonly Draft[] {
  const { object } = outputOf(analysis) ?? {};
  if (!object || !analysis.usage) return [];
  return [...exampleForms(analysis, object), ...writtenAnswers(analysis, object)];
}

const draft = (span: Span, canonical: string, fixes: readonly Fix[]): Draft => ({
  code: 'answer-form',
  severity: 'warning',
  span,
  message: l10n.t`The model is to write its answers otherwise than they are shown here: ${shortened(canonical)}`,
  fixes,
});

/** Letters of an answer that a message has. */
const longestShown = 120;

const shortened = (text: string): string => (text.length > longestShown ? `${text.slice(0, longestShown)}…` : text);

/** The answers of examples: as a whole but in another form, or field by field. */
function exampleForms(analysis: Analysis, object: OutputObject): readonly Draft[] {
  const { usage, defaults, answerObject } = analysis;
  const uses = usage!.fields.filter(({ partial }) => partial === undefined);
  return [...new Set(uses.map(({ list }) => list))].flatMap((list): readonly Draft[] => {
    const items = list === undefined ? undefined : defaults[list];
    const canonical = Array.isArray(items) ? firstAnswer(items, object) : undefined;
    if (canonical === undefined) return [];
    const ofList = uses.filter((use) => use.list === list);
    const whole = ofList.filter(({ name }) => name === wholeAnswer);
    if (usage!.fields.some((use) => use.list === list && use.name === wholeAnswer))
      return whole.flatMap((use) => wholeForm(analysis, use, canonical));
    const fields = answerObject!.fields.map(({ name }) => name).filter((name) => !answerObject!.shared.includes(name));
    const parts = ofList.filter(({ name }) => fields.includes(name)).map((use) => tagAt(analysis.text, use));
    return parts.length === 0 ? [] : [partsForm(analysis, parts, { fields, canonical })];
  });
}

/** The answer of the first example that has one. */
function firstAnswer(items: readonly unknown[], object: OutputObject): string | undefined {
  for (const item of items) {
    const answer = isMapping(item) ? answerOf(item, object) : undefined;
    if (answer !== undefined) return answer;
  }
  return undefined;
}

function answerOf(item: Readonly<Record<string, unknown>>, object: OutputObject): string | undefined {
  try {
    return composeAnswers(item, object, { isTable: false })[0];
  } catch (error) {
    if (error instanceof AnswerProblem) return undefined;
    throw error;
  }
}

/** The answer as a whole, spread over lines or taken apart. Asking whether there is one shows nothing of it. */
function wholeForm({ text }: Analysis, use: FieldUse, canonical: string): readonly Draft[] {
  const span = tagAt(text, use);
  const [, inside] = /^\{\{+~?\s*([^]*?)\s*~?\}\}+$/.exec(text.slice(...span)) ?? [];
  if (inside === undefined || /^(?:#?(?:if|unless|ifEquals|unlessEquals)|else)\b/.test(inside)) return [];
  if (/^(?:json\s+)?(?:this[./]|\.\/)?output(?:\s+indent=0)?$/.test(inside)) return [];
  const spread = /\s+indent=(?:\d+|"[^"]*"|'[^']*')/.exec(text.slice(...span));
  if (!/^json\s/.test(inside) || !spread) return [draft(span, canonical, [])];
  const start = span[0] + spread.index;
  return [draft(span, canonical, [replacement(l10n.t`Write it on one line`, [start, start + spread[0].length], '')])];
}

/** @param parts places of the fields, in their order */
function partsForm(
  { text }: Analysis,
  parts: readonly Span[],
  { fields, canonical }: { readonly fields: readonly string[]; readonly canonical: string },
): Draft {
  const [first, last] = [parts[0]!, parts.at(-1)!];
  const start = text.lastIndexOf('{', first[0] - 1);
  const end = text.indexOf('}', last[1]) + 1;
  const isWhole = start >= 0 && end > 0 && !/[:,[]\s*$/.test(text.slice(0, start));
  const isObject = isWhole && isObjectOf(fields, withoutTags(text.slice(start, end), '0'));
  if (!isObject) return draft([first[0], last[1]], canonical, []);
  return draft([start, end], canonical, [replacement(l10n.t`Write {{json output}}`, [start, end], '{{json output}}')]);
}

/** Whether a text is a JSON object of no other keys, so that it can be nothing but the answer. */
function isObjectOf(fields: readonly string[], text: string): boolean {
  try {
    const value = parseJson(text);
    return isMapping(value) && Object.keys(value).every((key) => fields.includes(key));
  } catch {
    return false;
  }
}

/** Answers that stand in the text as JSON. */
function writtenAnswers(analysis: Analysis, object: OutputObject): readonly Draft[] {
  const { parts, answerObject, text } = analysis;
  const body = withoutTags(parts.body.text, '\0');
  const drafts: Draft[] = [];
  for (let at = body.indexOf('{'); at >= 0; at = body.indexOf('{', at)) {
    const { end, isComplete } = scanBracketed(body, at);
    const span: Span = [parts.body.start + at, parts.body.start + end];
    const canonical = isComplete ? canonicalOf(body.slice(at, end), object) : undefined;
    const isAnswer = canonical !== undefined && answerObject!.fields.some(({ name }) => canonical.keys.includes(name));
    if (isAnswer && canonical.text !== text.slice(...span))
      drafts.push(
        draft(span, canonical.text, [replacement(l10n.t`Write it as the model is to`, span, canonical.text)]),
      );
    at = isAnswer ? end : at + 1;
  }
  return drafts;
}

function canonicalOf(
  json: string,
  object: OutputObject,
): { readonly text: string; readonly keys: readonly string[] } | undefined {
  try {
    const value = parseJson(json);
    const text = isMapping(value) ? answerOf({ [wholeAnswer]: value }, object) : undefined;
    return text === undefined ? undefined : { text, keys: Object.keys(value as object) };
  } catch {
    return undefined;
  }
}

/** Text of the same length where tags and comments are one letter repeated; what surrounds them keeps its place. */
const withoutTags = (text: string, letter: string): string =>
  text.replace(/\{\{!--[^]*?--\}\}|\{\{\{[^]*?\}\}\}|\{\{[^]*?\}\}/g, (tag) =>
    letter === '0' ? '0' : letter.repeat(tag.length),
  );

/** The tag that a use stands in. */
function tagAt(text: string, { span: [start, end] }: FieldUse): Span {
  const opening = text.lastIndexOf('{{', start);
  const closing = text.indexOf('}}', end - (text.slice(start, end).endsWith('}}') ? 2 : 0));
  if (opening < 0 || closing < 0) return [start, end];
  const begins = text[opening - 1] === '{' ? opening - 1 : opening;
  return [begins, closing + (text[begins + 2] === '{' && text[closing + 2] === '}' ? 3 : 2)];
}
