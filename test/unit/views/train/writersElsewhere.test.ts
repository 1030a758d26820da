import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readTemplate } from '../../../../src/template/read/template';
import { writersElsewhere } from '../../../../src/views/train/writersElsewhere';
import { temporaryFolder } from '../../../support/comparison/comparisons';
import { hostedTemplate, template } from '../../../support/pages/trainForm';

async function inFolder() {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'big.prompt'), '---\nmodel: openai:big\n---\n{{role "user"}}{{current}}\n');
  await writeFile(join(folder, 'own.prompt'), '---\nconfig: { temperature: 1 }\n---\n{{role "user"}}{{current}}\n');
  return readTemplate(template.text, join(folder, 'triage.prompt')).template!;
}

describe('the models elsewhere that a form would ask for instructions', () => {
  it('are those of the prompts that are asked, each once, where an instruction is searched', async () => {
    const here = await inFolder();
    const writers = (set: Readonly<Record<string, string>>, methods: readonly ('soft' | 'v2')[] = ['v2']) =>
      writersElsewhere(here, { methods, set });
    expect(await writers({ propose: '[big.prompt, own.prompt]' })).toEqual(['openai:big']);
    expect(await writers({ propose: '[big.prompt]', learningRate: '0.1, 0.2' }, ['soft', 'v2'])).toEqual([
      'openai:big',
    ]);
    expect(await writers({ propose: '[own.prompt]' })).toEqual([]);
    expect(await writers({ propose: '[big.prompt]' }, ['soft'])).toEqual([]);
    expect(await writers({ propose: '[big.prompt]', instruction: 'fixed' })).toEqual([]);
    expect(await writers({})).toEqual([]);
  });

  it('are none where the form is wrong, or the text itself is measured elsewhere', async () => {
    const here = await inFolder();
    expect(await writersElsewhere(here, { methods: ['v2'], set: { propose: '[absent.prompt]' } })).toEqual([]);
    expect(await writersElsewhere(here, { methods: ['v2'], set: { propose: '[big.prompt]', steps: 'x' } })).toEqual([]);
    expect(await writersElsewhere(hostedTemplate, { methods: ['hard'], set: {} })).toEqual([]);
  });
});
