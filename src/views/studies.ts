import { templateFamily } from '../template/read/templateName';
import type { RunRecord } from '../runs/store/record';

/** Runs of one method on one text with the same settings, apart from the seed: lowest seed first, of each seed the newest. */
export interface Study {
  readonly key: string;
  readonly runs: readonly [RunRecord, ...RunRecord[]];
}

const methodOrder = ['hard', 'soft', 'v1', 'v2'] as const;

/** The studies among the runs, newest first. @param runs newest first */
export function studiesOf(runs: readonly RunRecord[]): readonly Study[] {
  const groups = new Map<string, RunRecord[]>();
  for (const run of runs) {
    const key = studyKey(run);
    const group = groups.get(key);
    if (!group) groups.set(key, [run]);
    else if (!group.some(({ settings }) => settings.seed === run.settings.seed)) group.push(run);
  }
  return [...groups].map(([key, [newest, ...others]]) => ({
    key,
    runs: [newest!, ...others].sort((a, b) => a.settings.seed - b.settings.seed) as [RunRecord, ...RunRecord[]],
  }));
}

/**
 * Leaves out studies that a newer one of the same template, method and training file has replaced. Those that were planned together, to find out what a
 * setting does, stay together. @param studies newest first
 */
export function newestStudies(studies: readonly Study[]): readonly Study[] {
  return studies.filter((study) => {
    const newest = studies.find((other) => contest(other) === contest(study))!;
    return newest === study || (planOf(newest) !== undefined && planOf(newest) === planOf(study));
  });
}

const planOf = ({ runs: [run] }: Study): string | undefined => run.study?.id;

/** Templates one after the other, untrained before trained, newest first. */
export function inReadingOrder(studies: readonly Study[]): readonly Study[] {
  return [...studies].sort(
    ({ runs: [a] }, { runs: [b] }) =>
      a.template.path.localeCompare(b.template.path) ||
      methodOrder.indexOf(a.method) - methodOrder.indexOf(b.method) ||
      b.created.localeCompare(a.created),
  );
}

export function ofFamily(runs: readonly RunRecord[], family: string | null): readonly RunRecord[] {
  return runs.filter((run) => templateFamily(run.template.path) === family);
}

/** Everything that two runs of a study have in common. The text and the settings are told by short fingerprints, which need no secrecy. */
function studyKey({ template, method, settings, model }: RunRecord): string {
  return `${template.path}|${method}|${fingerprint([template.text, model.id, model.sha256, { ...settings, seed: undefined, seeds: undefined }])}`;
}

/** Studies that answer the same question, so that the newest stands for all. One trained on another file answers another: what its rows are worth. */
function contest({ runs: [{ template, method, data }] }: Study): string {
  return JSON.stringify([template.path, method, method === 'hard' ? null : (data.train?.path ?? null)]);
}

/** FNV-1a, 32 bits twice with different starts (Fowler, Noll and Vo), in hexadecimal. */
export function fingerprint(value: unknown): string {
  const text = JSON.stringify(value) ?? '';
  let [low, high] = [0x811c9dc5, 0x01000193];
  for (let i = 0; i < text.length; i++) {
    low = Math.imul(low ^ text.charCodeAt(i), 0x01000193);
    high = Math.imul(high ^ text.charCodeAt(text.length - 1 - i), 0x01000193);
  }
  return [low, high].map((half) => (half >>> 0).toString(16).padStart(8, '0')).join('');
}
