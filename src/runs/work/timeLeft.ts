import type { RunProgress } from '../record/record';

/**
 * How long a piece of work still takes, by what was done since its first part: the first one also builds what all
 * others use, and says nothing of their pace, so that nothing is said before the second.
 * @returns seconds; undefined while nothing is known
 */
export function createTimeLeft(): (done: number, all: number, milliseconds?: number) => number | undefined {
  let first: { readonly done: number; readonly at: number } | undefined;
  return (done, all, milliseconds = performance.now()) => {
    if (done === 0) return undefined;
    first ??= { done, at: milliseconds };
    const since = done - first.done;
    return since > 0 ? ((milliseconds - first.at) / 1000 / since) * (all - done) : undefined;
  };
}

/** Shows how far a phase that counts rows or the like is, and how long it still takes. */
export function showPhase(
  phase: RunProgress['phase'],
  show: (progress: RunProgress) => void,
): (step: number, steps: number) => void {
  const timeLeft = createTimeLeft();
  return (step, steps) => {
    const secondsLeft = timeLeft(step, steps);
    show({ phase, step, steps, ...(secondsLeft !== undefined && { secondsLeft }) });
  };
}
