import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { limitSteps, stepRefusals, stepsOfTyping } from '../../../../src/chat/stepLimit';
import { allowModelFolders } from '../../../../src/fileAccess';
import { createCheckThread, type CheckElsewhere } from '../../../../src/inspection/threads/checkThread';
import { checkTemplate } from '../../../../src/template/check/check';
import { readTemplateContext } from '../../../../src/workspace/readTemplateContext';
import { bundle } from '../../../support/running/bundle';
import { temporaryFolder } from '../../../support/comparison/comparisons';
import { assembleModel } from '../../../support/models/models';

const written = (loops: number, rest: string): string =>
  `{% for a in range(${loops}) %}{% for b in range(100) %}{% endfor %}{% endfor %}` +
  `{% for m in messages %}${rest}{% endfor %}`;

/** Turns that alone take more steps than a process which a person waits for gives to one rendering. */
const longer = 25;

/** A template beside a model of its own with this chat template. */
async function templateOn(chatTemplate: string) {
  const folder = await temporaryFolder();
  const model = join(folder, 'model');
  await cp(assembleModel('architectures/qwen2'), model, { recursive: true });
  await writeFile(join(model, 'chat_template.jinja'), chatTemplate);
  await writeFile(join(folder, 't.jsonl'), '{"text":"x","label":"a"}\n{"text":"y","label":"b"}\n');
  const text = [
    '---',
    'model: model',
    'output: { schema: { label(enum): [a, b] } }',
    'tune.data: { train: t.jsonl }',
    '---',
    '{{role "system"}}Sort.{{role "user"}}{{text}}{{label}}',
  ].join('\n');
  return { text, path: join(folder, 'a.prompt'), runsFolder: join(folder, 'runs') };
}

const nobody = new AbortController().signal;

describe('the thread that checks what an editor has no time for', () => {
  let check: CheckElsewhere;
  beforeAll(async () => {
    check = createCheckThread(await bundle('src/inspection/threads/checkWorker.ts', 'check'));
  });
  afterEach(() => {
    limitSteps(undefined);
    allowModelFolders(true);
    vi.restoreAllMocks();
  });

  it.each([
    ['comes to no end', written(99_999, '{{ m.content }}'), ['chat-limit']],
    ['takes long', written(longer, "{% if m.role != 'system' %}{{ m.content }}{% endif %}"), ['message-dropped']],
    ['takes long and refuses', written(longer, "{{ raise_exception('Never ' ~ m.role) }}"), ['chat-refused']],
  ])(
    'says what is wrong with a chat template that %s, of which the editor says only that it was not checked',
    async (_, chatTemplate, codes) => {
      const template = await templateOn(chatTemplate);
      limitSteps(stepsOfTyping);
      const refusals = stepRefusals();
      const context = await readTemplateContext(template.text, template.path, { rows: true, tokens: true });
      const chat = (found: readonly { readonly code: string }[]) =>
        found
          .map(({ code }) => code)
          .filter((code) => code.startsWith('chat') || code.startsWith('message') || code === 'not-checked');
      expect(chat(checkTemplate(template.text, template.path, context))).toEqual(['not-checked']);
      expect(stepRefusals()).toBeGreaterThan(refusals);
      expect(chat(await check(template, nobody))).toEqual(codes);
    },
  );

  it('reads what the process that asks may read, and no more', async () => {
    const template = await templateOn(written(0, '{{ m.content }}'));
    expect((await check(template, nobody)).map(({ code }) => code)).not.toContain('not-checked');
    allowModelFolders(false);
    expect((await check(template, nobody)).map(({ code }) => code)).toContain('not-checked');
  });

  it('is ended in the middle of its work, and asked nothing that is not wanted any more', async () => {
    const terminate = vi.spyOn(Worker.prototype, 'terminate');
    const template = await templateOn(written(99_999, '{{ m.content }}'));
    const edit = new AbortController();
    const checked = check(template, edit.signal);
    edit.abort(new Error('edited'));
    await expect(checked).rejects.toThrow('edited');
    expect(terminate).toHaveBeenCalledOnce();
    await terminate.mock.results[0]!.value;
    await expect(check(template, edit.signal)).rejects.toThrow('edited');
    expect(terminate).toHaveBeenCalledOnce();
  });
});
