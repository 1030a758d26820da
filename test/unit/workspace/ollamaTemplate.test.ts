import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkTemplate } from '../../../src/template/check/check';
import { readTemplateContext } from '../../../src/workspace/readTemplateContext';
import { ollamaStore, wholeGguf } from '../../support/models/modelStores';
import { strangersHome } from '../../support/models/storeHome';
import { task } from '../template/check/checkCase';

const home = strangersHome();

describe('a model of Ollama', () => {
  async function found(model: string, keys = ''): Promise<readonly string[]> {
    const text = task('{{text}}{{label}}', `model: ${model}\n${keys}`);
    const path = join(home(), 'a.prompt');
    const context = await readTemplateContext(text, path, { tokens: true });
    return checkTemplate(text, path, context)
      .filter(({ code }) => code === 'chat-template-unread' || code === 'not-checked')
      .map(
        ({ severity, range, message }) => `${severity} ${text.slice(range.start.offset, range.end.offset)}: ${message}`,
      );
  }

  it('whose form of messages is only in the language of Go has a finding, unless the template decides', async () => {
    const store = ollamaStore(join(home(), '.ollama', 'models'));
    const plain = store.layer('model', wholeGguf('llama'));
    const chat = store.layer('model', wholeGguf('llama', { 'tokenizer.chat_template': '{{ messages[0].content }}' }));
    const template = store.layer('template', '{{ .System }} {{ .Prompt }}');
    store.manifest('registry.ollama.ai/library/go/latest', [plain, template]);
    store.manifest('registry.ollama.ai/library/both/latest', [chat, template]);
    store.manifest('registry.ollama.ai/library/bare/latest', [plain]);
    expect(await found('ollama:go')).toEqual([
      'warning ollama:go: Ollama puts messages before this model by a template in its own language, which is not ' +
        'read here, and the file has no other: the model reads this prompt as one text.',
    ]);
    for (const format of ['text', 'chat']) expect(await found('ollama:go', `tune.format: ${format}\n`)).toEqual([]);
    expect(await found('ollama:both')).toEqual([]);
    expect(await found('ollama:bare')).toEqual([]);
  });
});
