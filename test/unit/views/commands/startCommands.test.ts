import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CompareRequest } from '../../../../src/runs/queue/queue';
import { startCommands } from '../../../../src/views/commands/startCommands';
import { assembleModel } from '../../../support/models/models';
import { editor, resetEditor, Uri } from '../../../support/standIns/vscodeStub';

let folder = '';
beforeEach(() => {
  resetEditor(true);
  folder = mkdtempSync(join(tmpdir(), 'prompt-tuner-compare-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Compares a template of the model as a person does who takes what is offered last. */
async function compared(model: string, given: readonly unknown[] = []): Promise<readonly unknown[]> {
  const file = join(folder, 'day.prompt');
  writeFileSync(file, `---\nmodel: ${model}\noutput: { schema: { label(enum): [a, b] } }\n---\n{{text}}{{label}}`);
  const requests: Omit<CompareRequest, 'file' | 'runs'>[] = [];
  const commands = startCommands({
    client: {
      compare: ({ methods, formats, seeds }: CompareRequest) => {
        requests.push({ methods, ...(formats && { formats }), ...(seeds !== undefined && { seeds }) });
        return Promise.resolve([]);
      },
    },
    watcher: { runs: [], refresh: () => Promise.resolve() },
    panel: { open: vi.fn() },
    form: { open: vi.fn() },
    report: vi.fn(),
  } as never);
  editor.pick = (items) => (items.some(({ label }) => label.includes('P-Tuning')) ? items.slice(0, 2) : items.at(-1));
  await commands.find(({ id }) => id === 'compare')!.run(Uri.file(file) as never, ...(given as never[]));
  return requests;
}

/** A model whose chat template is in its folder. */
function chatModel(): string {
  const model = join(folder, 'model');
  cpSync(assembleModel('architectures/qwen2'), model, { recursive: true });
  writeFileSync(join(model, 'chat_template.jinja'), "{% for m in messages %}{{ m['content'] }}{% endfor %}");
  return model;
}

describe('a comparison that is started in the window', () => {
  it('takes both forms of the prompt where the model reads both', async () => {
    expect(await compared(chatModel())).toEqual([{ methods: ['hard', 'soft'], formats: ['chat', 'text'], seeds: 5 }]);
    expect(editor.shown.filter(([kind]) => kind === 'showQuickPick')).toHaveLength(3);
  });

  it.each([
    ['without a chat template', 'architectures/llama'],
    ['that is masked', 'masked/bert'],
  ])('does not ask for a form with a model %s', async (_, model) => {
    expect(await compared(assembleModel(model))).toEqual([{ methods: ['hard', 'soft'], formats: [], seeds: 5 }]);
    expect(editor.shown.filter(([kind]) => kind === 'showQuickPick')).toHaveLength(2);
  });

  it('asks nothing where methods and forms come with the command, and takes no form that there is not', async () => {
    expect(await compared(chatModel(), [['hard'], ['text', 'chat']])).toEqual([
      { methods: ['hard'], formats: ['chat', 'text'] },
    ]);
    expect(await compared(chatModel(), [['hard'], ['html']])).toEqual([{ methods: ['hard'] }]);
    expect(editor.shown.filter(([kind]) => kind === 'showQuickPick')).toEqual([]);
  });
});
