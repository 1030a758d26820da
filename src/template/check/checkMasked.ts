import * as l10n from '@vscode/l10n';
import type { Analysis } from '../read/analysis';
import type { TemplateContext } from '../read/templateContext';
import { replacement, type Draft } from '../text/finding';
import { formatFixes } from './chat/formatFix';
import { entryAt } from '../syntax/frontMatter';

/** `masked-model`: what a template needs and a masked language model cannot do. */
export function maskedDrafts(
  { frontMatter, written, output, outputPath }: Analysis,
  { encoder }: TemplateContext,
): readonly Draft[] {
  if (encoder?.mask === undefined || !written.data) return [];
  // A form that outranks the template's is written nowhere in it.
  const format = entryAt(frontMatter, ['tune.format']) ?? entryAt(frontMatter, ['model']);
  const instruction = entryAt(frontMatter, ['tune.instruction']);
  const field = entryAt(frontMatter, outputPath) ?? entryAt(frontMatter, ['model']);
  return [
    ...(output && !output.values && field
      ? [
          draft(
            field.keySpan,
            l10n.t`: it chooses between label words, and cannot write free text. Give the output an enum of labels, \
or choose a causal model.`,
          ),
        ]
      : []),
    ...(written.format === 'chat' && format
      ? [
          {
            ...draft(
              format.valueSpan,
              l10n.t`, which reads no messages. Write auto or text, or choose a causal model.`,
            ),
            fixes: formatFixes(frontMatter, 'auto'),
          },
        ]
      : []),
    ...(written.instruction === 'text' && instruction
      ? [
          {
            ...draft(
              instruction.valueSpan,
              l10n.t`, which cannot say how fluent a rewritten instruction is. Write fixed or embeddings.`,
            ),
            fixes: [replacement(l10n.t`Replace with "embeddings"`, instruction.valueSpan, 'embeddings')],
          },
        ]
      : []),
  ];
}

const draft = (span: Draft['span'], why: string): Draft => ({
  code: 'masked-model',
  severity: 'error',
  span,
  message: l10n.t`The model is a masked language model${why}`,
});
