import * as l10n from '@vscode/l10n';
import type { Analysis } from '../read/analysis';
import { requiredVariables } from '../read/template';
import type { TemplateContext } from '../read/templateContext';
import { encodedPrompt } from '../render/length/promptLength';
import { specialTokens } from '../render/tokens';
import { replacement, type Draft } from '../text/finding';
import type { TokenEncoder } from '../text/tokenEncoder';

/**
 * `special-token-twice`: the template writes a token that the tokenizer itself puts in front of every prompt, or of a
 * masked model behind it. White space between the two makes no difference.
 */
export function specialTokenDrafts(
  analysis: Analysis,
  encoder: TokenEncoder,
  { sampleRows, readPartial }: TemplateContext,
): readonly Draft[] {
  const { opening, closing } = specialTokens(encoder);
  const row = sampleRows?.[0] ?? Object.fromEntries(requiredVariables(analysis).map((name) => [name, 'x']));
  const encoded = encodedPrompt(analysis, encoder, row);
  // In a chat, what a template writes is text, and no special token.
  if (encoded?.encoder.chat) return [];
  const { ids } = encoded ?? { ids: [] };
  const isBlank = (id: number) => /^[\s▁ĠĊ]+$/.test(encoder.token?.(id) ?? '');
  const behind = ids.slice(startOf(ids, opening) + opening.length).find((id) => !isBlank(id));
  const before = ids
    .slice(0, ids.length - closing.length)
    .reverse()
    .find((id) => !isBlank(id));
  const partials = [...(analysis.usage?.partials.keys() ?? [])].map((name) => readPartial?.(name) ?? '');
  return [
    ...(behind !== undefined && opening.includes(behind) ? [{ id: behind, isBehind: false }] : []),
    ...(before !== undefined && closing.includes(before) ? [{ id: before, isBehind: true }] : []),
  ].flatMap(({ id, isBehind }): readonly Draft[] => {
    const written = encoder.token?.(id);
    if (written === undefined) return [];
    const { start, text } = analysis.parts.body;
    const at = isBehind ? text.lastIndexOf(written) : text.indexOf(written);
    // What a row holds is not the template's.
    if (at < 0 && !partials.some((partial) => partial.includes(written))) return [];
    const draft = {
      code: 'special-token-twice',
      severity: 'warning',
      message: isBehind
        ? l10n.t`The tokenizer itself puts ${written} behind every prompt; with this one there are two.`
        : l10n.t`The tokenizer itself puts ${written} in front of every prompt; with this one there are two.`,
    } as const;
    if (at < 0) return [{ ...draft, span: [start, start] }];
    const span = [start + at, start + at + written.length] as const;
    return [{ ...draft, span, fixes: [replacement(l10n.t`Remove it`, span, '')] }];
  });
}

/** Where a list of tokens begins in another, which has it: behind virtual tokens, for one. */
function startOf(ids: readonly number[], tokens: readonly number[]): number {
  return Math.max(
    0,
    ids.findIndex((_, at) => tokens.every((token, i) => ids[at + i] === token)),
  );
}
