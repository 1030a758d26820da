import * as l10n from '@vscode/l10n';
import { count, counted } from '../../words/formatNumbers';
import { enumerated } from '../../words/listed';
import type { OllamaExtras } from './ollamaManifest';

/** Characters of a text that are shown. */
const most = 60;

/**
 * What Ollama would add to a model's weights and is not added here, a name and a sentence each.
 * @param hasChatTemplate whether the GGUF file has a chat template of its own
 */
export function ollamaAdditions(
  { template, system, messages, parameters, hasProjector }: OllamaExtras,
  hasChatTemplate: boolean,
): readonly (readonly [string, string])[] {
  const instead = hasChatTemplate
    ? l10n.t`the chat template of the GGUF file is the one that counts`
    : l10n.t`the GGUF file has no chat template, so prompts are plain text`;
  const settings = Object.entries(parameters).map(([name, value]) => `${name} ${shortened(value)}`);
  return [
    ...(template === null
      ? []
      : [
          [
            l10n.t`Ollama's template`,
            l10n.t`${counted(template.length, 'character')} in Go's language, not read here; ${instead}`,
          ],
        ]),
    ...(system === null
      ? []
      : [[l10n.t`Ollama's system text`, l10n.t`${shortened(system)}, not put before prompts here`]]),
    ...(messages.length === 0
      ? []
      : [[l10n.t`Ollama's messages`, l10n.t`${counted(messages.length, 'message')}, not put before prompts here`]]),
    ...(settings.length === 0
      ? []
      : [[l10n.t`Ollama's parameters`, l10n.t`${enumerated(settings)}; not applied here`]]),
    ...(hasProjector ? [[l10n.t`Ollama's projector`, l10n.t`reads images or sound, and is left aside`]] : []),
  ].map(([name, sentence]) => [name!, sentence!] as const);
}

function shortened(value: unknown): string {
  if (Array.isArray(value)) return value.map(shortened).join(' and ');
  if (typeof value === 'number') return String(value);
  const text = JSON.stringify(value);
  return text.length > most ? l10n.t`${text.slice(0, most)}… (${count(text.length)} characters)` : text;
}
