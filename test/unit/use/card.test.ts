import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { runCard, type CardBase } from '../../../src/use/export/card';
import { record, result } from '../../support/runs/records';

const base: CardBase = { licence: 'apache-2.0', kind: 'causal' };

const text = [
  '---',
  'model: /home/somebody/models/base',
  'description: Says which desk answers',
  'output:',
  '  schema:',
  '    label(enum): [good, bad]',
  '---',
  '{{text}} is{{label}}',
].join('\n');

const measured = record('r1', {
  template: { path: '/home/somebody/work/desk.prompt', text, sha256: 'aa' },
  model: { id: '/home/somebody/models/base', path: '/home/somebody/models/base', sha256: 'bb', parameters: 1000 },
  data: { test: { path: '/home/somebody/work/test.jsonl', rows: 40, sha256: 'dd' } },
  result: { ...result('soft', 0.75, 'r1'), accuracyInterval: [0.6, 0.85], majority: { label: 'good', accuracy: 0.5 } },
  initFrom: '/home/somebody/work/other/adapter',
});

const headOf = (card: string): unknown => parse(/^---\n([\s\S]*?)\n---\n/.exec(card)![1]!);

describe('the card of a run', () => {
  it('has a head as the hub reads it, with the interval beside each number', () => {
    expect(headOf(runCard(measured, base))).toEqual({
      license: 'apache-2.0',
      pipeline_tag: 'text-generation',
      tags: ['prompt-tuner', 'prompt-tuning', 'soft-prompt'],
      'model-index': [
        {
          name: 'desk',
          results: [
            {
              task: { type: 'text-classification' },
              dataset: { name: 'test.jsonl', type: 'local', split: 'test', revision: 'dd' },
              metrics: [{ type: 'accuracy', value: 0.75, name: 'accuracy (95 % interval 0.600–0.850)' }],
            },
          ],
        },
      ],
    });
  });

  it('names a base model of the hub, without what chooses a file of it', () => {
    const card = runCard({ ...measured, model: { ...measured.model, id: 'owner/name#q4' } }, base);
    expect(headOf(card)).toMatchObject({ base_model: 'owner/name', base_model_relation: 'adapter' });
  });

  it('names no place on the machine that it was made on', () => {
    expect(runCard(measured, base)).not.toMatch(/somebody|\/home|\\/);
  });

  it('says where nothing was measured, and where no licence is known', () => {
    const card = runCard({ ...measured, result: undefined }, { ...base, licence: null });
    expect(headOf(card)).not.toHaveProperty('model-index');
    expect(card).toContain('Not measured.');
    expect(card).toContain('Its licence is not written beside it');
  });
});
