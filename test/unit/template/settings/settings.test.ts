import { describe, expect, it } from 'vitest';
import { resolveSettings } from '../../../../src/template/read/resolveSettings';
import { settingKeys } from '../../../../src/template/settings/settingKeys';
import { readTemplate } from '../../../../src/template/read/template';
import { lines } from '../../../support/text/lines';

const classification = readTemplate(
  lines(
    '---',
    'output: { schema: { label(enum): [a, b] } }',
    'tune.data: { train: t }',
    'tune.labels: { a: " yes" }',
    'tune.steps: 40',
    '---',
    '{{x}}{{label}}',
  ),
  'a.prompt',
).template!;
const generation = readTemplate(
  '---\noutput: { schema: { answer: string } }\n---\nAnswer: {{x}}{{answer}}',
  'a.prompt',
).template!;

describe('resolving settings', () => {
  it('leaves nothing open but a column that is not named, and what only JSON has', () => {
    for (const method of ['hard', 'soft', 'v1', 'v2'] as const) {
      const settings = resolveSettings(generation, method, {});
      expect(
        settingKeys.filter(
          ({ name, type }) =>
            type.kind !== 'column' && name !== 'constrain' && settings[name as keyof typeof settings] === undefined,
        ),
      ).toEqual([]);
    }
  });

  it('has the documented defaults of each method', () => {
    expect(resolveSettings(classification, 'soft', {})).toEqual({
      method: 'soft',
      data: { train: 't' },
      labels: { a: [' yes'], b: [' b'] },
      length: 20,
      init: { kind: 'text' },
      encoder: 'lstm',
      encoderSize: 0,
      projection: false,
      layers: 'all',
      dropout: 0,
      optimizer: 'adamw',
      blackBox: false,
      learningRate: 'auto',
      schedule: 'linear',
      warmup: 0.06,
      weightDecay: 0.01,
      steps: 40,
      batchSize: 16,
      accumulate: 1,
      clip: 1,
      seed: 1,
      seeds: 1,
      splitSeed: 1,
      evalEvery: 50,
      evalRows: 40,
      patience: 0,
      objective: 'label',
      labelSmoothing: 0,
      metrics: [{ kind: 'exact', name: 'exact' }],
      prefixSharing: true,
      checkpointing: false,
      instruction: 'fixed',
      searchBudget: 12000,
      readability: 'strict',
      maxLength: 0,
      truncate: 'none',
      format: 'auto',
      chat: {},
      trimMessages: true,
      examplesAs: 'written',
      examples: 'none',
      propose: 'auto',
    });
    expect(resolveSettings(generation, 'v2', {})).toMatchObject({
      dropout: 0,
      instruction: 'both',
      objective: 'token',
      labels: {},
    });
    // Without an instruction there is none to rewrite.
    expect(resolveSettings(classification, 'v2', {}).instruction).toBe('fixed');
  });

  it('holds answers to JSON by default where they are JSON and there is a schema', () => {
    const of = (lines: string, overrides = {}): unknown =>
      resolveSettings(readTemplate(`---\n${lines}\n---\n{{x}}\n{{answer}}`, 'a.prompt').template!, 'soft', overrides)
        .constrain;
    expect(of('output: { format: json, schema: { answer: string } }')).toBe(true);
    expect(of('output: { format: json, schema: { answer: string } }\ntune.constrain: false')).toBe(false);
    expect(of('output: { format: json, schema: { answer: string } }', { 'tune.constrain': 'false' })).toBe(false);
    expect(of('output: { schema: { answer: string } }')).toBeUndefined();
    expect(of('output: { schema: { answer: string } }\ntune.constrain: false')).toBeUndefined();
    expect(() => of('output: { schema: { answer: string } }', { 'tune.constrain': 'true' })).toThrow(/here is text/);
    expect(() => of('output: { schema: { answer(enum): [a, b] } }', { 'tune.constrain': 'true' })).toThrow(
      /chosen among labels/,
    );
  });

  it('lets an override win, read as YAML', () => {
    const overrides = {
      'tune.steps': '7',
      'tune.learningRate': '1e-2',
      'tune.prefixSharing': 'false',
      'tune.init': '{ text: "two words" }',
      'tune.optimizer': 'sgd',
      'tune.seed': 3,
    };
    expect(resolveSettings(classification, 'soft', overrides)).toMatchObject({
      steps: 7,
      learningRate: 0.01,
      prefixSharing: false,
      init: { kind: 'text', words: 'two words' },
      optimizer: 'sgd',
      seed: 3,
    });
  });

  it('changes one entry through a dotted sub-key and keeps spaces as typed', () => {
    const overrides = { 'tune.data.dev': 'a: b.jsonl', 'tune.labels.b': ' no', 'tune.labels.a': '[" x", " y"]' };
    expect(resolveSettings(classification, 'soft', overrides)).toMatchObject({
      data: { train: 't', dev: 'a: b.jsonl' },
      labels: { a: [' x', ' y'], b: [' no'] },
    });
  });

  it.each([
    ['unknown-key', { 'tune.stepz': '7' }, 'tune.steps'],
    ['unknown-key', { 'tune.steps.more': '7' }, 'tune.steps'],
    ['invalid-value', { 'tune.steps': '0' }, 'at least 1'],
    ['invalid-value', { 'tune.steps': '[1' }, 'YAML'],
    ['invalid-value', { 'tune.dropout': '1' }, 'below 1'],
    ['invalid-value', { 'tune.learningRate': '-1' }, 'above 0'],
    ['invalid-value', { 'tune.data.valid': 'x' }, 'train, dev and test'],
    ['label-unknown', { 'tune.labels.c': ' x' }, '"c"'],
    ['label-duplicate-word', { 'tune.labels.b': ' yes' }, ' yes'],
  ])('refuses with %s: %j', (code, overrides, mention) => {
    const failure = (() => {
      try {
        resolveSettings(classification, 'soft', overrides);
      } catch (error) {
        return error as { code: string; message: string; remedy: string };
      }
    })();
    expect(failure?.code).toBe(code);
    expect(`${failure?.message} ${failure?.remedy}`).toContain(mention);
  });

  it('refuses the label objective where there are no labels', () => {
    expect(() => resolveSettings(generation, 'soft', { 'tune.objective': 'label' })).toThrow(
      expect.objectContaining({ code: 'invalid-value' }),
    );
  });
});
