import { expandGrid } from '../../template/settings/settingGrid';
import { type FormValues } from './contract';

/** What was filled in, as `--set` takes it. */
export function overridesOf({ set }: FormValues): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(set)
      .filter(([, text]) => text.trim() !== '')
      .map(([name, text]) => [`tune.${name}`, text.trim()]),
  );
}

/** Each list by its first value: one training of a grid. */
export function firstOf(overrides: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return expandGrid(overrides).cells[0]!;
}
