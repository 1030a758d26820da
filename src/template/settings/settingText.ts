import { isObject } from '../../channel/guards';
import { isMetrics, writtenMetrics } from '../metrics/writtenMetrics';
import { splitText } from './data/dataShares';
import { examplesText, isExamples } from './examplesSetting';
import { splits, type Settings } from './settings';

/** A value as it is written in a front matter or behind `--set`: `auto`, `0.1`, `{ text: "words" }`. */
export function writtenSetting(value: unknown): string {
  if (isMetrics(value)) return writtenMetrics(value);
  if (isExamples(value)) return examplesText(value);
  if (typeof value === 'object' && value !== null && 'kind' in value)
    return 'words' in value && value.words !== undefined
      ? `{ text: ${JSON.stringify(value.words)} }`
      : String(value.kind);
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
}

/**
 * A setting as a person reads it: as it is written, but for labels the words of each.
 * @returns `unset` for a setting that runs of earlier versions lack
 */
export function settingText(settings: Settings, name: string): string {
  const value = (settings as unknown as Readonly<Record<string, unknown>>)[name];
  if (name === 'labels' && isObject(value)) return labelWords(value);
  if (name === 'data') return dataText(settings.data);
  return value === undefined ? 'unset' : writtenSetting(value);
}

/** `train: rows.csv, dev: 15%`. */
const dataText = (data: Settings['data']): string =>
  splits.flatMap((split) => (data[split] === undefined ? [] : [`${split}: ${splitText(data[split])}`])).join(', ');

/** `billing: " money" or " bill", bug: " fault"`; the quotes show the leading spaces. */
function labelWords(labels: Readonly<Record<string, unknown>>): string {
  const entries = Object.entries(labels).map(
    ([label, words]) =>
      `${label}: ${(Array.isArray(words) ? words : [words]).map((word) => JSON.stringify(word)).join(' or ')}`,
  );
  return entries.length > 0 ? entries.join(', ') : 'none';
}
