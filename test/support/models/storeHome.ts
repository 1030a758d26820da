import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { listModels, type ModelSummary } from '../../../src/model/open/listModels';
import { homeIn } from './modelStores';

/** Gives each test of a file an empty home folder, in which all programs look for models. */
export function strangersHome(): () => string {
  const before = { ...process.env };
  let home = '';
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'prompt-tuner-home-'));
    process.env = { ...before, ...homeIn(home) };
  });
  afterEach(() => {
    process.env = before;
    rmSync(home, { recursive: true, force: true });
  });
  return () => home;
}

/** What `models list` has of one source, in its order. */
export const listed = async (source: ModelSummary['source']): Promise<readonly ModelSummary[]> =>
  (await listModels()).filter((model) => model.source === source);

export const names = (models: readonly ModelSummary[]): readonly string[] => models.map(({ id }) => id);
