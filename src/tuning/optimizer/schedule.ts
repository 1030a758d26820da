import type { Settings } from '../../template/settings/settings';

/**
 * Learning rate of a step: a linear warm-up, multiplied by a decay towards zero at the last step.
 * @param step from 0
 */
export function scheduledRate(
  step: number,
  peak: number,
  { schedule, warmup, steps }: Pick<Settings, 'schedule' | 'warmup' | 'steps'>,
): number {
  const warmupSteps = warmup < 1 ? Math.round(warmup * steps) : warmup;
  const rise = warmupSteps > 0 ? Math.min(1, (step + 1) / warmupSteps) : 1;
  const done = step / steps;
  const decay = schedule === 'constant' ? 1 : schedule === 'linear' ? 1 - done : (1 + Math.cos(Math.PI * done)) / 2;
  return peak * rise * decay;
}
