import * as l10n from '@vscode/l10n';
import { enumerated } from '../../words/listed';
import { shownValue } from '../text/shownValue';
import { isMapping } from '../syntax/schema';
import { readMetrics } from '../metrics/readMetrics';
import { readExamples } from './examplesSetting';
import { readPropose } from './proposeSetting';
import { readSplit, sharesProblem, type WrittenSource } from './data/dataShares';
import { choicesOf, describeBounds, initialisations, readabilities, type SettingKey } from './settingType';
import { splits } from './settings';

export type ValueResult =
  { readonly value: unknown } | { readonly problem: string; readonly choices?: readonly string[] };

/** Converts a written value to that of `Settings`, or says in a sentence what may be written. */
export function readSettingValue(key: SettingKey, written: unknown): ValueResult {
  const { name, type } = key;
  const refuse = (wanted: string, choices?: readonly string[]): ValueResult => ({
    problem: l10n.t`tune.${name} must be ${wanted}, not ${shownValue(written)}.`,
    choices,
  });
  const whole = typeof written === 'number' && Number.isSafeInteger(written);
  switch (type.kind) {
    case 'whole':
      return whole && written >= type.minimum ? { value: written } : refuse(describeBounds(type));
    case 'number': {
      const inside =
        typeof written === 'number' &&
        Number.isFinite(written) &&
        written >= type.minimum &&
        written < (type.below ?? Infinity);
      return inside ? { value: written } : refuse(describeBounds(type));
    }
    case 'switch':
      return typeof written === 'boolean' ? { value: written } : refuse(l10n.t`true or false`, ['true', 'false']);
    case 'choice': {
      const known = choicesOf(type);
      if (typeof written !== 'string' || !known.includes(written))
        return refuse(l10n.t`one of ${enumerated(known)}`, known);
      return { value: type.aliases && Object.hasOwn(type.aliases, written) ? type.aliases[written] : written };
    }
    case 'learningRate':
      return written === 'auto' || (typeof written === 'number' && Number.isFinite(written) && written > 0)
        ? { value: written }
        : refuse(l10n.t`auto or a number above 0`);
    case 'readability':
      return readabilities.some((known) => known === written) ||
        (typeof written === 'number' && Number.isFinite(written) && written >= 0)
        ? { value: written }
        : refuse(l10n.t`strict, fair, free or a number of nats per token`, readabilities);
    case 'init':
      return (
        readInitialisation(written) ??
        refuse(l10n.t`one of ${enumerated(initialisations)} or { text: "words" }`, initialisations)
      );
    case 'data':
      return isMapping(written)
        ? readData(written)
        : refuse(l10n.t`a mapping of train, dev and test to files or shares`);
    case 'labels':
      return readLabels(written) ?? refuse(l10n.t`a mapping of labels to a word or a list of words`);
    case 'variables':
      return isMapping(written) ? { value: written } : refuse(l10n.t`a mapping of names to values`);
    case 'column':
      return typeof written === 'string' && written !== '' ? { value: written } : refuse(l10n.t`the name of a column`);
    case 'propose':
      return readPropose(written);
    case 'examples':
      return readExamples(written);
    case 'metrics': {
      const { metrics, problems } = readMetrics(written);
      return problems.length > 0 ? { problem: problems[0]!.problem } : { value: metrics };
    }
  }
}

function readInitialisation(written: unknown): ValueResult | undefined {
  if (typeof written === 'string')
    return initialisations.some((kind) => kind === written) ? { value: { kind: written } } : undefined;
  if (!isMapping(written) || Object.keys(written).join() !== 'text' || typeof written.text !== 'string')
    return undefined;
  return { value: { kind: 'text', words: written.text } };
}

function readData(written: Readonly<Record<string, unknown>>): ValueResult {
  const data: Record<string, WrittenSource> = {};
  for (const [split, source] of Object.entries(written)) {
    if (!splits.some((known) => known === split))
      return { problem: l10n.t`tune.data knows train, dev and test, not "${split}".` };
    const read = readSplit(split, source);
    if ('problem' in read) return { problem: read.problem };
    data[split] = read.value;
  }
  const { problem } = sharesProblem(data) ?? {};
  return problem === undefined ? { value: data } : { problem };
}

function readLabels(written: unknown): ValueResult | undefined {
  if (!isMapping(written)) return undefined;
  const labels = Object.entries(written).map(([label, words]) => [label, wordsOf(words)] as const);
  return labels.every(([, words]) => words !== undefined) ? { value: Object.fromEntries(labels) } : undefined;
}

/** The words of one label as written; numbers and switches count as their text, an empty value as no words. */
export function wordsOf(written: unknown): readonly string[] | undefined {
  if (written === null || written === undefined) return [];
  const list: readonly unknown[] = Array.isArray(written) ? written : [written];
  if (!list.every((word) => ['string', 'number', 'boolean'].includes(typeof word))) return undefined;
  return list.map(String).filter((word) => word !== '');
}
