import { describe, expect, it } from 'vitest';
import { settingDifferences } from '../../../../src/comparison/study/settingDifferences';
import { newRecord } from '../../../../src/runs/record/newRecord';
import type { RunRecord } from '../../../../src/runs/record/record';
import { resolveSettings } from '../../../../src/template/read/resolveSettings';
import { requireTemplate } from '../../../../src/template/read/template';

const template = requireTemplate(
  '---\noutput: { format: json, schema: { city: string } }\n---\n{{text}}\n{{city}}',
  'a.prompt',
);
const runOf = (method: 'hard' | 'soft', set: Readonly<Record<string, unknown>>): RunRecord =>
  newRecord(template, resolveSettings(template, method, set));

describe('the settings in which studies differ', () => {
  it.each(['hard', 'soft'] as const)('are whether answers were held to the schema, of %s prompts', (method) => {
    const [held, free] = [runOf(method, {}), runOf(method, { 'tune.constrain': false })];
    expect(settingDifferences([held, free])).toEqual([
      { name: 'tune.constrain', values: ['true', 'false'], chosen: true },
    ]);
    expect(settingDifferences([held, held])).toEqual([]);
  });

  it('are so for a run of a version that held none', () => {
    const run = runOf('soft', {});
    const earlier = { ...run, settings: { ...run.settings, constrain: undefined } };
    expect(settingDifferences([run, earlier])).toMatchObject([{ name: 'tune.constrain', values: ['true', 'false'] }]);
    expect(settingDifferences([earlier, runOf('soft', { 'tune.constrain': false })])).toEqual([]);
  });
});
