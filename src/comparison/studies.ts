import { basename, dirname, join } from 'node:path';
import type { Entry, Trial } from './trial';
import type { RunRecord } from '../runs/store/record';

const methodOrder = ['hard', 'soft', 'v1', 'v2'] as const;

/**
 * Puts runs of one method on one text, with the same model and settings apart from the seed, into one entry: lowest seed first, of each seed
 * the newest. Tasks and templates in alphabetical order, untrained before trained.
 */
export function groupTrials(trials: readonly Trial[]): readonly Entry[] {
  const groups = new Map<string, Map<number, Trial>>();
  for (const trial of [...trials].sort((a, b) => a.record.created.localeCompare(b.record.created))) {
    const key = keyOf(trial.record);
    const group = groups.get(key) ?? new Map<number, Trial>();
    groups.set(key, group.set(trial.record.settings.seed, trial));
  }
  return [...groups.values()]
    .map((group) => entryOf([...group.values()].sort((a, b) => a.record.settings.seed - b.record.settings.seed)))
    .sort((a, b) => a.file.localeCompare(b.file) || methodOrder.indexOf(a.method) - methodOrder.indexOf(b.method));
}

/** Everything that two runs of a group have in common. */
function keyOf({ template, method, settings, model }: RunRecord): string {
  return JSON.stringify([
    template.path,
    template.text,
    method,
    model.id,
    model.sha256,
    { ...settings, seed: undefined, seeds: undefined },
  ]);
}

/** `name.variant.prompt` is a variant of the task `name`. */
function entryOf(trials: readonly Trial[]): Entry {
  const { path } = trials[0]!.record.template;
  const template = basename(path).replace(/\.prompt$/, '');
  return {
    task: join(dirname(path), template.split('.')[0]!),
    file: path,
    template,
    method: trials[0]!.record.method,
    trials,
  };
}
