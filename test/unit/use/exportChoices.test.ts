import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exportChoices } from '../../../src/use/export/exportChoices';
import type { RunRecord } from '../../../src/runs/record/record';
import { requireTemplate } from '../../../src/template/read/template';
import { resolveSettings } from '../../../src/template/read/resolveSettings';
import type { Method } from '../../../src/template/settings/settings';

describe('what a run can be exported as', () => {
  let path: string;
  beforeEach(async () => {
    path = await mkdtemp(join(tmpdir(), 'choices-'));
  });
  afterEach(() => rm(path, { recursive: true }));

  async function fitting(
    method: Method,
    { body = '{{text}}', set = {}, ...record }: Partial<RunRecord> & { body?: string; set?: object } = {},
  ): Promise<readonly string[]> {
    const text = `---\noutput:\n  schema:\n    label(enum): [good, bad]\n---\n${body}\n{{label}}`;
    const template = requireTemplate(text, join(path, 'day.prompt'));
    const choices = await exportChoices({
      method,
      model: { id: 'builtin', path, sha256: '', parameters: 1 },
      settings: resolveSettings(template, method, { ...set }),
      template: { path: template.path, text, sha256: '', partials: {} },
      ...record,
    });
    expect(new Set(choices.map(({ format }) => format)).size).toBe(choices.length);
    return choices.filter(({ fits }) => fits).map(({ format }) => format);
  }

  it('is everything but text where vectors stand in front', async () => {
    expect(await fitting('soft')).toEqual(['onnx', 'peft', 'transformers.js', 'embeddings', 'tensorrt-llm']);
  });

  it('is no folder for pipelines where vectors stand within the text', async () => {
    expect(await fitting('soft', { body: '{{text}}{{soft 2}}' })).not.toContain('transformers.js');
    const set = { 'tune.layers': 'input', 'tune.instruction': 'embeddings' };
    expect(await fitting('v2', { body: '{{#instruction}}Say it.{{/instruction}} {{text}}', set })).toEqual([
      'onnx',
      'peft',
      'embeddings',
      'tensorrt-llm',
    ]);
  });

  it('is nothing among embeddings where keys and values were trained in every layer', async () => {
    expect(await fitting('v2', { set: { 'tune.instruction': 'fixed' } })).toEqual(['onnx', 'peft', 'transformers.js']);
  });

  it('is the text alone of a hard prompt, and text too where it was rewritten', async () => {
    expect(await fitting('hard')).toEqual(['text']);
    const rewritten = { original: '', instruction: 'Say it.', text: 'Say it. {{text}}', edits: [] };
    expect(await fitting('v2', { rewritten })).toContain('text');
  });

  it('is nothing for servers of a masked model', async () => {
    await writeFile(join(path, 'config.json'), JSON.stringify({ architectures: ['BertForMaskedLM'] }));
    expect(await fitting('soft')).toEqual(['onnx', 'transformers.js']);
  });
});
