import { lookThroughRows, type SplitRows } from '../../../objective/rows/lookThroughRows';
import type { Task } from '../../../objective/task';
import { selectionRows } from '../../../tuning/search/searchContext';
import { devRows, trialDevRows, trialLastBatches } from '../../../tuning/train';
import type { Provenance, Selection, Shared } from '../../record/provenance';
import type { RunProgress, RunRecord } from '../../record/record';
import type { Split } from '../../record/words/recordWords';
import type { OpenTask } from '../openTask';
import { rewritesText } from '../rewriting';
import { showPhase } from '../timeLeft';

/** What a look through the rows of a run's splits found. */
export type RowsOfRun = Partial<Readonly<Record<Split, SplitRows>>>;

interface Look {
  /** Splits whose rows must do as examples. */
  readonly check: readonly Split[];
  readonly signal?: AbortSignal;
  progress(progress: RunProgress): void;
}

/** Looks through all rows of a task and shows how far it is. @throws Failure as `lookThroughRows` does */
export function checkRows({ task, model }: OpenTask, { check, signal, progress }: Look): Promise<RowsOfRun> {
  return lookThroughRows(task, model, {
    check,
    signal,
    onProgress: showPhase('checking', progress),
  });
}

/** The record with how many rows of each split the others have. */
export function withShared(record: RunRecord, rows: RowsOfRun): RunRecord {
  const { train, dev, test } = record.data;
  return {
    ...record,
    data: {
      ...(train && { train: { ...train, ...factsOf(rows.train) } }),
      ...(dev && { dev: { ...dev, ...factsOf(rows.dev) } }),
      ...(test && { test: { ...test, ...factsOf(rows.test) } }),
    },
  };
}

const factsOf = (rows: SplitRows | undefined) => ({
  shared: rows?.shared,
  ...(rows?.shortened ? { shortened: rows.shortened } : {}),
});

/** How the training of a task chooses what it keeps. @param given the adapter it begins with, and its rows */
export function selectionOf(
  { splits, settings }: Pick<Task, 'splits' | 'settings'>,
  { start, rows }: { readonly start: string | undefined; readonly rows: RowsOfRun },
): Selection {
  const { train, dev } = splits;
  const trainingRows = train?.rows ?? 0;
  const { batchSize } = settings;
  const firstRows = (most: number) => ({ by: 'dev' as const, rows: Math.min(most, dev!.rows) });
  return {
    trainingRows,
    ...(rows.train?.shortened ? { shortenedRows: rows.train.shortened } : {}),
    ...(settings.learningRate === 'auto' && {
      learningRate: dev
        ? firstRows(trialDevRows)
        : { by: 'train' as const, rows: Math.min(trialLastBatches * batchSize, trainingRows) },
    }),
    ...(dev && { step: firstRows(devRows) }),
    ...(rewritesText(settings) && {
      instruction: selectionRows({ dev: dev?.rows, train: trainingRows }),
    }),
    ...(start !== undefined && { start }),
  };
}

/**
 * Where the numbers of an evaluation come from.
 * @param training what is known of the training of what is evaluated: null where nothing was trained
 */
export function provenanceOf(
  { splits }: Pick<Task, 'splits'>,
  split: Split,
  {
    rows,
    ...training
  }: { readonly rows: RowsOfRun } & Pick<Provenance, 'selection' | 'forced'> & {
      /** The data that the training began with; those of the task where they are left out. */
      readonly trainedOn?: RunRecord['data'];
    },
): Provenance {
  const { path, sha256 } = splits[split]!;
  const { selection, forced = [], trainedOn } = training;
  return {
    path,
    sha256,
    shared: sharedWith(splits, split, { rows, trainedOn, isKnown: selection !== undefined }),
    ...(selection !== undefined && { selection }),
    ...(rows[split]?.shortened ? { shortened: rows[split].shortened } : {}),
    ...(forced.length > 0 && { forced }),
  };
}

/** Rows that were shared with other files than those trained on say nothing. */
function sharedWith(
  splits: Task['splits'],
  split: Split,
  {
    rows,
    trainedOn,
    isKnown,
  }: { readonly rows: RowsOfRun; readonly trainedOn?: RunRecord['data']; readonly isKnown: boolean },
): Shared {
  const counted: Shared = rows[split]?.shared ?? {};
  if (!isKnown) return { train: null };
  if (!trainedOn) return counted;
  const known = (other: Split): Shared => {
    const file = trainedOn[other];
    if (other === split || !file) return {};
    return { [other]: file.sha256 === splits[other]?.sha256 ? (counted[other] ?? null) : null };
  };
  return {
    ...known('train'),
    ...known('dev'),
    ...(split !== 'test' && counted.test !== undefined && { test: counted.test }),
  };
}
