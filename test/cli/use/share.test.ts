import { createHash } from 'node:crypto';
import { cp, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RunRecord } from '../../../src/runs/record/record';
import { json, jsonLines, run, tinyWeather, workspace } from '../../support/runs/runCli';

interface Imported {
  readonly run: string;
  readonly missing: readonly { readonly what: string; readonly name: string }[];
}

/** Trained where the model is named by an absolute path, in its own folder beside the template. */
async function trainedFolder(): Promise<{ readonly folder: string; readonly id: string; readonly model: string }> {
  const folder = await workspace(tinyWeather);
  const [, named] = /^model: (.*)$/m.exec(tinyWeather['weather.prompt']!)!;
  const { out } = await run(folder, 'train', 'weather.prompt', '--method', 'soft', '--json');
  return { folder, id: String(jsonLines(out).at(-1)!.run), model: named! };
}

const hashesBelow = async (folder: string): Promise<Readonly<Record<string, string>>> =>
  Object.fromEntries(
    await Promise.all(
      (await readdir(folder))
        .filter((name) => name !== 'README.md')
        .map(async (name) => [
          name,
          createHash('sha256')
            .update(await readFile(join(folder, name)))
            .digest('hex'),
        ]),
    ),
  ) as Readonly<Record<string, string>>;

describe('share and import', () => {
  it('bring a run to another folder, where it compares, predicts and exports to the same numbers', async () => {
    const { folder, id, model } = await trainedFolder();
    const shared = await json<{ file: string; files: readonly string[] }>(folder, 'share', id, '--with-predictions');
    expect(shared.file).toBe(join(folder, `${id}.zip`));

    // Another machine: the model lies elsewhere, the data too, and nothing else is there.
    const other = await workspace({});
    await cp(model, join(other, 'models', 'llama'), { recursive: true });
    await rename(shared.file, join(other, 'got.zip'));
    for (const name of ['train', 'dev', 'test']) await cp(join(folder, `${name}.jsonl`), join(other, `${name}.jsonl`));
    const imported = await json<Imported>(other, 'import', 'got.zip', '--model', join('models', 'llama'));
    expect(imported).toMatchObject({ run: id, missing: [] });
    await expect(readFile(join(other, 'weather.prompt'), 'utf8')).resolves.toContain(`model: ${join(other, 'models')}`);

    const bothFolders = async (...args: readonly string[]) => [
      (await run(folder, ...args)).out,
      (await run(other, ...args)).out,
    ];
    await writeFile(join(folder, 'rows.jsonl'), '{"text":"It rained all day"}\n{"text":"The sun shone"}\n');
    await cp(join(folder, 'rows.jsonl'), join(other, 'rows.jsonl'));
    const [answersHere, answersThere] = await bothFolders('predict', id, 'rows.jsonl');
    expect(answersThere).toContain('prediction');
    expect(answersThere).toBe(answersHere);
    const [reportHere, reportThere] = await bothFolders('report', id, '--rows', '--format', 'json');
    expect(JSON.parse(reportThere!)).toEqual(JSON.parse(reportHere!));
    const [first, second] = await Promise.all(
      [folder, other].map(async (place) => {
        const { code, err } = await run(place, 'export', id, '--format', 'peft', '--to', 'exported');
        expect({ code, err }).toMatchObject({ code: 0 });
        const { 'adapter_model.safetensors': weights, ...rest } = await hashesBelow(join(place, 'exported'));
        return { weights, names: Object.keys(rest) };
      }),
    );
    expect(second).toEqual(first);
    const measured = await json<{ accuracy: number; loss: number }>(
      other,
      ...['evaluate', 'weather.prompt', '--run', id],
    );
    const { result } = JSON.parse(
      await readFile(join(folder, '.prompt-tuner', 'runs', id, 'run.json'), 'utf8'),
    ) as RunRecord;
    expect({ accuracy: measured.accuracy, loss: measured.loss }).toEqual({
      accuracy: result!.accuracy,
      loss: result!.loss,
    });
  });

  it('say by name what is not here, and where it is looked for and belongs', async () => {
    const { folder, id } = await trainedFolder();
    await run(folder, 'share', id, '--to', 'run.zip');
    const other = await workspace({});
    const { code, out } = await run(other, 'import', join(folder, 'run.zip'));
    expect(code).toBe(0);
    expect(out).toMatch(/^Not found: the model llama \(sha256 [0-9a-f]{12}\); looked in llama, the models at hand\./m);
    expect(out).toMatch(/^Not found: the test data test\.jsonl \(sha256 [0-9a-f]{12}\); looked in .*Put it at/m);
    const asked = await run(other, 'ask', id, '--set', 'text=rain');
    expect(asked.err).toContain('The model "llama" is not on this machine.');
    expect(asked.err).toContain('[model-missing]');
    // Once the model is where the template names it, the run answers.
    const [, model] = /^model: (.*)$/m.exec(tinyWeather['weather.prompt']!)!;
    await cp(model!, join(other, 'llama'), { recursive: true });
    expect((await run(other, 'ask', id, '--set', 'text=rain')).code).toBe(0);
  });

  it('end with one sentence for a call or a file that is wrong', async () => {
    const folder = await workspace({ 'a.zip': 'no zip' });
    const bad = await run(folder, 'import', 'a.zip');
    expect({ code: bad.code, lines: bad.err.trim().split('\n').length }).toEqual({ code: 1, lines: 1 });
    expect(bad.err).toContain('[shared-foreign]');
    expect((await run(folder, 'share', 'nothing')).err).toContain('[run-missing]');
    expect((await run(folder, 'share')).code).toBe(2);
    const { folder: trained, id } = await trainedFolder();
    expect((await run(trained, 'share', id, '--to', '.', '--force')).err).toContain(
      'There is a folder already where the shared run goes. Name a file in it with --to. [output-exists]',
    );
    expect((await run(trained, 'share', id, '--to', join('new', 'folder', 'run.zip'))).code).toBe(0);
    const inFile = await run(
      trained,
      'import',
      join('new', 'folder', 'run.zip'),
      '--runs',
      join('weather.prompt', 'x'),
    );
    expect(inFile.err).toContain('[not-writable]');
  });
});
