import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openModel } from '../../../../src/model/openModel';
import { modelFile } from '../../../support/models/models';

const temporary = mkdtempSync(join(tmpdir(), 'prompt-tuner-model-files-'));
afterAll(() => rmSync(temporary, { recursive: true, force: true }));

/** A folder with the configuration and tokenizer of a tiny Llama. */
function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(temporary, 'model-'));
  for (const file of ['config.json', 'tokenizer.json', 'tokenizer_config.json'])
    copyFileSync(modelFile('architectures/llama', file), join(folder, file));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

/** What Git leaves in the place of a large file where Git LFS is not set up. */
const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'ab'.repeat(32)}\nsize 269060552\n`;

describe('a model folder that cannot be opened', () => {
  it.each(['model.safetensors', 'model.gguf', 'onnx/model.onnx'])(
    'says that %s is a Git LFS pointer, not that it is cut off',
    async (name) => {
      await expect(openModel(folderWith({ [name]: pointer }), '/')).rejects.toMatchObject({
        code: 'model-truncated',
        message: expect.stringContaining('is a Git LFS pointer') as string,
        remedy: expect.stringContaining('git lfs pull') as string,
      });
    },
  );

  it('says it of the tokenizer', async () => {
    const folder = folderWith({ 'tokenizer.json': pointer });
    copyFileSync(modelFile('architectures/llama', 'model.safetensors'), join(folder, 'model.safetensors'));
    await expect(openModel(folder, '/')).rejects.toMatchObject({
      message: expect.stringContaining('tokenizer.json is a Git LFS pointer') as string,
    });
  });

  it.each(['pytorch_model.bin', 'pytorch_model-00001-of-00002.bin'])(
    'says that %s alone is a pickle, which is not read',
    async (name) => {
      await expect(openModel(folderWith({ [name]: 'PK' }), '/')).rejects.toMatchObject({
        code: 'model-missing',
        message: expect.stringContaining('only as a pickle of PyTorch') as string,
        remedy: expect.stringContaining('save_pretrained') as string,
      });
    },
  );
});
