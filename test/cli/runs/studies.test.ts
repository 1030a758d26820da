import { mkdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RunRecord } from '../../../src/runs/record/record';
import { setLabels } from '../../../src/runs/store/runLabels';
import { json, jsonLines, run, tinyWeather, workspace } from '../../support/runs/runCli';

describe('a study', () => {
  it('trains each cell of a grid as a run of one study, which list and show name as people did', async () => {
    const folder = await workspace(tinyWeather);
    const { code, out, err } = await run(
      folder,
      'train',
      'weather.prompt',
      '--method',
      'soft',
      '--set',
      'tune.learningRate=[0.01, 0.2]',
      '--set',
      'tune.steps=4',
      '--json',
    );
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const lines = jsonLines(out);
    const study = lines.at(-1)!;
    expect(study).toMatchObject({
      kind: 'study',
      varied: ['learningRate'],
      runs: lines.filter(({ kind }) => kind === 'result').map((line) => line.run),
    });
    const records = await json<readonly RunRecord[]>(folder, 'runs', 'list');
    expect(records.map(({ settings }) => settings.learningRate).sort()).toEqual([0.01, 0.2]);
    expect(new Set(records.map((record) => record.study?.id))).toEqual(new Set([study.id]));

    const runFolder = join(folder, '.prompt-tuner', 'runs', records[0]!.id);
    const samples = (await readFile(join(runFolder, 'samples.jsonl'), 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { readonly step: number; readonly samples: readonly object[] });
    expect(samples.map(({ step, samples: rows }) => [step, rows.length])).toEqual([
      [3, 4],
      [4, 4],
    ]);
    expect(samples[0]!.samples[0]).toMatchObject({
      row: 0,
      input: 'rain fell on the fields all night, yesterday',
      expected: 'wet',
      predicted: expect.stringMatching(/^(wet|dry)$/) as string,
    });

    await setLabels(runFolder, { name: 'the bold one', note: 'rate too\nhigh?', starred: true });
    expect((await run(folder, 'runs', 'list')).out).toMatch(/weather\.prompt\s+★ the bold one\n/);
    expect((await run(folder, 'runs', 'show', records[0]!.id)).out).toMatch(
      /name\s+★ the bold one\n\s*note\s+rate too high\?\n\s*study\s+study-.*, over learningRate\n/,
    );
  });

  it('is refused as a whole for one wrong value', async () => {
    const folder = await workspace(tinyWeather);
    const { code, err } = await run(
      folder,
      'train',
      'weather.prompt',
      '--method',
      'soft',
      '--set',
      'tune.steps=[2, none]',
    );
    expect(code).toBe(1);
    expect(err).toContain('tune.steps must be a whole number, at least 1, not "none".');
    expect(await json(folder, 'runs', 'list')).toEqual([]);
  });
});

describe('a template that is moved outside the editor', () => {
  it('keeps its runs, for every command', async () => {
    const folder = await workspace(tinyWeather);
    await run(folder, 'evaluate', 'weather.prompt', '--method', 'hard');
    await run(folder, 'train', 'weather.prompt', '--method', 'soft');
    await mkdir(join(folder, 'sky'));
    for (const file of ['weather.prompt', 'train.jsonl', 'dev.jsonl', 'test.jsonl'])
      await rename(join(folder, file), join(folder, 'sky', file));
    const records = await json<readonly RunRecord[]>(folder, 'runs', 'list');
    expect(records.map(({ template }) => template.path)).toEqual([
      join(folder, 'sky', 'weather.prompt'),
      join(folder, 'sky', 'weather.prompt'),
    ]);
    const again = await run(folder, 'evaluate', 'sky/weather.prompt', '--run', records[0]!.id);
    expect({ code: again.code, err: again.err }).toEqual({ code: 0, err: '' });
  });
});
