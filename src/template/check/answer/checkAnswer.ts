import * as l10n from '@vscode/l10n';
import type { Analysis } from '../../read/analysis';
import { spaceIntoLabels } from '../../edit/labelEdits';
import { labelWords } from '../../settings/verbalizer';
import { roleTags } from '../../read/tags/roleTags';
import type { TemplateContext } from '../../read/templateContext';
import { answerPlace, wordsInPlace } from '../../render/length/promptLength';
import { replacement } from '../../text/finding';
import type { Draft, Fix } from '../../text/finding';
import type { Span } from '../../text/position';
import { beginsUnspaced } from '../../text/unspaced';

/** `answer-leak`: the prompt contains the answer before the slot. */
export function answerLeaks({ usage, output, answerSlot }: Analysis): readonly Draft[] {
  // A slot that nobody wrote has a finding of its own where the answer is read before it.
  if (!usage || !output || !answerSlot || answerSlot.span[0] === answerSlot.span[1]) return [];
  return usage.variables
    .filter((use) => use.name === output.name && use.span[1] <= answerSlot.span[0])
    .map((use): Draft => ({
      code: 'answer-leak',
      severity: 'warning',
      span: use.span,
      message: l10n.t`The prompt reads "${output.name}" before the answer slot, so it shows the model the answer.`,
    }));
}

/** `answer-slot-space` and `trailing-space`: the white space between prompt and answer. */
export function answerSpaces(analysis: Analysis, context: TemplateContext): readonly Draft[] {
  const { output, answerSlot } = analysis;
  const before = textBeforeSlot(analysis);
  if (!output || !answerSlot || before === undefined) return [];
  const all = wordsBehind(analysis, before, context);
  if (!all) return [];
  const words = output.values && Object.values(all).flat();
  const span = writtenSpaces(analysis, before);
  if (span) return [spaceBeforeAnswer(analysis, span, words)];
  if (!words || before === '' || /\s$/.test(before) || words.every((word) => /^\s/.test(word) || beginsUnspaced(word)))
    return [];
  const [at] = answerSlot.span;
  return [
    {
      code: 'answer-slot-space',
      severity: 'warning',
      span: answerSlot.span,
      message: l10n.t`No space separates the prompt from the label words.`,
      fixes: [replacement(l10n.t`Insert a space`, [at, at], ' ')],
    },
  ];
}

/**
 * The words of labels behind the text before the slot; undefined where the answer does not stand behind that text: it
 * opens the model's turn in a chat, or nobody knows yet whether it does.
 */
function wordsBehind(
  analysis: Analysis,
  before: string,
  { encoder, sampleRows }: TemplateContext,
): Readonly<Record<string, readonly string[]>> | undefined {
  const { output, written } = analysis;
  const inText = labelWords([...new Set(output?.values ?? [])], written.labels);
  if (!encoder) {
    const mayBeChat = written.format === 'chat' || (written.format !== 'text' && roleTags(analysis).length > 0);
    return mayBeChat ? undefined : inText;
  }
  const place = answerPlace(analysis, encoder, sampleRows?.[0]);
  if (!place.encoder.chat) return inText;
  const { lead, text } = place.before;
  // Some chat templates strip what the turn begins with.
  return lead !== undefined || /\s$/.test(text) !== /\s$/.test(before) ? undefined : wordsInPlace(analysis, place);
}

/** The plain text just before the answer slot, after whitespace control; undefined where a tag precedes the slot. */
function textBeforeSlot({ body, answerSlot }: Analysis): string | undefined {
  if (!body || !answerSlot || answerSlot.after) return undefined;
  const before = body.tree.body[answerSlot.node - 1];
  return before?.type === 'ContentStatement' ? (before as hbs.AST.ContentStatement).value : undefined;
}

/**
 * The spaces that end the text before the slot; undefined where they are not literally there, so that no edit is safe.
 */
function writtenSpaces({ parts, answerSlot }: Analysis, before: string): Span | undefined {
  const spaces = /[ \t]+$/.exec(before)?.[0];
  const [at] = answerSlot!.span;
  if (spaces === undefined || !parts.body.text.slice(0, at - parts.body.start).endsWith(spaces)) return undefined;
  return [at - spaces.length, at];
}

/** @param words the label words; undefined for a generation */
function spaceBeforeAnswer(analysis: Analysis, span: Span, words: readonly string[] | undefined): Draft {
  const remove = replacement(l10n.t`Remove the space`, span, '');
  if (!words)
    return {
      code: 'trailing-space',
      severity: 'warning',
      span,
      message: l10n.t`The prompt ends with a space; most models write the space themselves, and do badly behind one.`,
      fixes: [remove],
    };
  if (words.some((word) => /^\s/.test(word)))
    return {
      code: 'answer-slot-space',
      severity: 'warning',
      span,
      message: l10n.t`There is a space before the answer, and label words begin with one too.`,
      fixes: [remove],
    };
  return {
    code: 'trailing-space',
    severity: 'information',
    span,
    message: l10n.t`The prompt ends with a space; most models write the space as the beginning of the next word.`,
    fixes: moveIntoLabels(analysis, span),
  };
}

function moveIntoLabels(analysis: Analysis, span: Span): readonly Fix[] {
  const moved = spaceIntoLabels(analysis);
  const removal = { start: span[0], end: span[1], text: '' };
  return moved ? [{ title: l10n.t`Move the space into the label words`, edits: [...moved, removal] }] : [];
}
