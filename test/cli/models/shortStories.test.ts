import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { assembleModel } from '../../support/models/models';
import { writeShortStories } from '../../support/models/shortStories';

it('the model that tests search words with is the first layer of the one that was taught by stories', async () => {
  const written = await mkdtemp(join(tmpdir(), 'prompt-tuner-short-'));
  onTestFinished(() => rm(written, { recursive: true, force: true }));
  await writeShortStories(written, 1);
  const kept = assembleModel('reference/stories1');
  for (const file of ['model.safetensors', 'config.json', 'tokenizer.json', 'LICENSE'])
    expect((await readFile(join(kept, file))).equals(await readFile(join(written, file))), file).toBe(true);
});
