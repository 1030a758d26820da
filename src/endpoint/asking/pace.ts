import { setTimeout as wait } from 'node:timers/promises';

/** When requests may begin: so many within a minute, and none while the endpoint has asked for a pause. */
export interface Pace {
  /** Resolves when the next request may begin. @throws the signal's reason */
  turn(signal?: AbortSignal): Promise<void>;
  /** Lets no request begin for so long, whoever asks. */
  pause(milliseconds: number): void;
}

export interface Clock {
  /** Milliseconds. */
  now(): number;
  sleep(milliseconds: number, signal?: AbortSignal): Promise<unknown>;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  sleep: (milliseconds, signal) => wait(milliseconds, undefined, { signal }),
};

const minute = 60_000;

/** @param perMinute 0 sets no limit */
export function createPace(perMinute: number, clock: Clock = systemClock): Pace {
  const between = perMinute > 0 ? minute / perMinute : 0;
  let next = 0;
  let pausedUntil = 0;
  return {
    async turn(signal) {
      signal?.throwIfAborted();
      const slot = Math.max(clock.now(), next);
      next = slot + between;
      // A pause may be asked for while this one waits.
      for (let left = 1; left > 0;) {
        left = Math.max(slot, pausedUntil) - clock.now();
        if (left > 0) await clock.sleep(left, signal);
      }
    },
    pause(milliseconds) {
      pausedUntil = Math.max(pausedUntil, clock.now() + milliseconds);
    },
  };
}
