import type { RunRecord } from '../../runs/record/record';

/** What a run's method is called: `soft`, or `soft, black box` where forward passes alone tuned it. */
export function methodText({ method, settings }: Pick<RunRecord, 'method' | 'settings'>): string {
  return settings.blackBox && method !== 'hard' ? `${method}, black box` : method;
}
