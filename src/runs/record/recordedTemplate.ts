import * as l10n from '@vscode/l10n';
import { Failure } from '../../failure';
import { requireTemplate, type PromptTemplate } from '../../template/read/template';
import { partialReader } from '../../template/read/partials';
import { formDifference } from '../../objective/recordedForm';
import type { RunRecord } from './record';

/** The templates that were asked for last: what compares a run with a text asks for the same one several times. */
const kept = new Map<string, PromptTemplate>();
const mostKept = 4;

/**
 * The template as the run trains it: as it stood when the run began, with the examples that it shows and the
 * instruction that it has rewritten since.
 * @throws Failure when it holds an error
 */
export function recordedTemplate({
  template: { path, text: original, partials },
  rewritten,
  examples,
}: Pick<RunRecord, 'template' | 'rewritten' | 'examples'>): PromptTemplate {
  const text = rewritten?.text ?? examples?.text ?? original;
  // What lies on the disk may have changed since.
  if (!partials) return requireTemplate(text, path, partialReader(path));
  const key = JSON.stringify([path, text, partials]);
  const template = kept.get(key) ?? requireTemplate(text, path, (name) => partials[name]);
  kept.delete(key);
  kept.set(key, template);
  if (kept.size > mostKept) kept.delete(kept.keys().next().value!);
  return template;
}

/**
 * The model, and the data that training reads, must be byte for byte those that the run began with; the rows of test
 * are read only once it is at its end.
 * @throws Failure "resume-changed"
 */
export function requireSameSources(before: RunRecord, now: RunRecord): void {
  for (const split of ['train', 'dev'] as const) {
    const [old, current] = [before.data[split], now.data[split]];
    if (old && old.sha256 !== current?.sha256) throw changed(l10n.t`The ${split} data have changed`, old.path);
  }
  if (before.model.sha256 && before.model.sha256 !== now.model.sha256)
    throw changed(l10n.t`The model has changed`, before.model.path);
  const form = now.form && formDifference(before.form, now.form);
  if (form) throw changed(l10n.t`${form[0]!.toUpperCase()}${form.slice(1)} has changed`, before.model.path);
}

function changed(what: string, file: string): Failure {
  return new Failure(
    'resume-changed',
    l10n.t`${what} since the run began.`,
    { file },
    l10n.t`Restore the file, or train a new run.`,
  );
}
