import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readRun } from '../../../src/runs/store/runFolder';
import { numbersOf } from '../../support/runs/runNumbers';
import { run, start, storiesWeather, tinyWeather, workspace } from '../../support/runs/runCli';

/** Numbers of the runs of a comparison, those of a method and seed each by its name. */
async function numbersByName(folder: string): Promise<Readonly<Record<string, object>>> {
  const runs = join(folder, '.prompt-tuner', 'runs');
  const ids = (await readdir(runs)).filter((id) => !id.startsWith('.'));
  const named = ids.map(async (id) => {
    const { method, settings } = await readRun(join(runs, id));
    // A text that is measured as it stands has no steps.
    return [`${method} ${settings.seed}`, method === 'hard' ? {} : await numbersOf(join(runs, id))] as const;
  });
  return Object.fromEntries(await Promise.all(named));
}

describe('a comparison of several trainings at once', () => {
  it('comes to the numbers and the order of one after the other', async () => {
    const words = ['compare', 'weather.prompt', '--methods', 'hard,soft,v1', '--seeds', '2', '--format', 'json'];
    const [alone, together] = [await workspace(tinyWeather), await workspace(tinyWeather)];
    const [one, two] = [await run(alone, ...words), await run(together, ...words, '--jobs', '3')];
    expect({ code: two.code, one: one.code }).toEqual({ code: 0, one: 0 });
    const numbers = await numbersByName(together);
    expect(Object.keys(numbers).sort()).toEqual(['hard 1', 'soft 1', 'soft 2', 'v1 1', 'v1 2']);
    expect(numbers).toEqual(await numbersByName(alone));
    const shown = (text: string) =>
      (JSON.parse(text) as readonly { method: string; accuracy: number }[]).map(({ method, accuracy }) => [
        method,
        accuracy,
      ]);
    expect(shown(two.out)).toEqual(shown(one.out));
  });

  it('stops all of them with their checkpoints', async () => {
    const folder = await workspace(storiesWeather);
    const long = ['--set', 'tune.steps=100000', '--set', 'tune.evalEvery=2'];
    const work = start(folder, ['compare', 'weather.prompt', '--methods', 'soft,v1', '--jobs', '2', ...long]);
    await Promise.all(['soft', 'v1'].map((method) => work.says(`weather · ${method}: Step 2`)));
    work.child.kill('SIGINT');
    expect((await work.ended).code).toBe(130);
    const runs = join(folder, '.prompt-tuner', 'runs');
    const ids = (await readdir(runs)).filter((id) => !id.startsWith('.'));
    const records = await Promise.all(ids.map((id) => readRun(join(runs, id))));
    expect(records.map(({ method, status }) => [method, status]).sort()).toEqual([
      ['soft', 'stopped'],
      ['v1', 'stopped'],
    ]);
  });

  it('says the first failure, tells the others to stop, and makes no run of a wrong setting', async () => {
    const folder = await workspace(tinyWeather);
    const { code, err } = await run(
      folder,
      ...[
        'compare',
        'weather.prompt',
        '--methods',
        'soft,v1',
        '--jobs',
        '2',
        '--set',
        'tune.data={ train: none.jsonl }',
      ],
    );
    expect(code).toBe(1);
    expect(err).toContain('none.jsonl');
  });
});
