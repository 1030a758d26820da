import * as l10n from '@vscode/l10n';
import { Failure } from '../../../failure';
import type { LanguageModel } from '../../../model/openModel';
import { resolveSettings } from '../../../template/read/resolveSettings';
import { askedSettings } from '../../../template/settings/askedSettings';
import { usableDecoding } from '../../../template/settings/decoding/decodingKeys';
import { holdsExamples } from '../../../template/examples/insertExamples';
import { formatSettings } from '../../../template/settings/formatSettings';
import type { Settings } from '../../../template/settings/settings';
import type { PromptTemplate } from '../../../template/read/template';
import { splitPromptFile } from '../../../template/syntax/dotprompt';
import { withLineFeeds } from '../../../template/text/lineFeeds';
import { listed } from '../../../words/listed';
import { settingsMethod } from '../../record/producedRun';
import type { RunRecord } from '../../record/record';
import { recordedTemplate } from '../../record/recordedTemplate';

/** What is evaluated in place of what was trained. */
interface Evaluated {
  readonly template: PromptTemplate;
  readonly settings: Settings;
}

/**
 * In what a template, written as it stands now, asks the model otherwise than the one a run trained on. What only
 * training reads, and data, which a result names itself, make no difference.
 * @param trained the run's template with the instruction of its file, and its settings
 * @returns noun phrases, such as `the text`
 */
export function templateDifferences(trained: Evaluated, now: Evaluated): readonly string[] {
  const [before, after] = [partsOf(trained), partsOf(now)];
  return Object.keys(before).filter((name) => before[name] !== after[name]);
}

function partsOf({ template, settings }: Evaluated): Readonly<Record<string, string>> {
  const { text, partials, output, defaults } = template;
  const { body } = splitPromptFile(text);
  return {
    'the text': withLineFeeds(body.text),
    'its partials': JSON.stringify(
      Object.entries(partials)
        .map(([name, partial]) => [name, withLineFeeds(partial)])
        .sort(),
    ),
    'input.default': JSON.stringify(defaults),
    'the answer field or its labels': JSON.stringify([output?.name, output?.kind, output?.labels]),
    'the words in tune.labels': JSON.stringify(settings.labels),
    'tune.maxLength or tune.truncate': JSON.stringify([settings.maxLength, settings.truncate ?? 'none']),
    'the examples (tune.examples)': JSON.stringify(settings.examples ?? 'none'),
    'tune.format or what goes with it': JSON.stringify(formatSettings(settings)),
    'how answers are decoded (config)': JSON.stringify(usableDecoding(settings.config)),
    'whether answers are held to the schema (tune.constrain)': String(settings.constrain ?? false),
  };
}

/**
 * Settings that a run was given beside its template and that decide what the model is asked, for a template that does
 * not say otherwise than the run's did.
 */
export function keptSettings(record: RunRecord, now: PromptTemplate): Readonly<Record<string, unknown>> {
  const own = (template: PromptTemplate) => resolveSettings(template, settingsMethod(record), {});
  const [before, after] = [own(recordedTemplate({ template: record.template })), own(now)];
  return Object.fromEntries(
    askedSettings
      .filter((name) => JSON.stringify(before[name]) === JSON.stringify(after[name]))
      // Where they have been written into the body since, there are none to choose.
      .filter((name) => name !== 'examples' || !holdsExamples(now))
      .map((name) => [`tune.${name}`, recordedSetting(record, name, after)])
      .filter(([, value]) => value !== undefined),
  );
}

/**
 * Versions that knew no messages put every prompt before the model as one text, and earlier ones let JSON be written
 * freely.
 */
function recordedSetting({ settings }: RunRecord, name: (typeof askedSettings)[number], now: Settings): unknown {
  if (name === 'format') return settings.format ?? 'text';
  return name === 'constrain' && now.constrain !== undefined ? (settings.constrain ?? false) : settings[name];
}

/**
 * In what a template asks the model otherwise than a run does, with the instruction as it was written or as the run
 * rewrote it.
 */
export function differencesFrom(record: RunRecord, now: Evaluated): readonly string[] {
  const { settings: given, template, rewritten, examples, form } = record;
  // What was left to the model came to a form; that it does so again is seen once the model is open.
  const isSameForm = form !== undefined && given.format === 'auto' && now.settings.format === form.format;
  const settings = isSameForm ? { ...given, format: form.format } : given;
  const withText = rewritten ? [rewritten] : [];
  const asWritten = [
    { template },
    ...(examples?.text !== undefined ? [] : withText.map((text) => ({ template, rewritten: text }))),
  ];
  const shown =
    examples?.text === undefined
      ? []
      : [{ template, examples }, ...withText.map((text) => ({ template, rewritten: text }))];
  return [
    ...asWritten.map((variant) => ({ template: recordedTemplate(variant), settings })),
    ...shown.map((variant) => ({
      template: recordedTemplate(variant),
      settings: { ...settings, examples: 'none' as const },
    })),
  ]
    .map((trained) => templateDifferences(trained, now))
    .reduce((fewest, names) => (names.length < fewest.length ? names : fewest));
}

/** Why a run's prompt may mean nothing on a model; undefined where it is the model of the training. */
export function modelDifference(
  trained: RunRecord['model'],
  now: Pick<LanguageModel, 'id' | 'sha256'>,
): string | undefined {
  if (trained.sha256 === '' || trained.sha256 === now.sha256) return undefined;
  return trained.id === now.id
    ? l10n.t`the model "${now.id}" (other weights)`
    : l10n.t`the model ("${now.id}" for "${trained.id}")`;
}

/** @throws Failure "evaluate-changed" where there are differences and they are not meant */
export function requireMeant(
  differences: readonly string[],
  {
    run,
    file,
    isMeant,
    remedy = l10n.t`Restore it, or give --force to measure it all the same; the result then says so.`,
  }: { readonly run: string; readonly file: string; readonly isMeant: boolean; readonly remedy?: string },
): void {
  if (differences.length === 0 || isMeant) return;
  throw new Failure(
    'evaluate-changed',
    differences.length === 1
      ? l10n.t`What was trained in ${run} is asked otherwise here: ${listed(differences)} is not as in the training.`
      : l10n.t`What was trained in ${run} is asked otherwise here: ${listed(differences)} are not as in the training.`,
    { file },
    remedy,
  );
}
