import { setTimeout as wait } from 'node:timers/promises';
import { Failure } from '../../failure';

/** A failure that may pass, with the time after which the other end wants to be asked again. */
export class Passing extends Error {
  constructor(
    readonly failure: Failure,
    readonly afterSeconds?: number,
  ) {
    super(failure.message);
  }
}

const passing = new Set(['hub-busy', 'hub-down', 'hub-stalled', 'hub-unreachable', 'hub-damaged']);

export interface Patience {
  readonly attempts: number;
  /** Pause after the first failure; each further one doubles it. */
  readonly firstPauseSeconds: number;
  /** The longest wait that a server may ask for. */
  readonly longestPauseSeconds: number;
}

export const usualPatience: Patience = { attempts: 6, firstPauseSeconds: 1, longestPauseSeconds: 120 };

export interface Retries {
  readonly patience: Patience;
  readonly signal?: AbortSignal;
  /** Told before each pause. */
  onPause?(failure: Failure, seconds: number): void;
}

/**
 * Repeats work that fails for a passing reason. Work that got further starts counting again.
 * @param progress a number that grows as the work gets further
 * @throws the last failure, or the first that will not pass
 */
export async function withRetries<T>(
  work: () => Promise<T>,
  { patience, signal, onPause }: Retries,
  progress: () => number = () => 0,
): Promise<T> {
  let failed = 0;
  let reached = progress();
  for (;;) {
    try {
      return await work();
    } catch (error) {
      signal?.throwIfAborted();
      const failure = error instanceof Passing ? error.failure : error;
      if (!(failure instanceof Failure) || !passing.has(failure.code)) throw failure;
      if (progress() > reached) failed = 0;
      reached = progress();
      failed++;
      const asked = error instanceof Passing ? error.afterSeconds : undefined;
      if (failed >= patience.attempts || (asked ?? 0) > patience.longestPauseSeconds) throw failure;
      const seconds = asked ?? patience.firstPauseSeconds * 2 ** (failed - 1) * (0.75 + Math.random() / 2);
      onPause?.(failure, seconds);
      await wait(seconds * 1000, undefined, { signal });
    }
  }
}

/** Seconds of a `Retry-After` header: a number, or a date. */
export function retryAfter(header: string | null): number | undefined {
  if (header === null) return undefined;
  const seconds = /^\d+$/.test(header) ? Number(header) : (Date.parse(header) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, seconds) : undefined;
}
