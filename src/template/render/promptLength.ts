import { isOurs } from '../read/analysis';
import type { Analysis } from '../read/analysis';
import { renderPrompt } from './render';
import { resolveSettings } from '../read/resolveSettings';
import { templateOf } from '../read/template';
import type { PromptTemplate } from '../read/template';
import type { Settings } from '../settings/settings';
import { encodePrompt, softLayout, takesVirtualTokens } from './tokens';
import type { TokenEncoder } from '../text/tokenEncoder';

interface Trainable {
  readonly template: PromptTemplate;
  readonly settings: Settings;
}

const trainableTemplates = new WeakMap<Analysis, Trainable>();

/** Characters of the longest body whose prompts are counted: compiling a longer one would slow down typing. */
export const longestCounted = 50_000;

export interface PromptLength {
  /** Positions of the context that the prompt fills, trained ones included. */
  readonly tokens: number;
  /** Positions that are trained: virtual tokens, or the prefix of every layer. */
  readonly virtual: number;
}

/**
 * Computes the length of a row's prompt under the method that the template names, or under `soft` where it names none
 * but could be trained.
 * @returns undefined when the row cannot be rendered or the body is longer than {@link longestCounted}
 */
export function promptLength(
  analysis: Analysis,
  encoder: TokenEncoder,
  row: Readonly<Record<string, unknown>>,
): PromptLength | undefined {
  if (analysis.parts.body.text.length > longestCounted) return undefined;
  try {
    // Compiled templates are cached by their identity.
    const { template, settings } = trainableTemplates.get(analysis) ?? trainableTemplate(analysis);
    trainableTemplates.set(analysis, { template, settings });
    const layout = softLayout(template, settings, encoder);
    const { ids } = encodePrompt(renderPrompt(template, row, encoder), layout, encoder);
    const prefix = settings.method === 'v2' && !takesVirtualTokens(settings) ? settings.length : 0;
    return { tokens: prefix + ids.length, virtual: prefix + ids.filter((id) => id >= layout.firstVirtualToken).length };
  } catch {
    return undefined;
  }
}

function trainableTemplate(analysis: Analysis): Trainable {
  const template = templateOf(analysis);
  // A template of another tool, for which nothing can be trained, is text alone.
  const trainable = isOurs(analysis) || (template.output !== undefined && template.answerSlot !== undefined);
  return {
    template,
    settings: resolveSettings(template, template.written.method ?? (trainable ? 'soft' : 'hard'), {}),
  };
}
