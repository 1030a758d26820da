import type { Analysis } from '../read/analysis';
import type { TemplateContext } from '../read/templateContext';
import { encodedPrompt } from '../render/promptLength';
import { specialTokens } from '../render/tokens';
import { replacement, type Draft } from '../text/finding';
import type { TokenEncoder } from '../text/tokenEncoder';

/** `special-token-twice`: the template writes the token that the tokenizer puts in front of every prompt. */
export function specialTokenDrafts(
  analysis: Analysis,
  encoder: TokenEncoder,
  { sampleRows, readPartial }: TemplateContext,
): readonly Draft[] {
  const last = specialTokens(encoder).opening.at(-1);
  const written = last === undefined ? undefined : encoder.token?.(last);
  if (written === undefined) return [];
  const { start, text } = analysis.parts.body;
  const partials = [...(analysis.usage?.partials.keys() ?? [])];
  const at = text.indexOf(written);
  if (at < 0 && !partials.some((name) => readPartial?.(name)?.includes(written))) return [];
  const { ids } = encodedPrompt(analysis, encoder, sampleRows?.[0] ?? {}) ?? { ids: [] };
  if (!ids.some((id, i) => id === last && ids[i + 1] === last)) return [];
  const draft = {
    code: 'special-token-twice',
    severity: 'warning',
    message: `The tokenizer itself puts ${written} in front of every prompt; with this one there are two.`,
  } as const;
  if (at < 0) return [{ ...draft, span: [start, start] }];
  const span = [start + at, start + at + written.length] as const;
  return [{ ...draft, span, fixes: [replacement('Remove it', span, '')] }];
}
