import { isOurs } from '../read/analysis';
import type { Analysis } from '../read/analysis';
import { renderPrompt } from './render';
import { resolveSettings } from '../read/resolveSettings';
import { templateOf } from '../read/template';
import type { PromptTemplate } from '../read/template';
import type { Settings } from '../settings/settings';
import { encodePrompt, softLayout, takesVirtualTokens } from './tokens';
import type { TokenEncoder } from '../text/tokenEncoder';

interface Measured {
  readonly template: PromptTemplate;
  readonly settings: Settings;
}

const measured = new WeakMap<Analysis, Measured>();

/** Characters of a body whose prompts are measured: compiling a longer one would hold up whoever types in it. */
export const longestMeasured = 50_000;

export interface PromptLength {
  /** Positions of the context that the prompt takes, learned ones included. */
  readonly tokens: number;
  /** Positions that are learned: virtual tokens, or the prefix of every layer. */
  readonly virtual: number;
}

/**
 * How long the prompt of a row is, as the template would be trained: by the method it names, or by `soft` where it names
 * none but could be trained. Undefined when the row cannot be rendered or the body is too long to be measured.
 */
export function promptLength(
  analysis: Analysis,
  encoder: TokenEncoder,
  row: Readonly<Record<string, unknown>>,
): PromptLength | undefined {
  if (analysis.parts.body.text.length > longestMeasured) return undefined;
  try {
    // Compiled templates are remembered by their identity.
    const { template, settings } = measured.get(analysis) ?? measurable(analysis);
    measured.set(analysis, { template, settings });
    const layout = softLayout(template, settings, encoder);
    const { ids } = encodePrompt(renderPrompt(template, row, encoder), layout, encoder);
    const prefix = settings.method === 'v2' && !takesVirtualTokens(settings) ? settings.length : 0;
    return { tokens: prefix + ids.length, virtual: prefix + ids.filter((id) => id >= layout.vocabularySize).length };
  } catch {
    return undefined;
  }
}

function measurable(analysis: Analysis): Measured {
  const template = templateOf(analysis);
  // What another tool has written, and nothing can be learned for, is text alone.
  const trainable = isOurs(analysis) || (template.output !== undefined && template.answerSlot !== undefined);
  return {
    template,
    settings: resolveSettings(template, template.written.method ?? (trainable ? 'soft' : 'hard'), {}),
  };
}
