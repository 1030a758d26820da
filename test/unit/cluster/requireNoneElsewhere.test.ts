import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { requireNoneElsewhere } from '../../../src/cluster/requireNoneElsewhere';
import { tinyWeather, workspace } from '../../support/runs/runCli';

const propose = 'tune.propose: ask.prompt\ntune.instruction: text\n---\n{{#instruction}}Say it.{{/instruction}}\n';

async function requests(model: string) {
  const folder = await workspace({
    ...tinyWeather,
    'far.prompt': tinyWeather['weather.prompt']!.replace(/model: .*/, 'model: openai:x'),
    'weather.prompt': tinyWeather['weather.prompt']!.replace(/\n---\n/, `\n${propose}`),
    'ask.prompt': `---\nmodel: ${model}\n---\n{{role "user"}}Mend it: {{current}}`,
  });
  const [file, far] = ['weather.prompt', 'far.prompt'].map((name) => join(folder, name)) as [string, string];
  return {
    soft: { file, method: 'soft' as const, set: {} },
    v2: { file, method: 'v2' as const, set: {} },
    far: { file: far, method: 'hard' as const, set: {} },
  };
}

describe('a study for Slurm', () => {
  it('is refused where a model elsewhere would write instructions, in one sentence with the way out', async () => {
    const { soft, v2 } = await requests('mine:big');
    await expect(requireNoneElsewhere([soft, v2])).rejects.toMatchObject({
      code: 'endpoint-consent',
      message:
        'ask.prompt in tune.propose asks "mine:big", which runs elsewhere, and nobody can be asked on Slurm whether ' +
        'rows may be sent there.',
      remedy: 'Train it on this machine, which asks first, or leave that prompt out of tune.propose.',
    });
  });

  it('is refused where the model itself is elsewhere', async () => {
    const { far } = await requests('builtin');
    await expect(requireNoneElsewhere([far])).rejects.toMatchObject({
      code: 'endpoint-consent',
      message: expect.stringContaining('"openai:x" runs elsewhere') as unknown,
    });
  });

  it('is taken where the tuned model writes its own instructions, or nobody does', async () => {
    const { soft, v2 } = await requests('builtin');
    await expect(requireNoneElsewhere([soft, v2])).resolves.toBeUndefined();
    const { v2: other } = await requests('mine:big');
    const without = { ...other, set: { 'tune.propose': 'none' } };
    await expect(requireNoneElsewhere([without])).resolves.toBeUndefined();
  });
});
