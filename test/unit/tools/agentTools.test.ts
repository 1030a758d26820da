import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { defaultRunsFolder } from '../../../src/runs/store/runFolder';
import { agentTools } from '../../../src/tools/agentTools';
import { callTool, confirmationOf } from '../../../src/tools/callTool';
import { contribution } from '../../../src/tools/contribution';
import type { Workplace } from '../../../src/tools/workplace';
import { record, result } from '../../support/runs/records';
import { tinyWeather, workspace } from '../../support/runs/runCli';

const { signal } = new AbortController();

/** A place to work in, whose queue keeps what is asked of it. */
function workplace(folders: readonly string[], more: Partial<Workplace> = {}) {
  const asked: unknown[] = [];
  const place: Workplace = {
    folders,
    isTrusted: true,
    queue: {
      compare: (request) => {
        asked.push(request);
        return Promise.resolve(['/runs/one']);
      },
      stop: () => Promise.resolve(),
    },
    read: (path) => readFile(path, 'utf8'),
    save: () => Promise.resolve(),
    ...more,
  };
  return { place, asked };
}

/** Puts a run that is done into a folder. */
function keepRun(folder: string, id: string, seconds: number): void {
  const runs = join(folder, defaultRunsFolder, id);
  mkdirSync(runs, { recursive: true });
  const template = { path: join(folder, 'weather.prompt'), text: '', sha256: '' };
  const done = record(id, { template, status: 'done', result: { ...result('soft', 0.5, id), seconds } });
  writeFileSync(join(runs, 'run.json'), JSON.stringify(done));
}

describe('the tools of agents', () => {
  it('are told to VS Code by package.json as they are', async () => {
    const manifest = JSON.parse(await readFile('package.json', 'utf8')) as {
      contributes: { languageModelTools: unknown };
    };
    expect(manifest.contributes.languageModelTools).toEqual(agentTools.map(contribution));
  });

  it('ask before a training with what is run, on how many rows, with which settings and for how long', async () => {
    const folder = await workspace(tinyWeather);
    const wanted = { template: 'weather.prompt', methods: ['soft', 'hard'], seeds: 2, settings: { steps: 9 } };
    const { place, asked } = workplace([folder]);
    const before = await confirmationOf('startRuns', wanted, place, signal);
    expect(before?.title).toBe('Run 2 trainings and 1 evaluation of weather?');
    expect(before?.message).toMatch(/Rows: \d+ of train, 4 of dev, 6 of test\./);
    expect(before?.message).toContain('`tune.steps: 9`');
    expect(before?.message).toContain('How long it takes is not known, as nothing like it has run here.');
    keepRun(folder, 'earlier', 30);
    const after = await confirmationOf('startRuns', wanted, place, signal);
    expect(after?.message).toContain('about 60 s, as the last like it did, without 1 run of a new kind.');
    expect(asked).toEqual([]);
    expect(await callTool('startRuns', wanted, place, { signal })).toContain('one in the queue.');
    expect(asked).toMatchObject([
      { methods: ['soft', 'hard'], seeds: 2, set: { 'tune.steps': '9' }, runs: join(folder, defaultRunsFolder) },
    ]);
  });

  it('look at the text in the editor, and save it before they start', async () => {
    const folder = await workspace(tinyWeather);
    const saved: string[] = [];
    const { place } = workplace([folder], {
      read: () => Promise.resolve('---\noutput: { schema: { label(enum): [a, b] } }\n---\n{{#if}}\n'),
      save: (path) => Promise.resolve(void saved.push(path)),
    });
    const said = await callTool('checkTemplate', { template: 'weather.prompt' }, place, { signal });
    expect(said).toContain('[template-syntax]');
    const starting = callTool('startRuns', { template: 'weather.prompt', methods: ['hard'] }, place, { signal });
    await expect(starting).rejects.toMatchObject({ code: 'template-syntax', location: { line: 4 } });
    const { place: whole } = workplace([folder], { save: place.save });
    await callTool('startRuns', { template: 'weather.prompt', methods: ['hard'] }, whole, { signal });
    expect(saved).toEqual([join(folder, 'weather.prompt')]);
  });

  it('follow no link out of the workspace, and know no folder where none is open', async () => {
    const [folder, elsewhere] = [await workspace(tinyWeather), await workspace(tinyWeather)];
    symlinkSync(elsewhere, join(folder, 'link'));
    const check = (place: Workplace) =>
      callTool('checkTemplate', { template: 'link/weather.prompt' }, place, { signal });
    await expect(check(workplace([folder]).place)).rejects.toMatchObject({ code: 'outside-workspace' });
    await expect(check(workplace([]).place)).rejects.toMatchObject({ message: 'No folder is open.' });
  });

  it('send no rows to a model that runs elsewhere, which takes a person', async () => {
    const files = {
      ...tinyWeather,
      'far.prompt': tinyWeather['weather.prompt']!.replace(/model: .*/, 'model: openai:x'),
    };
    const { place, asked } = workplace([await workspace(files)]);
    const starting = callTool('startRuns', { template: 'far.prompt', methods: ['hard'] }, place, { signal });
    await expect(starting).rejects.toMatchObject({ code: 'endpoint-consent' });
    expect(asked).toEqual([]);
  });

  it('let no model elsewhere write instructions, and say what a person or they themselves can do instead', async () => {
    const propose = 'tune.propose: ask.prompt\ntune.instruction: text\n---\n{{#instruction}}Say it.{{/instruction}}\n';
    const files = {
      ...tinyWeather,
      'weather.prompt': tinyWeather['weather.prompt']!.replace(/\n---\n/, `\n${propose}`),
      'ask.prompt': '---\nmodel: openai:x\n---\n{{role "user"}}Mend it: {{current}}',
    };
    const { place, asked } = workplace([await workspace(files)]);
    const begin = (more: object) =>
      callTool('startRuns', { template: 'weather.prompt', methods: ['soft', 'v2'], ...more }, place, { signal });
    const failure: unknown = await begin({}).catch((error: unknown) => error);
    expect(failure).toMatchObject({
      code: 'endpoint-consent',
      message:
        'ask.prompt in tune.propose asks the model openai:x, which runs elsewhere, and only a person can agree that ' +
        'rows of train are sent there with their answers.',
      remedy: expect.stringContaining('{ "propose": "none" }') as unknown,
    });
    expect(asked).toEqual([]);
    expect(await begin({ methods: ['soft'] })).toContain('in the queue');
    expect(await begin({ settings: { propose: 'none' } })).toContain('in the queue');
    expect(asked).toHaveLength(2);
  });

  it('do nothing for a call that was cancelled before it began', async () => {
    const { place, asked } = workplace([await workspace(tinyWeather)]);
    const call = callTool('startRuns', { template: 'weather.prompt', methods: ['hard'] }, place, {
      signal: AbortSignal.abort(),
    });
    await expect(call).rejects.toThrow();
    expect(asked).toEqual([]);
  });
});
