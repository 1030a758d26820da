import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderPrompt } from '../../../../src/template/render/render';
import { instructionSource, replaceInstruction } from '../../../../src/template/edit/replaceInstruction';
import { readTemplate } from '../../../../src/template/read/template';

const file = (body: string): string =>
  `---\noutput:\n  schema:\n    label(enum): [good, bad]\ntune.labels: { good: " fine {{x}}" }\n---\n\n${body}\n`;
const instructionIn = (text: string): string => {
  const { template } = readTemplate(text, 'a.prompt');
  return renderPrompt(template!, { text: 'T' })
    .segments.map((segment) => (segment.kind === 'text' && segment.instruction ? segment.text : ''))
    .join('');
};
const failureOf = (act: () => unknown): unknown => {
  try {
    return act();
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe('exchanging the instruction of a template', () => {
  it.each([
    ['between its tags', '{{#instruction}}Say it.{{/instruction}}\nText: {{text}}\n{{label}}', 'Say it.'],
    ['behind other text', 'Hello.\n{{#instruction}}Say\r\nit.{{/instruction}} {{text}} {{label}}', 'Say\r\nit.'],
    [
      'with tags inside',
      '{{#instruction}}Say {{#if text}}it{{/if}} now.{{/instruction}}{{text}}{{label}}',
      'Say {{#if text}}it{{/if}} now.',
    ],
    ['before the first variable, where nothing marks it', 'Say it.\nText: {{text}}\n{{label}}', 'Say it.\nText: '],
    ['behind a role', '{{role "system"}}Say it. {{text}}{{label}}', '{{role "system"}}Say it. '],
  ])('finds it %s', (_, body, expected) => {
    const text = file(body);
    const { span, text: found } = instructionSource(text, 'a.prompt');
    expect(found).toBe(expected);
    expect(text.slice(...span)).toBe(expected);
  });

  it('leaves every other character of the file and renders the new text', () => {
    const words = fc
      .array(fc.constantFrom('Say', 'it', 'ça', '你好', 'x.', '\n', '"q"', '$&', '\\', '---', '{', '}'), {
        minLength: 1,
        maxLength: 8,
      })
      .map((parts) => parts.join(' '))
      .filter((text) => text.trim() !== '');
    fc.assert(
      fc.property(words, fc.boolean(), (instruction, marked) => {
        const [before, after] = marked
          ? ['Hello {{#instruction}}', '{{/instruction}} {{text}}{{label}}']
          : ['', '{{text}}{{label}}'];
        const text = file(`${before}Old words.${after}`);
        const wanted = `S ${instruction} `;
        expect(replaceInstruction(text, 'a.prompt', wanted)).toBe(text.replace('Old words.', () => wanted));
        expect(instructionIn(replaceInstruction(text, 'a.prompt', wanted))).toBe(wanted);
      }),
    );
  });

  it('gives the file itself for its own instruction', () => {
    const text = file('{{#instruction}}Say it.{{/instruction}}\nText: {{text}}\n{{label}}');
    expect(replaceInstruction(text, 'a.prompt', instructionSource(text, 'a.prompt').text)).toBe(text);
  });

  it.each(['{{/instruction}}', 'Say {{#if text}}', '{{text'])('refuses %s', (instruction) => {
    expect(
      failureOf(() =>
        replaceInstruction(file('{{#instruction}}Say it.{{/instruction}}{{text}}{{label}}'), 'a.prompt', instruction),
      ),
    ).toBe('instruction-braces');
  });

  it('refuses a variable where it would end an instruction that nothing marks', () => {
    expect(failureOf(() => replaceInstruction(file('Say it. {{text}}{{label}}'), 'a.prompt', 'Say {{name}}. '))).toBe(
      'instruction-braces',
    );
  });

  it('says why there is none to exchange', () => {
    expect(failureOf(() => instructionSource(file('{{text}}{{label}}'), 'a.prompt'))).toBe('instruction-missing');
    expect(
      failureOf(() =>
        instructionSource(
          file('{{#instruction}}A{{/instruction}}{{#instruction}}B{{/instruction}}{{label}}'),
          'a.prompt',
        ),
      ),
    ).toBe('instruction-several');
    expect(
      failureOf(() =>
        instructionSource(file('{{> task}}{{text}}{{label}}'), 'a.prompt', () => '{{#instruction}}A{{/instruction}}'),
      ),
    ).toBe('instruction-in-partial');
    expect(failureOf(() => instructionSource(file('{{#if'), 'a.prompt'))).toBe('template-syntax');
  });
});
