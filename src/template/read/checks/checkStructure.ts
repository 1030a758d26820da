import * as l10n from '@vscode/l10n';
import type { Analysis } from '../analysis';
import { isOnEmbeddedModel } from '../formChoice';
import type { TemplateContext } from '../templateContext';
import type { Draft } from '../../text/finding';
import { answerObjectDrafts } from './checkAnswerObject';
import { labelDrafts, type LabelPlace } from './checkLabels';
import { asksForJson } from '../../metrics/outputSchema';
import { entryAt } from '../../syntax/frontMatter';
import { constrainsText } from '../answerConstraint';

/**
 * The problems that follow from the template's own text and model; a template with an error among them cannot be used.
 * @param model a model with a mask lets text follow the answer slot
 * @param place where the answer stands, where that is known
 */
export function structuralDrafts(
  analysis: Analysis,
  model: ModelKnown = {},
  place?: LabelPlace | 'either',
): readonly Draft[] {
  return [
    ...analysis.problems,
    ...answerSlotDrafts(analysis, model),
    ...answerObjectDrafts(analysis),
    ...labelDrafts(analysis, place),
    ...objectiveDrafts(analysis),
    ...constrainedText(analysis),
  ];
}

/** What is known of a template's model; until its tokenizer is read, or fails to be, it may be a masked model. */
export type ModelKnown = Pick<TemplateContext, 'encoder' | 'noTokens'>;

/** Whether text after the answer slot is wrong: not for a model that fills in masks, or one that was not read yet. */
function readsOnlyUpToSlot(analysis: Analysis, { encoder, noTokens }: ModelKnown): boolean {
  if (encoder) return encoder.mask === undefined;
  return noTokens !== undefined || isOnEmbeddedModel(analysis);
}

/** `answer-slot-not-last`: text follows the answer slot. */
export function slotNotLast({ text, written, output, answerSlot }: Analysis): readonly Draft[] {
  if (!answerSlot?.after) return [];
  const { span, after } = answerSlot;
  return [
    {
      code: 'answer-slot-not-last',
      severity: written.data ? 'error' : 'warning',
      span: after,
      message: l10n.t`Text follows the answer slot ${`{{${output!.name}}}`}; the model answers at the end of the \
prompt.`,
      fixes: [
        {
          title: l10n.t`Move the text before the answer`,
          edits: [
            { start: span[0], end: span[0], text: text.slice(...after) },
            { start: after[0], end: after[1], text: '' },
          ],
        },
      ],
    },
  ];
}

/** Errors only where the template names data: the extension `.prompt` is shared with tools that know no answer slot. */
function answerSlotDrafts(analysis: Analysis, model: ModelKnown): readonly Draft[] {
  const { parts, frontMatter, written, body, output, outputPath, answerSlot } = analysis;
  if (!body || frontMatter.broken) return [];
  const severity = written.data ? 'error' : 'warning';
  if (answerSlot?.after) return readsOnlyUpToSlot(analysis, model) ? slotNotLast(analysis) : [];
  if (answerSlot || !written.data) return [];
  if (!output) {
    const entry = entryAt(frontMatter, ['tune.data']);
    return [
      {
        code: 'answer-slot-missing',
        severity,
        span: entry?.keySpan ?? [0, 0],
        message: l10n.t`There are rows to learn from, but output.schema names no field for the model to answer.`,
      },
    ];
  }
  const end = parts.body.start + parts.body.text.length;
  return [
    {
      code: 'answer-slot-missing',
      severity,
      span: entryAt(frontMatter, outputPath)?.keySpan ?? [end, end],
      message: l10n.t`The body never says where the answer "${output.name}" goes.`,
      fixes: [{ title: `Append {{${output.name}}}`, edits: [{ start: end, end, text: `{{${output.name}}}` }] }],
    },
  ];
}

function objectiveDrafts({ frontMatter, written, output }: Analysis): readonly Draft[] {
  const entry = entryAt(frontMatter, ['tune.objective']);
  if (!entry || written.objective !== 'label' || !output || output.values) return [];
  return [
    {
      code: 'invalid-value',
      severity: 'error',
      span: entry.valueSpan,
      message: l10n.t`tune.objective: label needs an enum, and "${output.name}" is none.`,
    },
  ];
}

/** `invalid-value`: `tune.constrain` where the answer is free text. */
function constrainedText({ frontMatter, written, output }: Analysis): readonly Draft[] {
  const entry = entryAt(frontMatter, ['tune.constrain']);
  if (!entry || !written.constrain || !output || output.values || asksForJson(frontMatter)) return [];
  return [{ code: 'invalid-value', severity: 'error', span: entry.valueSpan, message: constrainsText() }];
}
