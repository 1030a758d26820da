import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { readTokenizerRecords } from '../../../../src/model/tokenizer/tokenizer';
import { embeddedDefault, embeddedModels, findFolder, findModelFiles } from '../../../../src/model/open/modelFiles';
import { readModelReference } from '../../../../src/model/open/modelReference';
import { modelsOfTemplates } from '../../../../src/workspace/templateModels';
import { writeFileSync } from 'node:fs';

const builtin = join(embeddedModels, embeddedDefault);

async function temporary(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'prompt-tuner-models-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

describe('the model that a template names', () => {
  it('may have a # in its path, and a variant behind another', async () => {
    const folder = await temporary();
    const model = join(folder, 'C# models', 'tiny');
    await cp(builtin, model, { recursive: true });
    expect(await findFolder('./C# models/tiny', folder)).toBe(model);
    expect((await findModelFiles('./C# models/tiny', folder)).folder).toBe(model);
    expect(readModelReference('./C# models/tiny#q4', folder)).toEqual({
      named: './C# models/tiny',
      path: model,
      variant: 'q4',
    });
    expect(readModelReference('org/name#q4', folder)).toMatchObject({ named: 'org/name', variant: 'q4' });
    const template = join(folder, 'a.prompt');
    writeFileSync(template, '---\nmodel: "./C# models/tiny"\n---\nx');
    expect(await modelsOfTemplates([template])).toEqual([model]);
  });

  it('may be below the home folder', () => {
    expect(readModelReference('~/models/tiny', '/work').path).toBe(join(homedir(), 'models', 'tiny'));
  });

  it("may be one of the hub's first years, whose id has no organisation", async () => {
    const cache = await temporary();
    const snapshot = join(cache, 'models--gpt2', 'snapshots', 'a'.repeat(40));
    await mkdir(join(snapshot, '..'), { recursive: true });
    await cp(builtin, snapshot, { recursive: true });
    vi.stubEnv('HF_HUB_CACHE', cache);
    onTestFinished(() => void vi.unstubAllEnvs());
    expect(await findFolder('gpt2', cache)).toBe(snapshot);
    await expect(findFolder('gpt3', cache)).rejects.toMatchObject({ code: 'model-missing', location: {} });
  });

  it('needs no tokenizer_config.json beside its tokenizer.json', async () => {
    const folder = await temporary();
    await cp(join(builtin, 'tokenizer.json'), join(folder, 'tokenizer.json'));
    const { definition, settings } = await readTokenizerRecords(folder);
    expect(definition).toHaveProperty('model');
    expect(settings).toEqual({});
    await rm(join(folder, 'tokenizer.json'));
    await expect(readTokenizerRecords(folder)).rejects.toMatchObject({ code: 'tokenizer-missing' });
    expect(basename(builtin)).toBe(embeddedDefault);
  });
});
