import { basename } from 'node:path';
import type { RunRecord } from '../runs/store/record';

/** A study that has results, told by its first run. */
export interface BaselineCandidate {
  readonly key: string;
  readonly record: Pick<RunRecord, 'method' | 'template' | 'created'>;
}

const methodOrder = ['hard', 'soft', 'v1', 'v2'] as const;

/**
 * What the others are measured against, in the terminal, in the report and in the panel: the study wanted; else the hard prompt of the
 * template itself rather than of a variant, the newest of several; without a hard prompt, the first trained method. The order in which
 * the studies are named does not matter.
 */
export function chooseBaseline(
  measured: readonly BaselineCandidate[],
  wanted: string | null | undefined,
): string | null {
  const found = measured.find(({ key }) => key === wanted) ?? [...measured].sort(byRank)[0];
  return found?.key ?? null;
}

function byRank({ record: a }: BaselineCandidate, { record: b }: BaselineCandidate): number {
  return (
    methodOrder.indexOf(a.method) - methodOrder.indexOf(b.method) ||
    variants(a) - variants(b) ||
    a.template.path.localeCompare(b.template.path) ||
    b.created.localeCompare(a.created)
  );
}

/** 0 for `name.prompt`, 1 for `name.variant.prompt`. */
function variants({ template: { path } }: BaselineCandidate['record']): number {
  return (
    basename(path)
      .replace(/\.prompt$/, '')
      .split('.').length - 1
  );
}
