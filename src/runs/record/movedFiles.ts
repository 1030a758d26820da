import { rm } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { isInside } from '../../fileAccess';
import { isText, listOf, object, type Infer } from '../../channel/guards';
import { readJson, writeJson } from '../../files/jsonFile';
import type { RunRecord } from './record';

/** A file or folder that has been renamed or moved; absolute paths. */
const isMove = object({ from: isText, to: isText });
export type Move = Infer<typeof isMove>;

const isMoves = object({ moves: listOf(isMove) });

export const movesName = 'moved.json';

/**
 * Moves that `run.json` does not tell of yet, because another process is at work on the run. They hold for whoever
 * reads the record, so that the next who writes it keeps them.
 */
const pendingPath = (folder: string): string => join(folder, movesName);

export async function pendingMoves(folder: string): Promise<readonly Move[]> {
  return (await readJson(pendingPath(folder), isMoves))?.moves ?? [];
}

export async function addPendingMoves(folder: string, moves: readonly Move[]): Promise<void> {
  await writeJson(pendingPath(folder), { moves: [...(await pendingMoves(folder)), ...moves] });
}

export function forgetPendingMoves(folder: string): Promise<void> {
  return rm(pendingPath(folder), { force: true });
}

/** The record with the paths that its template and data have after some moves; itself where they have the same. */
export function withMoves(record: RunRecord, moves: readonly Move[]): RunRecord {
  const { template, data } = record;
  const path = movedPath(template.path, moves);
  const { train, dev, test } = data;
  const moved = [train, dev, test].map((source) => source && { ...source, path: movedPath(source.path, moves) });
  const isSame =
    path === template.path && [train, dev, test].every((source, index) => source?.path === moved[index]?.path);
  if (isSame) return record;
  const [newTrain, newDev, newTest] = moved;
  return {
    ...record,
    template: { ...template, path },
    data: {
      ...(newTrain && { train: newTrain }),
      ...(newDev && { dev: newDev }),
      ...(newTest && { test: newTest }),
    },
  };
}

function movedPath(path: string, moves: readonly Move[]): string {
  return moves.reduce((current, { from, to }) => {
    const inside = relative(resolve(from), current);
    if (inside === '') return resolve(to);
    return isInside(resolve(from), current) ? join(to, inside) : current;
  }, path);
}
