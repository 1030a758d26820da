import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatImportedPrompt, importPrompt, isPromptFile } from '../../../src/commands/importPromptFile';
import { workspace } from '../../support/runs/runCli';

describe('prompt-tuner import of a prompt file', () => {
  it('writes the template beside it, names what is left out, and writes over nothing', async () => {
    const folder = await workspace({
      'Review this.prompt.md': '\ufeff---\ntools: [fetch]\n---\nJudge ${input:text}.\n',
    });
    const file = join(folder, 'Review this.prompt.md');
    expect([isPromptFile(file), isPromptFile('run.zip'), isPromptFile('a.md')]).toEqual([true, false, false]);
    const made = await importPrompt(file);
    expect(made.template).toBe(join(folder, 'review-this.prompt'));
    expect(await readFile(made.template, 'utf8')).toContain('Judge {{text}}.\n\n{{answer}}\n');
    expect(formatImportedPrompt(made)).toBe(`${made.template}\n- The tools fetch: a template calls none.`);
    await writeFile(made.template, 'mine');
    await expect(importPrompt(file)).rejects.toMatchObject({ code: 'file-exists' });
    expect(await readFile(made.template, 'utf8')).toBe('mine');
  });

  it('says where a prompt file is broken, and that one is not there', async () => {
    const folder = await workspace({ 'a.prompt.md': '---\ntools: [\n---\nx' });
    const file = join(folder, 'a.prompt.md');
    await expect(importPrompt(file)).rejects.toMatchObject({ code: 'import-format', location: { file, line: 2 } });
    await expect(importPrompt(join(folder, 'b.prompt.md'))).rejects.toMatchObject({ code: 'template-missing' });
  });
});
