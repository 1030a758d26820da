import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { enqueueComparison, listQueue } from '../../../../src/runs/queue/queue';
import { readRun } from '../../../../src/runs/store/runFolder';
import { temporaryFolder } from '../../../support/comparison/comparisons';

describe('a comparison in the queue', () => {
  it('has each method once in each form, the text alone first, and only trained ones with several seeds', async () => {
    const folder = await temporaryFolder();
    const file = join(folder, 'day.prompt');
    await writeFile(
      file,
      '---\noutput: { schema: { label(enum): [a, b] } }\ntune.data: { train: t.jsonl }\n---\n{{text}}{{label}}',
    );
    const runs = join(folder, 'runs');
    const folders = await enqueueComparison({
      file,
      methods: ['soft', 'hard'],
      formats: ['chat', 'text'],
      seeds: 2,
      runs,
    });
    expect((await listQueue(runs)).map((queued) => queued.folder)).toEqual(folders);
    const records = await Promise.all(folders.map(readRun));
    expect(records.map(({ method, settings }) => `${method} ${settings.format} ${settings.seed}`)).toEqual([
      'hard chat 1',
      'hard text 1',
      'soft chat 1',
      'soft chat 2',
      'soft text 1',
      'soft text 2',
    ]);
  });
});
