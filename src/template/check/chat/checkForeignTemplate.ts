import * as l10n from '@vscode/l10n';
import type { Analysis } from '../../read/analysis';
import { readsBothForms } from '../../render/promptForm';
import { entryAt } from '../../syntax/frontMatter';
import type { Draft } from '../../text/finding';
import type { TokenEncoder } from '../../text/tokenEncoder';
import { formatFixes } from './formatFix';

/**
 * `chat-template-unread`: the program that keeps the model puts messages together in a language of its own, so that
 * people run the model otherwise than it is measured here. Whoever writes a form has decided.
 * @param program that keeps the model; undefined where it has no form of its own
 */
export function foreignTemplateDrafts(
  { frontMatter, written }: Analysis,
  encoder: TokenEncoder,
  program: string | undefined,
): readonly Draft[] {
  if (program === undefined || readsBothForms(encoder) || (written.format ?? 'auto') !== 'auto') return [];
  return [
    {
      code: 'chat-template-unread',
      severity: 'warning',
      span: entryAt(frontMatter, ['model'])?.valueSpan ?? [0, 0],
      message: l10n.t`${program} puts messages before this model by a template in its own language, which is not \
read here, and the file has no other: the model reads this prompt as one text.`,
      fixes: [...formatFixes(frontMatter, 'text'), ...formatFixes(frontMatter, 'chat')],
    },
  ];
}
