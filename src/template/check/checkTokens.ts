import * as l10n from '@vscode/l10n';
import { Failure } from '../../failure';
import { isOurs } from '../read/analysis';
import type { Analysis } from '../read/analysis';
import { budgetDrafts } from './checkBudget';
import { labelTokenDrafts } from './checkLabelTokens';
import { chatDrafts, checkedRows } from './chat/checkChat';
import { chatVariableDrafts } from './chat/checkChatVariables';
import { foreignTemplateDrafts } from './chat/checkForeignTemplate';
import { labelPlaceDrafts } from './chat/checkLabelPlace';
import { writtenTokenDrafts } from './chat/checkWrittenTokens';
import type { TemplateContext } from '../read/templateContext';
import type { Draft } from '../text/finding';
import { entryAt } from '../syntax/frontMatter';
import { specialTokenDrafts } from './checkSpecialTokens';
import { longestCounted, promptLength, promptOrFailure } from '../render/length/promptLength';

/** Rules that need the tokenizer of the template's model, or that it could not be had. */
export function tokenDrafts(analysis: Analysis, usable: boolean, context: TemplateContext): readonly Draft[] {
  if (!context.encoder) return noTokens(analysis, context);
  const rows = checkedRows(analysis, context);
  const slow = rows.map((row) => promptOrFailure(analysis, context.encoder!, row)).find(isSlow);
  if (slow) return [notChecked(analysis, l10n.t`Tokens and messages were not checked: ${slow.message}`)];
  return [
    ...labelTokenDrafts(analysis, context.encoder, context.sampleRows?.[0]),
    ...labelPlaceDrafts(analysis, context.encoder, context.sampleRows?.[0]),
    ...specialTokenDrafts(analysis, context.encoder, context),
    ...writtenTokenDrafts(analysis, context.encoder),
    ...chatVariableDrafts(analysis, context.encoder),
    ...foreignTemplateDrafts(analysis, context.encoder, context.foreignTemplate),
    ...(usable ? chatDrafts(analysis, context.encoder, rows) : []),
    ...(usable ? tooLong(analysis, context) : []),
    ...budgetDrafts(analysis, context),
  ];
}

const isSlow = (prompt: unknown): prompt is Failure => prompt instanceof Failure && prompt.code === 'chat-slow';

/** `not-checked`: the tokenizer of a template that would be trained cannot be had. */
function noTokens(analysis: Analysis, { noTokens: reason }: TemplateContext): readonly Draft[] {
  if (reason === undefined || !isOurs(analysis)) return [];
  return [notChecked(analysis, l10n.t`Tokens were not counted: ${reason}`)];
}

const notChecked = ({ frontMatter }: Analysis, message: string): Draft => ({
  code: 'not-checked',
  severity: 'information',
  span: entryAt(frontMatter, ['model'])?.valueSpan ?? [0, 0],
  message,
});

/** `soft-too-long`: the prompt of a typical row, or of no row where none is known, fills what the model reads. */
function tooLong(analysis: Analysis, { encoder, contextLength, sampleRows = [] }: TemplateContext): readonly Draft[] {
  const { soft, written, frontMatter, answerSlot } = analysis;
  const span = soft?.spans[0] ?? entryAt(frontMatter, ['tune.length'])?.valueSpan ?? answerSlot?.span;
  const limit = Math.min(contextLength ?? Infinity, written.maxLength || Infinity);
  if (!span || !encoder || limit === Infinity) return [];
  if (analysis.parts.body.text.length > longestCounted) {
    return [
      {
        code: 'not-checked',
        severity: 'information',
        span,
        message: l10n.t`The body is longer than ${longestCounted} characters, so the tokens of its prompts were not \
counted.`,
      },
    ];
  }
  const rows = sampleRows.length > 0 ? sampleRows : [{}];
  const lengths = rows
    .map((row) => promptLength(analysis, encoder, row))
    .filter((length) => length !== undefined)
    .sort((a, b) => a.tokens - b.tokens);
  const typical = lengths[lengths.length >> 1];
  if (typical === undefined || typical.tokens < limit) return [];
  const { tokens, virtual } = typical;
  const amount = virtual === 0 ? l10n.t`${tokens} tokens` : l10n.t`${tokens} tokens, ${virtual} of them virtual`;
  const ofModel = limit === contextLength;
  return [
    {
      code: 'soft-too-long',
      severity: 'warning',
      span,
      message: sampleRows.length > 0 ? ofRow(amount, limit, ofModel) : ofTemplate(amount, limit, ofModel),
    },
  ];
}

const ofRow = (amount: string, limit: number, ofModel: boolean): string =>
  ofModel
    ? l10n.t`A typical prompt is ${amount}; the model reads ${limit}.`
    : l10n.t`A typical prompt is ${amount}; tune.maxLength allows ${limit}.`;

const ofTemplate = (amount: string, limit: number, ofModel: boolean): string =>
  ofModel
    ? l10n.t`Template and virtual tokens are ${amount} before any row is filled in; the model reads ${limit}.`
    : l10n.t`Template and virtual tokens are ${amount} before any row is filled in; tune.maxLength allows ${limit}.`;
