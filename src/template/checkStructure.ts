import type { Analysis } from './analysis';
import type { Draft } from './finding';
import { labelDrafts } from './checkLabels';
import { entryAt } from './frontMatter';

/** What is wrong with a template as far as its own text tells; an error here keeps it from being used. */
export function structuralDrafts(analysis: Analysis): readonly Draft[] {
  return [...analysis.problems, ...answerSlotDrafts(analysis), ...labelDrafts(analysis), ...objectiveDrafts(analysis)];
}

/** Errors only where rows to train on are named: the extension `.prompt` is shared with tools that know no answer slot. */
function answerSlotDrafts({ text, parts, frontMatter, written, body, output, outputPath, answerSlot }: Analysis): readonly Draft[] {
  if (!body || frontMatter.broken) return [];
  const severity = written.data ? 'error' : 'warning';
  if (answerSlot?.after) {
    const { span, after } = answerSlot;
    const following = text.slice(...after);
    return [{
      code: 'answer-slot-not-last', severity, span: after,
      message: `Text follows the answer slot {{${output!.name}}}; the model answers at the end of the prompt.`,
      fixes: [{
        title: 'Move the text before the answer',
        edits: [{ start: span[0], end: span[0], text: following }, { start: after[0], end: after[1], text: '' }],
      }],
    }];
  }
  if (answerSlot || !written.data) return [];
  if (!output) {
    const entry = entryAt(frontMatter, ['tune.data']);
    return [{ code: 'answer-slot-missing', severity, span: entry?.keySpan ?? [0, 0], message: 'There are rows to learn from, but output.schema names no field for the model to answer.' }];
  }
  const end = parts.body.start + parts.body.text.length;
  return [{
    code: 'answer-slot-missing', severity, span: entryAt(frontMatter, outputPath)?.keySpan ?? [end, end],
    message: `The body never says where the answer "${output.name}" goes.`,
    fixes: [{ title: `Append {{${output.name}}}`, edits: [{ start: end, end, text: `{{${output.name}}}` }] }],
  }];
}

function objectiveDrafts({ frontMatter, written, output }: Analysis): readonly Draft[] {
  const entry = entryAt(frontMatter, ['tune.objective']);
  if (!entry || written.objective !== 'label' || !output || output.values) return [];
  return [{ code: 'invalid-value', severity: 'error', span: entry.valueSpan, message: `tune.objective: label needs an enum, and "${output.name}" is none.` }];
}
