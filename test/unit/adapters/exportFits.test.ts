import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exportFits } from '../../../src/adapters/exportFits';

describe('what an export of a prompt fits', () => {
  let path: string;
  beforeEach(async () => {
    path = await mkdtemp(join(tmpdir(), 'fits-'));
  });
  afterEach(() => rm(path, { recursive: true }));

  const fits = async (id: string, files: Readonly<Record<string, string>>) => {
    for (const [name, text] of Object.entries(files)) await writeFile(join(path, name), text);
    return (await exportFits({ id, path })).map(({ format, fits: does }) => `${format}${does ? '' : ' not'}`);
  };

  it('is PEFT first where transformers opens the base model', async () => {
    expect(await fits('./models/base', { 'model.safetensors': '' })).toEqual(['peft', 'onnx']);
  });

  it('is ONNX first for the embedded model, whose weights an adapter brings along', async () => {
    expect(await fits('builtin', { 'model.onnx': '' })).toEqual(['onnx', 'peft']);
  });

  it('is ONNX first where the weights for transformers are elsewhere, and says where they are nowhere', async () => {
    expect(await fits('onnx-community/some', { 'model.onnx': '' })).toEqual(['onnx', 'peft']);
    expect(await fits('./models/base', {})).toEqual(['onnx', 'peft not']);
  });

  it('is ONNX alone for a masked model', async () => {
    const config = JSON.stringify({ architectures: ['BertForMaskedLM'] });
    expect(await fits('bert-base-uncased', { 'config.json': config, 'model.safetensors': '' })).toEqual([
      'onnx',
      'peft not',
    ]);
  });
});
