import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { RunRecord } from '../../../src/runs/record/record';
import { workspaceFolder } from './window';

/** A run of the workspace and where it lies. */
export interface Run {
  readonly folder: string;
  readonly record: RunRecord;
}

export const runsFolder = (): string => join(workspaceFolder(), '.prompt-tuner', 'runs');

/** The runs of the workspace, in the order of their folders. */
export function allRuns(): readonly Run[] {
  if (!existsSync(runsFolder())) return [];
  return readdirSync(runsFolder())
    .map((id) => join(runsFolder(), id))
    .filter((folder) => existsSync(join(folder, 'run.json')))
    .map((folder) => ({ folder, record: JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8')) as RunRecord }));
}

export const newestFirst = (a: Run, b: Run): number => b.record.created.localeCompare(a.record.created);
