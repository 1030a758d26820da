import type { InspectorProcess, MeasuringNews } from '../process/inspectorProcess';
import type { WatchedRun } from '../runs/runWatcher';
import type { MeasuringText } from './contract';

/** What is being measured on test for this window, whichever of its pages asked. */
export interface TextMeasurements {
  readonly underWay: readonly MeasuringText[];
  /** Measures a text; who asks for one that is under way waits with the other. @returns false where it was stopped */
  measure(run: WatchedRun, text: string): Promise<boolean>;
  stop(run: WatchedRun, text: string): Promise<void>;
  /** Takes in how far the process is. */
  follow(news: MeasuringNews): void;
  /** Calls the listener upon every change. @returns how to end that */
  onChange(listener: () => void): () => void;
}

interface Measurement {
  readonly folder: string;
  readonly shown: MeasuringText;
  readonly end: Promise<boolean>;
}

/** Keeps count of the measurements of a window, so that a page that is opened later shows them too. */
export function createTextMeasurements(
  inspector: Pick<InspectorProcess, 'work'>,
  refresh: () => Promise<void>,
): TextMeasurements {
  const underWay = new Map<string, Measurement>();
  const listeners = new Set<() => void>();
  const keyOf = (folder: string, text: string) => JSON.stringify([folder, text]);
  const tell = () => {
    for (const listener of listeners) listener();
  };

  const work = async (folder: string, text: string): Promise<boolean> => {
    try {
      return (await inspector.work('measureText', { folder, text })).measured;
    } finally {
      await refresh();
      underWay.delete(keyOf(folder, text));
      tell();
    }
  };

  return {
    get underWay() {
      return [...underWay.values()].map(({ shown }) => shown);
    },
    measure({ record, folder }, text) {
      const key = keyOf(folder, text);
      const known = underWay.get(key);
      if (known) return known.end;
      const measurement = {
        folder,
        shown: { run: record.id, text, done: 0, total: 0 },
        end: work(folder, text),
      };
      underWay.set(key, measurement);
      tell();
      return measurement.end;
    },
    async stop({ folder }, text) {
      if (underWay.has(keyOf(folder, text))) await inspector.work('stopMeasuring', { folder, text });
    },
    follow({ folder, text, done, total }) {
      const known = underWay.get(keyOf(folder, text));
      if (!known) return;
      underWay.set(keyOf(folder, text), { ...known, shown: { ...known.shown, done, total } });
      tell();
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
