import * as l10n from '@vscode/l10n';
import { count, counted } from '../../words/formatNumbers';
import type { Analysis } from '../read/analysis';
import { outputOf } from '../read/template';
import type { TemplateContext } from '../read/templateContext';
import { expectedAnswers } from './rows/expectedAnswers';
import { defaultOutputTokens } from '../settings/decoding/decodingKeys';
import { entryAt } from '../syntax/frontMatter';
import { replacement, type Draft } from '../text/finding';

/** `answer-cut`: rows that expect more tokens than an answer may have, which no model can answer whole. */
export function budgetDrafts(
  analysis: Analysis,
  { encoder, sampleRows = [] }: Pick<TemplateContext, 'encoder' | 'sampleRows'>,
): readonly Draft[] {
  const output = outputOf(analysis);
  if (!encoder || output?.kind !== 'generation') return [];
  const { written, frontMatter, answerSlot } = analysis;
  const budget = written.config?.maxOutputTokens ?? defaultOutputTokens;
  const long = expectedAnswers(analysis, sampleRows).flatMap(([answer = ''], index) => {
    const text = answer.trim();
    // A token has a character at least.
    const tokens = text.length <= budget ? 0 : encoder.encode(text, false).length;
    return tokens > budget ? [{ row: index + 1, tokens }] : [];
  });
  const entry = entryAt(frontMatter, ['config', 'maxOutputTokens']);
  const span = entry?.valueSpan ?? answerSlot?.span;
  const [first, ...others] = long;
  if (!first || !span) return [];
  const longest = long.reduce((most, { tokens }) => Math.max(most, tokens), 0);
  const more = others.length === 0 ? '' : l10n.t`, and ${counted(others.length, 'other row')} up to ${count(longest)}`;
  const message = l10n.t`The answer of row ${first.row} has ${count(first.tokens)} tokens${more}; answers end after \
${count(budget)}${
    entry
      ? ''
      : l10n.t`, as config.maxOutputTokens is not \
written`
  }: what is longer is never written whole.`;
  const fixes = entry ? [replacement(l10n.t`Raise it to ${longest + 1}`, entry.valueSpan, String(longest + 1))] : [];
  return [{ code: 'answer-cut', severity: 'warning', span, message, fixes }];
}
