import { describe, expect, it } from 'vitest';
import { assembleModel } from '../../support/models/models';
import { json, run, tinyWeather, workspace } from '../../support/runs/runCli';

interface Compared {
  readonly rows: readonly {
    readonly warnings: readonly string[];
    readonly result: { readonly labelMass: number; readonly form: { readonly format: string } };
    readonly gain?: object;
  }[];
}

describe('the forms of a prompt', () => {
  it('are rows of one comparison, named by their form and paired', async () => {
    const folder = await workspace(tinyWeather);
    const { rows } = await json<Compared>(
      folder,
      ...['compare', 'weather.prompt', '--methods', 'hard', '--formats', 'text,chat'],
    );
    expect(rows.map(({ result }) => result.form.format)).toEqual(['chat', 'text']);
    expect(rows.map(({ gain }) => gain !== undefined)).toEqual([false, true]);
    expect(rows.every(({ result: { labelMass } }) => labelMass > 0 && labelMass < 0.1)).toBe(true);
    const said = rows[0]!.warnings.filter((warning) => warning.includes('would rather write'));
    expect(said.map((warning) => warning.split(':')[0]).sort()).toEqual(['hard (format chat)', 'hard (format text)']);
  });

  it('are chosen by --format, whatever the template says, and noted with the result', async () => {
    const folder = await workspace(tinyWeather);
    const evaluate = (form: string) =>
      json<object>(folder, 'evaluate', 'weather.prompt', '--method', 'hard', '--format', form);
    expect(await evaluate('text')).toMatchObject({ form: { format: 'text' } });
    expect(await evaluate('chat')).toMatchObject({
      form: { format: 'chat', plain: true, chatTemplate: { sha256: expect.stringMatching(/^[0-9a-f]{64}$/) } },
    });
  });

  it('are refused by name, before anything is run, where the model reads no messages', async () => {
    const text = tinyWeather['weather.prompt']!.replace(/^model: .*$/m, `model: ${assembleModel('masked/bert')}`);
    const folder = await workspace({ ...tinyWeather, 'weather.prompt': text });
    const { code, err } = await run(folder, 'compare', 'weather.prompt', '--methods', 'hard', '--formats', 'text,chat');
    expect(code).toBe(1);
    expect(err).toContain('The model is a masked language model, which reads no messages.');
    expect(await json(folder, 'runs', 'list')).toEqual([]);
  });

  it('are checked as --format asks, whatever the template says', async () => {
    const text = tinyWeather['weather.prompt']!.replace('{{text}}', '{{role "user"}}\n{{text}}');
    const folder = await workspace({ ...tinyWeather, 'weather.prompt': text });
    const codes = async (...args: readonly string[]) =>
      (await json<readonly { readonly code: string }[]>(folder, 'check', 'weather.prompt', ...args)).map(
        ({ code }) => code,
      );
    expect(await codes()).toContain('messages-as-text');
    expect(await codes('--format', 'text')).toContain('messages-as-text');
    expect(await codes('--format', 'chat')).not.toContain('messages-as-text');
    const masked = text.replace(/^model: .*$/m, `model: ${assembleModel('masked/bert')}`);
    const other = await workspace({ ...tinyWeather, 'weather.prompt': masked });
    const { code, out } = await run(other, 'check', 'weather.prompt', '--format', 'chat');
    expect({ code, out }).toMatchObject({ code: 1, out: expect.stringContaining('reads no messages') });
  });

  it('are refused by name where there is no such form, or two ways ask for one', async () => {
    const folder = await workspace(tinyWeather);
    const asked = async (...args: readonly string[]) => run(folder, 'compare', 'weather.prompt', ...args);
    expect(await asked('--formats', 'chat,html')).toMatchObject({
      code: 2,
      err: expect.stringContaining('chat and text'),
    });
    expect(await asked('--formats', 'chat', '--format', 'text')).toMatchObject({ code: 2 });
    expect(await asked('--formats', 'chat', '--set', 'tune.format=text')).toMatchObject({ code: 2 });
  });
});
