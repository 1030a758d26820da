import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RunRecord } from '../../../src/runs/record/record';
import { jsonLines, json, run, signalAt, tinyWeather as weather, workspace } from '../../support/runs/runCli';

const longTraining = [
  'train',
  'weather.prompt',
  '--method',
  'soft',
  '--json',
  '--set',
  'tune.steps=12',
  '--set',
  'tune.evalEvery=3',
];
const lossesOf = async (folder: string) =>
  (await readFile(join(folder, 'metrics.jsonl'), 'utf8'))
    .split('\n')
    .map((line) => line.replace(/,"examplesPerSecond":[^}]*/, ''));

async function onlyRun(folder: string): Promise<string> {
  const runs = join(folder, '.prompt-tuner', 'runs');
  const [id] = await readdir(runs);
  return join(runs, id!);
}

/** The metrics that a training has which nothing disturbs. */
let calm: Promise<readonly string[]> | undefined;

function undisturbed(): Promise<readonly string[]> {
  return (calm ??= workspace(weather).then(async (folder) => {
    expect((await run(folder, ...longTraining)).code).toBe(0);
    return lossesOf(await onlyRun(folder));
  }));
}

describe('a training that is interrupted', () => {
  it('stops with exit code 130, keeps its checkpoint, and goes on to the same numbers', async () => {
    const folder = await workspace(weather);
    const { code, out } = await signalAt(folder, longTraining, '"step":5,');
    expect(code).toBe(130);
    expect(jsonLines(out).at(-1)).toMatchObject({ kind: 'result', status: 'stopped' });
    const [{ id, status }] = await json<[RunRecord]>(folder, 'runs', 'list');
    expect(status).toBe('stopped');
    const resumed = await run(folder, ...longTraining, '--resume', id);
    expect(resumed.code).toBe(0);
    expect(jsonLines(resumed.out).at(-1)).toMatchObject({ status: 'done', run: id });
    expect(await lossesOf(await onlyRun(folder))).toEqual(await undisturbed());
  });

  it('goes on to the same numbers after it was killed', async () => {
    const folder = await workspace(weather);
    await signalAt(folder, longTraining, '"step":8,', 'SIGKILL');
    const of = await onlyRun(folder);
    const record = JSON.parse(await readFile(join(of, 'run.json'), 'utf8')) as RunRecord;
    expect(record.status).toBe('running');
    // A minute of silence, without waiting for it.
    await writeFile(
      join(of, 'run.json'),
      JSON.stringify({
        ...record,
        process: { ...record.process, heartbeat: new Date(Date.now() - 60_000).toISOString() },
      }),
    );
    expect((await json<[RunRecord]>(folder, 'runs', 'list'))[0].status).toBe('lost');
    expect((await run(folder, ...longTraining, '--resume', record.id)).code).toBe(0);
    expect(await lossesOf(of)).toEqual(await undisturbed());
  });

  it('does not go on with other data than it began with', async () => {
    const folder = await workspace(weather);
    await signalAt(folder, longTraining, '"step":5,');
    await writeFile(
      join(folder, 'train.jsonl'),
      `${weather['train.jsonl']!}${JSON.stringify({ text: 'snow', label: 'wet' })}\n`,
    );
    const { code, err } = await run(
      folder,
      ...longTraining,
      '--resume',
      (await onlyRun(folder)).split(/[\\/]/).at(-1)!,
    );
    expect(code).toBe(1);
    expect(err).toContain('The train data have changed since the run began. Restore the file');
  });
});
