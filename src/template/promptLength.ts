import type { Analysis } from './analysis';
import { renderPrompt } from './render';
import { templateOf } from './template';
import type { PromptTemplate } from './template';
import { encodePrompt, softLayout } from './tokens';
import type { TokenEncoder } from './tokens';

const templates = new WeakMap<Analysis, PromptTemplate>();

/** Characters of a body whose prompts are measured: compiling a longer one would hold up whoever types in it. */
export const longestMeasured = 50_000;

/** Tokens of the prompt that a row makes, virtual ones included; undefined when the row cannot be rendered or the body is too long to be measured. */
export function promptLength(analysis: Analysis, encoder: TokenEncoder, row: Readonly<Record<string, unknown>>): number | undefined {
  if (analysis.parts.body.text.length > longestMeasured) return undefined;
  // Compiled templates are remembered by their identity.
  const template = templates.get(analysis) ?? templateOf(analysis);
  templates.set(analysis, template);
  const { slots, written } = template;
  const method = written.method ?? (slots.length > 0 ? 'soft' : 'hard');
  try {
    const layout = softLayout(template, { method, length: written.length ?? 1 }, encoder);
    return encodePrompt(renderPrompt(template, row), layout, encoder).ids.length;
  } catch {
    return undefined;
  }
}
