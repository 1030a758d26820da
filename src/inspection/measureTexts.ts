import { isStopped } from '../classifyError';
import { measureFrontText } from '../runs/work/measuring/measureFrontText';

/** A text of a run's front. */
export interface TextOfRun {
  readonly folder: string;
  readonly text: string;
}

/** How far a measurement is: rows answered, of all that must be. */
export interface MeasuringProgress extends TextOfRun {
  readonly done: number;
  readonly total: number;
}

export interface TextMeasuring {
  /** Measures a text in its turn, once however often it is asked for meanwhile. @returns whether it was measured */
  measure(text: TextOfRun): Promise<{ readonly measured: boolean }>;
  /** Stops it, also where it still waits; the run stays as it was. */
  stop(text: TextOfRun): void;
}

type InTurn = <T>(work: (signal: AbortSignal) => Promise<T>) => Promise<T>;

interface UnderWay {
  readonly stop: AbortController;
  readonly end: Promise<{ readonly measured: boolean }>;
}

/** Measures texts of fronts on test, one after the other and after whatever else the process works on. */
export function createTextMeasuring(inTurn: InTurn, onProgress: (progress: MeasuringProgress) => void): TextMeasuring {
  const underWay = new Map<string, UnderWay>();
  const keyOf = ({ folder, text }: TextOfRun) => JSON.stringify([folder, text]);

  const measure = async (asked: TextOfRun, stop: AbortSignal): Promise<{ readonly measured: boolean }> => {
    const stopped = new Promise<boolean>((resolve) => {
      stop.addEventListener('abort', () => resolve(false), { once: true });
    });
    const work = inTurn((turn) => measureUnless(asked, AbortSignal.any([turn, stop]), onProgress));
    try {
      // Who stops it while something else has its turn need not wait for that.
      return { measured: await Promise.race([work, stopped]) };
    } finally {
      underWay.delete(keyOf(asked));
    }
  };

  return {
    measure(asked) {
      const known = underWay.get(keyOf(asked));
      if (known) return known.end;
      const stop = new AbortController();
      const end = measure(asked, stop.signal);
      underWay.set(keyOf(asked), { stop, end });
      return end;
    },
    stop: (asked) => underWay.get(keyOf(asked))?.stop.abort(),
  };
}

/** @returns whether it was measured before it was stopped */
async function measureUnless(
  asked: TextOfRun,
  signal: AbortSignal,
  onProgress: (progress: MeasuringProgress) => void,
): Promise<boolean> {
  if (signal.aborted) return false;
  try {
    await measureFrontText(asked.folder, asked.text, {
      signal,
      onProgress: (done, total) => onProgress({ ...asked, done, total }),
    });
    return true;
  } catch (error) {
    if (isStopped(error, signal)) return false;
    throw error;
  }
}
