import { describe, expect, it } from 'vitest';
import { checkTemplate } from '../../../../../src/template/check/check';
import { resolveSettings } from '../../../../../src/template/read/resolveSettings';
import { readTemplate, requireTemplate } from '../../../../../src/template/read/template';

const file = (config: string, output = 'answer: string'): string =>
  `---\noutput: { schema: { ${output} } }\ntune.seed: 3\nconfig: ${config}\n---\nSay it: {{answer}}`;

const template = (config: string, output?: string) => requireTemplate(file(config, output), 'a.prompt');

describe('the config of a template', () => {
  it('enters the resolved settings as it is written, and empty values keep their default', () => {
    const { config } = resolveSettings(
      template('{ temperature: 0.7, topK: 5, topP: 1, maxOutputTokens: 9, stopSequences: ["\\n"], seed: 0 }'),
      'hard',
      {},
    );
    expect(config).toEqual({ temperature: 0.7, topK: 5, topP: 1, maxOutputTokens: 9, stopSequences: ['\n'], seed: 0 });
    expect(resolveSettings(template('{ temperature: , topK: 2 }'), 'hard', {}).config).toEqual({ topK: 2 });
    expect(resolveSettings(template(''), 'hard', {}).config).toEqual({});
  });

  it('is outranked key by key', () => {
    const given = template('{ temperature: 0.7, topK: 5 }');
    expect(resolveSettings(given, 'hard', { 'config.topK': '6' }).config).toEqual({ temperature: 0.7, topK: 6 });
    expect(resolveSettings(given, 'hard', { 'tune.config': { topP: 0.5 } }).config).toEqual({ topP: 0.5 });
  });

  it('is no setting of a classification', () => {
    const given = template('{ temperature: 0.7 }', 'answer(enum): [a, b]');
    expect(resolveSettings(given, 'hard', {}).config).toBeUndefined();
    expect(() => resolveSettings(given, 'hard', { 'config.topK': '6' })).toThrow('has no effect');
  });

  it.each([
    ['temperature', '-0.1', 'a number, at least 0, not -0.1'],
    ['temperature', '"0.7"', 'a number, at least 0, not "0.7"'],
    ['temperature', '.inf', 'a number, at least 0'],
    ['topK', '0', 'a whole number, at least 1, not 0'],
    ['topK', '1.5', 'a whole number, at least 1, not 1.5'],
    ['topP', '0', 'a number above 0 and at most 1, not 0'],
    ['topP', '1.01', 'a number above 0 and at most 1, not 1.01'],
    ['maxOutputTokens', '0', 'a whole number, at least 1, not 0'],
    ['stopSequences', '[""]', 'a list of texts, none of them empty'],
    ['stopSequences', '"\\n"', 'a list of texts, none of them empty'],
    ['stopSequences', '[1]', 'a list of texts, none of them empty'],
    ['seed', '-1', 'a whole number, at least 0, not -1'],
  ])('is refused in one sentence at its place: %s: %s', (key, value, sentence) => {
    const text = file(`{ ${key}: ${value} }`);
    const { template: read, findings } = readTemplate(text, 'a.prompt');
    expect(read).toBeUndefined();
    const [found, ...others] = findings.filter(({ severity }) => severity === 'error');
    expect(others).toEqual([]);
    expect(found).toMatchObject({ code: 'invalid-value' });
    expect(found!.message).toContain(`config.${key} must be ${sentence}`.slice(0, 60));
    expect(text.slice(found!.range.start.offset, found!.range.end.offset)).toBe(value);
    expect(() => resolveSettings(template('{}'), 'hard', { [`config.${key}`]: value })).toThrow(
      `config.${key} must be`,
    );
  });

  it('refuses what it does not know, by name, and a value that is no mapping', () => {
    expect(() => template('{ repetitionPenalty: 1.2 }')).toThrow('config knows no "repetitionPenalty"');
    expect(() => template('{ temprature: 0 }')).toThrow('did you mean "temperature"?');
    expect(() => template('hot')).toThrow('config must be a mapping');
    expect(() => resolveSettings(template('{}'), 'hard', { 'config.heat': '1' })).toThrow('config knows no "heat"');
  });

  it("is too large a budget for the model's context, once that is known", () => {
    const found = (contextLength?: number) =>
      checkTemplate(file('{ maxOutputTokens: 300 }'), 'a.prompt', { contextLength }).filter(
        ({ code }) => code === 'invalid-value',
      );
    expect(found(256)).toMatchObject([{ severity: 'error', message: expect.stringContaining('holds 256') as string }]);
    expect(found(300)).toEqual([]);
    expect(found()).toEqual([]);
  });

  it('only warns where labels are chosen', () => {
    const { template: read, findings } = readTemplate(file('{ topK: 0, heat: 1 }', 'answer(enum): [a, b]'), 'a.prompt');
    expect(read).toBeDefined();
    expect(findings.map(({ severity }) => severity)).toEqual(['warning', 'warning']);
  });
});
