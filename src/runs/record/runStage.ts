import type { RunRecord } from './record';

/** Whether a run's training is at its end, and only its result is missing: it can be measured by itself. */
export function lacksResult({
  method,
  selection,
  result,
}: Pick<RunRecord, 'method' | 'selection' | 'result'>): boolean {
  return method !== 'hard' && selection !== undefined && result === undefined;
}
