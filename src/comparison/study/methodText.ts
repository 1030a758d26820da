import type { RunRecord } from '../../runs/record/record';

/** What stands beside answers that were only measured. */
export const notProducedHere = 'not produced here';

/** What answers from elsewhere are called: by a person since, or when they were added; undefined for other runs. */
export const givenTitle = ({ name, given }: Pick<RunRecord, 'name' | 'given'>): string | undefined =>
  given && `${name || given.name} (${notProducedHere})`;

/**
 * What a run's method is called: `soft`, or `soft, black box` where forward passes alone tuned it; answers from
 * elsewhere are called so.
 */
export function methodText({ method, settings }: Pick<RunRecord, 'method' | 'settings'>): string {
  if (method === 'answers') return `answers, ${notProducedHere}`;
  return settings.blackBox && method !== 'hard' ? `${method}, black box` : method;
}
