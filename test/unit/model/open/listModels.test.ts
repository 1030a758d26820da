import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findModelFiles } from '../../../../src/model/open/modelFiles';
import { listModels, nameModels, rememberModel } from '../../../../src/model/open/listModels';
import { readTemplateContext } from '../../../../src/workspace/readTemplateContext';
import { completeAt } from '../../../../src/template/language/completion';
import { hoverAt } from '../../../../src/template/language/hover';
import { checkTemplate } from '../../../../src/template/check/check';
import { ollamaStore, put, wholeGguf } from '../../../support/models/modelStores';
import { listed, names, strangersHome } from '../../../support/models/storeHome';

const home = strangersHome();
const snapshot = (id: string, file: string): string =>
  join(home(), 'huggingface', 'hub', `models--${id.replace('/', '--')}`, 'snapshots', 'c0ffee', file);

describe('the models at hand', () => {
  it('are, of a repository of GGUF files in the hub’s cache, each file by the name that opens it', async () => {
    put(snapshot('ada/several', 'tiny-Q4_K_M.gguf'), wholeGguf('llama', { 'general.file_type': 15 }));
    const half = put(snapshot('ada/several', 'tiny-f16.gguf'), wholeGguf('llama', { 'general.file_type': 1 }));
    put(snapshot('ada/several', 'mmproj-f16.gguf'), wholeGguf('llama', { 'general.type': 'mmproj' }));
    put(snapshot('ada/one', 'tiny.gguf'), wholeGguf('qwen3'));
    const models = await listed('hub');
    expect(models.map(({ id, quantisation }) => `${id} ${quantisation}`)).toEqual([
      'ada/one F32',
      'ada/several#q4_k_m Q4_K_M',
      'ada/several#f16 F16',
    ]);
    expect((await findModelFiles('ada/several#f16', '/')).file).toBe(half);
  });

  it('that cannot be opened are listed with the reason; what is gone is not', async () => {
    const odd = put(join(home(), 'odd.gguf'), wholeGguf('llama', { 'general.architecture': 'mamba' }));
    for (const path of [odd, join(home(), 'gone.gguf'), put(join(home(), 'torn.gguf'), 'GG')])
      await rememberModel(path);
    const folders = await listed('folder');
    expect(folders.map(({ id, problem }) => [id, problem])).toEqual([[odd, expect.stringContaining('mamba')]]);
  });

  it('are named for typing without a file being opened, with the quantisation once somebody has', async () => {
    const ollama = ollamaStore(join(home(), '.ollama', 'models'));
    ollama.manifest('registry.ollama.ai/library/tiny/1b', [
      ollama.layer('model', wholeGguf('llama', { 'general.file_type': 0, 'general.name': 'typed' })),
    ]);
    ollama.manifest('registry.ollama.ai/library/cloud/latest', [], { remote_host: 'https://ollama.com' });
    const typed = async (): Promise<readonly string[]> =>
      (await nameModels()).map(({ id, details }) => `${id}: ${details}`).filter((each) => each.startsWith('ollama'));
    expect(await typed()).toEqual([expect.stringMatching(/^ollama:tiny:1b: Ollama · [\d.]+ kB$/)]);
    await listModels();
    expect(await typed()).toEqual([expect.stringMatching(/^ollama:tiny:1b: Ollama · [\d.]+ kB · F32$/)]);
  });
});

describe('a template for a model of another program', () => {
  const file = '/nowhere/t.prompt';
  const text = (model: string): string => `---\nmodel: ${model}\n---\nHello.\n`;
  const tiny = (): void => {
    const ollama = ollamaStore(join(home(), '.ollama', 'models'));
    ollama.manifest('registry.ollama.ai/library/tiny/1b', [ollama.layer('model', wholeGguf('llama'))]);
    ollama.manifest('registry.ollama.ai/library/odd/latest', [
      ollama.layer('model', wholeGguf('llama')),
      ollama.layer('adapter', 'GGUF'),
    ]);
  };

  it.each(['oll', 'ollama', 'ollama:', 'ollama:ti', 'ollama:tiny:', '"ollama:t'])(
    'is completed behind %s, the whole name in place of what is written',
    async (written) => {
      tiny();
      const before = `---\nmodel: ${written}`;
      const item = completeAt(before, before.length, await readTemplateContext(before, file)).find(
        ({ label }) => label === 'ollama:tiny:1b',
      );
      expect(item?.detail).toMatch(/^Ollama · [\d.]+ kB/);
      expect(before.slice(0, item!.range.start.offset) + item!.insert).toMatch(/^---\nmodel: "?ollama:tiny:1b"?$/);
    },
  );

  it('shows on its key whose the model is and how large', async () => {
    tiny();
    const whole = text('ollama:tiny:1b');
    const hover = hoverAt(whole, whole.indexOf('model') + 1, await readTemplateContext(whole, file));
    expect(hover?.markdown).toMatch(/`ollama:tiny:1b`: Ollama · [\d.]+ kB/);
  });

  it('is told what to pull where the model is missing, with the nearest name as a fix', async () => {
    tiny();
    const whole = text('ollama:tiny:2b');
    const context = await readTemplateContext(whole, file, { tokens: true });
    const finding = checkTemplate(whole, file, context).find(({ code }) => code === 'model-unknown');
    expect(finding?.message).toBe(
      'Ollama has no model "tiny:2b"; it has ollama:tiny:1b. Fetch it: ollama pull tiny:2b.',
    );
    expect(finding?.fixes.map(({ title }) => title)).toEqual(['Use ollama:tiny:1b', 'Use builtin']);
  });

  it('is not told that a model is missing which cannot be opened, but why', async () => {
    tiny();
    const whole = text('ollama:odd');
    const context = await readTemplateContext(whole, file, { tokens: true });
    expect(checkTemplate(whole, file, context).map(({ code }) => code)).not.toContain('model-unknown');
    expect(context.noTokens).toContain('changes its weights by a LoRA adapter, which is not applied here');
    expect(names(await listed('ollama'))).toContain('ollama:odd:latest');
  });
});
