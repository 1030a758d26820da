import type { RunRecord } from '../runs/store/record';

/** A setting that is not the same in all of some runs; values in their order. */
export interface SettingDifference {
  readonly name: string;
  readonly values: readonly string[];
}

/** The settings in which runs differ, apart from method and seeds, which tell them apart anyway. A hard prompt has no settings of a training. */
export function settingDifferences(
  records: readonly Pick<RunRecord, 'settings' | 'model' | 'method'>[],
): readonly SettingDifference[] {
  const trained = records.filter(({ method }) => method !== 'hard');
  const names = [...new Set(records.flatMap(({ settings }) => Object.keys(settings)))].filter(
    (name) => !['method', 'seed', 'seeds'].includes(name),
  );
  const read = (record: Pick<RunRecord, 'settings'>, name: string) =>
    showSetting((record.settings as unknown as Readonly<Record<string, unknown>>)[name]);
  const models = records.map(({ model }) => model.id);
  return [
    ...(new Set(models).size > 1 ? [{ name: 'model', values: models }] : []),
    ...names
      .filter((name) => new Set(trained.map((record) => read(record, name))).size > 1)
      .map((name) => ({
        name: `tune.${name}`,
        values: records.map((record) => (record.method === 'hard' ? '–' : read(record, name))),
      })),
  ];
}

/** A setting as it is written in a template. */
export function showSetting(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  if ('kind' in value)
    return 'words' in value && value.words !== undefined ? JSON.stringify({ text: value.words }) : String(value.kind);
  return JSON.stringify(value);
}
