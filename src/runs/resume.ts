import { Failure } from '../failure';
import { failureOf } from '../template/finding';
import { partialReader, readTemplate, type PromptTemplate } from '../template/template';
import type { RunRecord } from './record';

/** The template as it stood when the run began; the file may have changed since. @throws Failure when its partials no longer fit */
export function recordedTemplate(record: RunRecord): PromptTemplate {
  const { path, text } = record.template;
  const { template, findings } = readTemplate(text, path, partialReader(path));
  if (template) return template;
  throw failureOf(findings.find(({ severity }) => severity === 'error')!, path);
}

/** Data and model must be byte for byte those that the run began with. @throws Failure "resume-changed" */
export function requireSameSources(before: RunRecord, now: RunRecord): void {
  for (const split of ['train', 'dev', 'test'] as const) {
    const [old, current] = [before.data[split], now.data[split]];
    if (old && old.sha256 !== current?.sha256) throw changed(`The ${split} data have changed`, old.path);
  }
  if (before.model.sha256 && before.model.sha256 !== now.model.sha256) throw changed('The model has changed', before.model.path);
}

function changed(what: string, file: string): Failure {
  return new Failure('resume-changed', `${what} since the run began.`, { file }, 'Restore the file, or train a new run.');
}
