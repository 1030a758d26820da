import { sha256 } from '../../files/sha256';
import { formOf } from '../../objective/recordedForm';
import { askedSettings } from '../../template/settings/askedSettings';
import type { RunPrompt } from '../../runs/ask/openRunPrompt';

/** SHA-256 of all that decides what a prompt answers: text, settings, model, form and trained numbers. */
export function promptHash({ task, model, prompt }: RunPrompt): string {
  const { template, settings } = task;
  const { text, partials } = template;
  return sha256(
    JSON.stringify([
      text,
      Object.entries(partials).sort(),
      askedSettings.map((name) => settings[name] ?? null),
      [settings.method, settings.seed],
      model.sha256,
      formOf(task),
      prompt ? hashOf(prompt.values) : null,
      prompt?.prefix ? hashOf(prompt.prefix.values) : null,
    ]),
  );
}

const hashOf = ({ buffer, byteOffset, byteLength }: Float32Array): string =>
  sha256(new Uint8Array(buffer, byteOffset, byteLength));
