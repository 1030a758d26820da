import { readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findModelFiles } from '../../../../src/model/open/modelFiles';
import { openModel } from '../../../../src/model/openModel';
import { modelFile } from '../../../support/models/models';
import { ggufParts, put, wholeGguf } from '../../../support/models/modelStores';
import { listed, names, strangersHome } from '../../../support/models/storeHome';

const home = strangersHome();

describe("a model of LM Studio's folders", () => {
  const studio = (...path: string[]): string => join(home(), '.lmstudio', 'models', ...path);

  it('is called PUBLISHER/MODEL, with its file where there are several; what lies beside it is none', async () => {
    put(studio('ada', 'tiny-GGUF', 'tiny-Q8_0.gguf'), wholeGguf('llama'));
    put(studio('ada', 'tiny-GGUF', 'mmproj-tiny-f16.gguf'), wholeGguf('llama', { 'general.type': 'mmproj' }));
    put(studio('ada', 'two', 'two.Q4_K_M.gguf'), wholeGguf('qwen3', { 'general.file_type': 15 }));
    put(studio('ada', 'two', 'BF16', 'two.BF16.gguf'), wholeGguf('qwen3'));
    put(studio('loose.gguf'), wholeGguf('gpt2'));
    expect((await listed('lmstudio')).map(({ id, quantisation }) => `${id} ${quantisation}`)).toEqual([
      'lmstudio:ada/tiny-GGUF F32',
      'lmstudio:ada/two/BF16/two.BF16.gguf F32',
      'lmstudio:ada/two/two.Q4_K_M.gguf Q4_K_M',
      'lmstudio:loose.gguf F32',
    ]);
    const fileOf = async (name: string): Promise<string> => (await findModelFiles(`lmstudio:${name}`, '/')).file;
    for (const name of ['ada/tiny-GGUF', 'Ada/Tiny-gguf', 'ada/tiny-GGUF/tiny-Q8_0', 'ada/tiny-GGUF@q8_0'])
      expect(await fileOf(name)).toBe(studio('ada', 'tiny-GGUF', 'tiny-Q8_0.gguf'));
    for (const name of ['ada/two/two.Q4_K_M.gguf', 'ada/two/two.q4_k_m', 'ada/two@Q4_K_M'])
      expect(await fileOf(name)).toBe(studio('ada', 'two', 'two.Q4_K_M.gguf'));
    await expect(fileOf('ada/two')).rejects.toMatchObject({
      message: 'LM Studio has 2 files of "ada/two".',
      remedy: 'Name one of them: lmstudio:ada/two/BF16/two.BF16.gguf, lmstudio:ada/two/two.Q4_K_M.gguf.',
    });
    await expect(fileOf('ada/tinny-GGUF')).rejects.toThrow('it has lmstudio:ada/tiny-GGUF');
    await expect(fileOf('../models/loose.gguf')).rejects.toThrow('LM Studio has no model');
  });

  it('in parts is one, and computes what the whole file does', async () => {
    const parts = ggufParts('llama', 3).map((bytes, i) =>
      put(studio('ada', 'split', `tiny-Q8_0-0000${i + 1}-of-00003.gguf`), bytes),
    );
    const whole = put(join(home(), 'whole.gguf'), wholeGguf('llama'));
    const [model] = await listed('lmstudio');
    expect(model).toMatchObject({ id: 'lmstudio:ada/split', quantisation: 'F32', layers: 2 });
    expect(model!.bytes).toBe(parts.reduce((sum, part) => sum + statSync(part).size, 0));
    const [split, plain] = [await openModel('lmstudio:ada/split', '/'), await openModel(whole, '/')];
    expect(split.files).toEqual(parts);
    expect(split.parameters).toBe(plain.parameters);
    for (const [name, tensor] of plain.fileModel.graph.initializers)
      expect(Buffer.from(split.fileModel.graph.initializers.get(name)!.bytes).equals(tensor.bytes), name).toBe(true);
    await expect(openModel(parts[1]!, '/')).rejects.toMatchObject({
      message: 'The file is part 2 of the 3 that its model was split into.',
      remedy: 'Name the first, tiny-Q8_0-00001-of-00003.gguf.',
    });
    writeFileSync(parts[2]!, readFileSync(parts[1]!));
    await expect(openModel('lmstudio:ada/split', '/')).rejects.toThrow(
      'tiny-Q8_0-00003-of-00003.gguf says of itself that it is another part than its name says.',
    );
    rmSync(parts[2]!);
    await expect(openModel('lmstudio:ada/split', '/')).rejects.toThrow('tiny-Q8_0-00003-of-00003.gguf is missing');
    expect((await listed('lmstudio'))[0]!.problem).toContain('tiny-Q8_0-00003-of-00003.gguf is missing');
  });

  it('may be a folder of safetensors, but not one that MLX has packed', async () => {
    const llama = (file: string): Buffer => readFileSync(modelFile('architectures/llama', file));
    for (const file of ['config.json', 'tokenizer.json', 'tokenizer_config.json', 'model.safetensors'])
      for (const model of ['plain', 'packed']) put(studio('mlx', model, file), llama(file));
    const config = JSON.parse(llama('config.json').toString()) as object;
    put(
      studio('mlx', 'packed', 'config.json'),
      JSON.stringify({ ...config, quantization: { group_size: 64, bits: 4 } }),
    );
    const [packed, plain] = await listed('lmstudio');
    expect([packed!.id, plain!.id, plain!.problem]).toEqual(['lmstudio:mlx/packed', 'lmstudio:mlx/plain', undefined]);
    expect(packed!.problem).toBe('The model "mlx/packed" is quantised for MLX (4 bits), which is not read here.');
    expect(await openModel('lmstudio:mlx/plain', '/')).toMatchObject({ kind: 'safetensors' });
    await expect(openModel('lmstudio:mlx/packed', '/')).rejects.toThrow('quantised for MLX');
  });

  it('may be a virtual one, which is listed with the files that it stands for and is not opened', async () => {
    const hub = (...path: string[]): string => join(home(), '.lmstudio', 'hub', 'models', ...path, 'model.yaml');
    put(studio('ada', 'tiny-GGUF', 'tiny.gguf'), wholeGguf('llama'));
    const source = 'sources: [{ type: huggingface, user: ada, repo: tiny-GGUF }]';
    put(hub('ada', 'tiny'), `model: ada/tiny\nbase:\n  - key: ada/tiny-gguf\n    ${source}\n`);
    put(hub('ada', 'far'), 'model: ada/far\nbase: ada/elsewhere\n');
    put(hub('ada', 'broken'), '{ [');
    put(hub('ada', 'tiny-GGUF'), 'model: ada/tiny-GGUF\n');
    const models = await listed('lmstudio');
    expect(models.map(({ id, problem }) => [id, problem])).toEqual([
      ['lmstudio:ada/broken', '"ada/broken" is a virtual model of LM Studio, a name with settings for files.'],
      [
        'lmstudio:ada/far',
        '"ada/far" is a virtual model of LM Studio, a name with settings for files of ada/elsewhere.',
      ],
      [
        'lmstudio:ada/tiny',
        '"ada/tiny" is a virtual model of LM Studio, a name with settings for files of ada/tiny-gguf.',
      ],
      ['lmstudio:ada/tiny-GGUF', undefined],
    ]);
    await expect(openModel('lmstudio:Ada/Tiny', '/')).rejects.toMatchObject({
      location: { file: hub('ada', 'tiny') },
      remedy: 'Name the files themselves: lmstudio:ada/tiny-GGUF.',
    });
    await expect(openModel('lmstudio:ada/far', '/')).rejects.toMatchObject({
      remedy: 'Its files are not here: lms get ada/far downloads them.',
    });
  });

  it('is looked for where LM Studio was told to keep it, and where its first versions did', async () => {
    const gguf = wholeGguf('llama');
    put(join(home(), '.cache', 'lm-studio', 'models', 'old', 'tiny', 'a.gguf'), gguf);
    put(join(home(), 'moved', 'models', 'pointed', 'tiny', 'a.gguf'), gguf);
    put(join(home(), 'disk', 'chosen', 'tiny', 'a.gguf'), gguf);
    put(join(home(), '.lmstudio-home-pointer'), `${join(home(), 'moved')}\n`);
    put(join(home(), 'moved', 'settings.json'), JSON.stringify({ downloadsFolder: join(home(), 'disk') }));
    put(studio('usual', 'tiny', 'a.gguf'), gguf);
    expect(names(await listed('lmstudio'))).toEqual(
      ['chosen', 'old', 'pointed', 'usual'].map((publisher) => `lmstudio:${publisher}/tiny`),
    );
  });

  it('among thousands of files is found, and links that lead in a circle end', async () => {
    const gguf = wholeGguf('llama');
    for (let i = 0; i < 1000; i++) put(studio('many', `m${i}`, 'notes.txt'), '');
    put(studio('many', 'm500', 'a.gguf'), gguf);
    symlinkSync(studio('many'), studio('many', 'm7', 'again'));
    expect(names(await listed('lmstudio'))).toContain('lmstudio:many/m500');
  });
});
