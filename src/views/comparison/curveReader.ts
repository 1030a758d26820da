import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readMetrics } from '../../runs/store/files/metrics';
import type { MetricLine } from '../../runs/store/files/metricLine';
import { pointsOf } from './model';
import type { CurvePoints } from './contract';
import type { WatchedRun } from '../runs/runWatcher';

interface Position {
  readonly offset: number;
  readonly points: number;
  readonly lastStep: number;
}

const start: Position = { offset: 0, points: 0, lastStep: 0 };

/** Reads the curves of runs piece by piece: each call gives only what has come since the last. */
export interface CurveReader {
  /** New points of a run; nothing when there are none. */
  read(run: WatchedRun): Promise<CurvePoints | undefined>;
  /** Forgets how far it has read, so that everything comes again. */
  rewind(): void;
}

export function createCurveReader(): CurveReader {
  const positions = new Map<string, Position>();

  const readFrom = async ({ folder, record }: WatchedRun, position: Position): Promise<CurvePoints | undefined> => {
    const { lines, offset } = await readMetrics(folder, position.offset);
    if (lines.length === 0) return undefined;
    // A resumed run drops what came after its checkpoint, so steps that go back mean that the file was cut.
    if (lines[0]!.step < position.lastStep) return readFrom({ folder, record }, start);
    positions.set(record.id, { offset, points: position.points + lines.length, lastStep: lastStepOf(lines) });
    return pointsOf(record.id, position.points, lines);
  };

  return {
    async read(run) {
      const position = positions.get(run.record.id) ?? start;
      const size = (await stat(join(run.folder, 'metrics.jsonl')).catch(() => undefined))?.size ?? 0;
      if (size === position.offset) return undefined;
      return readFrom(run, size < position.offset ? start : position);
    },
    rewind() {
      positions.clear();
    },
  };
}

function lastStepOf(lines: readonly MetricLine[]): number {
  return lines.at(-1)?.step ?? 0;
}
