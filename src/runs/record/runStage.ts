import { hasLabels } from './words/describeProvenance';
import { trains } from './words/recordWords';
import type { RunProgress, RunRecord } from './record';

/** Whether a run's training is at its end, and only its result is missing: it can be measured by itself. */
export function lacksResult({
  method,
  selection,
  result,
}: Pick<RunRecord, 'method' | 'selection' | 'result'>): boolean {
  return trains(method) && selection !== undefined && result === undefined;
}

/** Steps of the training that a run has taken; before the training its progress counts rows, edits or trials. */
export function stepsTaken({ phase, step }: Pick<RunProgress, 'phase' | 'step'>): number {
  return ['loading', 'checking', 'examples', 'searching', 'sweep'].includes(phase) ? 0 : step;
}

/** How much of its phase is done: of all rates that are tried, where some are. */
export function partDone({
  step,
  steps,
  trial,
  trials,
  done,
  all,
}: Pick<RunProgress, 'step' | 'steps' | 'trial' | 'trials' | 'done' | 'all'>): Pick<RunProgress, 'step' | 'steps'> {
  if (done !== undefined && all !== undefined) return { step: done, steps: all };
  if (trial === undefined || trials === undefined) return { step, steps };
  return { step: (trial - 1) * steps + step, steps: trials * steps };
}

/** Whether the answers of a run are free text, of which training knows the loss alone. */
export function isFreeText({ settings, result }: Pick<RunRecord, 'settings' | 'result'>): boolean {
  return result ? !hasLabels(result) : Object.keys(settings.labels ?? {}).length === 0;
}
