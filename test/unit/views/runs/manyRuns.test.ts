import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as changes from '../../../../src/runs/work/study/changesSince';
import { createRun } from '../../../../src/runs/store/runFolder';
import { watchRuns } from '../../../../src/views/runs/runWatcher';
import { runRecord } from '../../../support/pages/views';

vi.mock('../../../../src/runs/work/study/changesSince', { spy: true });

describe('a watcher of many runs whose texts have changed since', () => {
  let root: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'many-'));
    vi.mocked(changes.changesSince).mockClear();
  });
  afterEach(() => rm(root, { recursive: true }));

  it('lists them before it has compared their texts, and compares each text once', async () => {
    const runs = join(root, 'runs');
    const path = join(root, 'a.prompt');
    await writeFile(path, 'Good day {{name}}');
    const count = 60;
    for (let i = 0; i < count; i++)
      // Three runs of each text.
      await createRun(
        runs,
        runRecord(`${100 + i}`, { template: { path, text: `Hello ${i % 20} {{name}}`, sha256: '' } }),
      );
    const watcher = watchRuns(() => [runs]);
    try {
      const seen: { readonly listed: number; readonly compared: number; readonly changed: number }[] = [];
      watcher.onChange(() =>
        seen.push({
          listed: watcher.runs.length,
          compared: vi.mocked(changes.changesSince).mock.calls.length,
          changed: watcher.runs.filter(({ changed }) => changed?.includes('the text')).length,
        }),
      );
      await watcher.refresh();
      expect(seen[0]).toEqual({ listed: count, compared: 8, changed: 0 });
      expect(seen.at(-1)).toEqual({ listed: count, compared: 20, changed: count });
      expect(seen).toHaveLength(2);
      await watcher.refresh();
      expect(seen).toHaveLength(2);
      expect(vi.mocked(changes.changesSince)).toHaveBeenCalledTimes(20);
    } finally {
      watcher.dispose();
    }
  });
});
