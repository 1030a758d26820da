import * as l10n from '@vscode/l10n';
import { resolveSettings } from '../../../template/read/resolveSettings';
import type { PromptTemplate } from '../../../template/read/template';
import { withLineFeeds } from '../../../template/text/lineFeeds';
import type { RunRecord } from '../../record/record';
import { settingsMethod } from '../../record/producedRun';
import { trains } from '../../record/words/recordWords';
import { recordedTemplate } from '../../record/recordedTemplate';
import { differencesFrom, keptSettings } from './sameSubject';

/**
 * Settings that say nothing of what is measured: seeds make the runs of one study, some change no number, and the words
 * of labels, lengths and the decoding are told apart with the text.
 */
const free: ReadonlySet<string> = new Set([
  'method',
  'seed',
  'seeds',
  'prefixSharing',
  'checkpointing',
  'labels',
  'maxLength',
  'truncate',
  'config',
  'constrain',
]);
/** The settings that a prompt without training depends on beside those. */
const untrained: ReadonlySet<string> = new Set(['data', 'format', 'chat', 'trimMessages', 'examplesAs', 'examples']);
/** Settings that are named one by one. */
const mostNamed = 3;

/**
 * In what a template, as it stands now, would be another run's subject: the result is of an older text. Settings that
 * the run was given beside its template are no difference.
 * @param now undefined where the file holds an error
 * @returns noun phrases, such as `the text`; empty where the result is that of the template
 */
export function changesSince(record: RunRecord, now: PromptTemplate | undefined): readonly string[] {
  if (now && isSameFile(record, now)) return [];
  try {
    if (!now) return [l10n.t`the text`];
    if (record.method === 'answers') return changesOfAnswers(record, now);
    const settings = resolveSettings(now, settingsMethod(record), keptSettings(record, now));
    return [
      ...differencesFrom(record, { template: now, settings }),
      ...(now.model === recordedTemplate({ template: record.template }).model ? [] : [l10n.t`the model`]),
      ...settingChanges(record, now),
    ];
  } catch {
    // A template that can no longer be read as the run read it is another.
    return [l10n.t`the text`];
  }
}

/** Answers that are there do not depend on the text, but on what they are held against. */
function changesOfAnswers(record: RunRecord, now: PromptTemplate): readonly string[] {
  const before = recordedTemplate({ template: record.template });
  const [own, others] = [before, now].map((template) => resolveSettings(template, 'hard', {}));
  const differs = (a: unknown, b: unknown): boolean => JSON.stringify(a) !== JSON.stringify(b);
  return [
    ...(differs(before.output, now.output) ? [l10n.t`the answer field or its labels`] : []),
    ...(differs(own!.data, others!.data) ? ['tune.data'] : []),
    ...(differs(own!.metrics, others!.metrics) ? ['tune.metrics'] : []),
    ...(!differs(before.output, now.output) && differs(before.outputSchema, now.outputSchema) ? ['output.schema'] : []),
  ];
}

function isSameFile({ template: { text, partials } }: RunRecord, now: PromptTemplate): boolean {
  const before = Object.entries(partials ?? {});
  return (
    withLineFeeds(now.text) === withLineFeeds(text) &&
    (partials !== undefined || Object.keys(now.partials).length === 0) &&
    before.every(([name, partial]) => withLineFeeds(now.partials[name] ?? '') === withLineFeeds(partial))
  );
}

function settingChanges(record: RunRecord, now: PromptTemplate): readonly string[] {
  const own = (template: PromptTemplate): Readonly<Record<string, unknown>> => ({
    ...resolveSettings(template, settingsMethod(record), {}),
  });
  const [before, after] = [own(recordedTemplate({ template: record.template })), own(now)];
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (name) =>
      !free.has(name) &&
      (trains(record.method) || untrained.has(name)) &&
      JSON.stringify(before[name]) !== JSON.stringify(after[name]),
  );
  return names.length > mostNamed ? [`${names.length} settings`] : names.map((name) => `tune.${name}`);
}
