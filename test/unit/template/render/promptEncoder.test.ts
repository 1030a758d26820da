import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeTokenizer, type Tokenizer } from '../../../../src/model/tokenizer/tokenizer';
import { promptEncoder } from '../../../../src/template/render/promptEncoder';
import { formatOf } from '../../../../src/template/render/promptForm';
import type { FormatSettings } from '../../../../src/template/settings/formatSettings';
import { requireTemplate, type PromptTemplate } from '../../../../src/template/read/template';
import { renderPrompt } from '../../../../src/template/render/render';
import { models } from '../../../support/running/paths';

const definition = JSON.parse(readFileSync(join(models, 'reference/tokenizer.json'), 'utf8')) as Record<
  string,
  unknown
>;
const special = { bos_token: '<s>', eos_token: '</s>' };

/** A tokenizer whose model has a chat template. */
function tokenizerWith(template?: string, kind: 'causal' | 'masked' = 'causal'): Tokenizer {
  const settings = { ...special, ...(kind === 'masked' && { mask_token: '<unk>' }), chat_template: template };
  const chat = template === undefined ? {} : { chat: { file: 'tokenizer_config.json', settings } };
  return makeTokenizer({ definition, settings, ...chat }, { file: 'tokenizer.json', vocabularySize: 512, kind });
}

const chatml =
  "{% for m in messages %}{{ '<|' + m.role + '|>\n' + m.content + eos_token }}{% endfor %}" +
  "{% if add_generation_prompt %}{{ '<|assistant|>\n' }}{% if enable_thinking is defined and not enable_thinking %}" +
  "{{ '<think></think>' }}{% endif %}{% endif %}";

const template = requireTemplate(
  '---\noutput: { schema: { mood(enum): [good, bad] } }\n---\n{{role "system"}}\nS\n{{role "user"}}\n{{x}}\n{{mood}}',
  'chat.prompt',
);
const textOf = (tokenizer: Tokenizer, settings: FormatSettings, of: PromptTemplate = template): string =>
  renderPrompt(of, { x: 'q' }, promptEncoder(tokenizer, settings))
    .segments.map((segment) => (segment.kind === 'text' ? segment.text : `<${segment.kind}>`))
    .join('');

describe('the form in which a prompt is read', () => {
  it('is the chat template of a model that has one, and text for others', () => {
    expect(formatOf(tokenizerWith(chatml), { format: 'auto' })).toBe('chat');
    expect(formatOf(tokenizerWith(), { format: 'auto' })).toBe('text');
    expect(formatOf(tokenizerWith(chatml), { format: 'text' })).toBe('text');
  });

  it('is text for runs of versions that knew no messages', () => {
    expect(formatOf(tokenizerWith(chatml), {})).toBe('text');
  });

  it('is text for a masked language model, which is refused messages by name', () => {
    const masked = tokenizerWith(chatml, 'masked');
    expect(formatOf(masked, { format: 'auto' })).toBe('text');
    expect(() => formatOf(masked, { format: 'chat' })).toThrow('masked language model, which reads no messages');
  });

  it('is lines that begin with who speaks where a base model is given messages', () => {
    expect(textOf(tokenizerWith(), { format: 'chat' })).toBe('System: S\nUser: q\nAssistant:');
    expect(textOf(tokenizerWith(), { format: 'text' })).toBe('\nS\n\nq\n');
  });

  it('asks a model that can think not to, unless the template says otherwise', () => {
    const tokenizer = tokenizerWith(chatml);
    expect(textOf(tokenizer, { format: 'auto' })).toMatch(/<think><\/think>$/);
    expect(textOf(tokenizer, { format: 'auto', chat: { enable_thinking: true } })).toMatch(/<\|assistant\|>\n$/);
  });

  it.each([
    ['sets itself', "{% set thinking = 'x' %}{{ thinking }}"],
    ['writes', "{{ 'no thinking here' }}"],
    ['has of a message', '{{ messages[0].thinking }}'],
  ])('takes no name for a switch that the chat template %s', (_, source) => {
    expect(promptEncoder(tokenizerWith(source), { format: 'auto' }).chat!.variables).toEqual({});
  });

  it('passes the variables that the template gives to the chat template', () => {
    const tokenizer = tokenizerWith('{{ date_string }} {{ messages[-1].content }}{{ 1 if tone.dry else 2 }}');
    expect(textOf(tokenizer, { format: 'auto', chat: { date_string: '1 May', tone: { dry: true } } })).toBe('1 May q1');
  });

  const spaced = [
    '{% for m in messages %}',
    "{{ '[' + m.role + ']' + (' ' if m.role == 'assistant' else '') + m.content }}",
    '{% endfor %}{% if add_generation_prompt %}[assistant]{% endif %}',
  ].join('');
  const bare = "{{ '<a>' }}{% if not add_generation_prompt %}{{ messages[-1].content }}{% endif %}";

  it.each([
    ['nothing', bare, ''],
    ['a space', spaced, ' '],
  ])('knows that %s parts the answer from the opening of the turn', (_, source, lead) => {
    expect(promptEncoder(tokenizerWith(source), { format: 'auto' }).chat?.lead).toBe(lead);
  });

  it('ends the turn where the chat template does', () => {
    expect(promptEncoder(tokenizerWith(chatml), { format: 'auto' }).chat?.endOfTurn?.content).toBe('</s>');
  });

  it('names file and line of a chat template that cannot be read, and only where it is used', () => {
    const broken = tokenizerWith('a\n{% if %}');
    expect(() => promptEncoder(broken, { format: 'auto' })).toThrow("The model's chat template fails");
    expect(textOf(broken, { format: 'text' })).toBe('\nS\n\nq\n');
  });

  it('stops a chat template that comes to no end', () => {
    const endless = '{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}';
    expect(() => textOf(tokenizerWith(endless), { format: 'auto' })).toThrow('was stopped');
  });

  it('refuses virtual tokens that the chat template leaves out', () => {
    const soft = requireTemplate(template.text.replace('S\n', '{{soft 3}}\n'), 'chat.prompt');
    const user = "{% for m in messages if m.role == 'user' %}{{ m.content }}{% endfor %}";
    expect(() => textOf(tokenizerWith(user), { format: 'auto' }, soft)).toThrow('leaves out the virtual tokens');
    expect(textOf(tokenizerWith(chatml), { format: 'auto' }, soft)).toContain('<|system|>\n<soft></s>');
  });

  it('says which message the chat template shows nothing of', () => {
    const user = "{% for m in messages if m.role == 'user' %}{{ m.content }}{% endfor %}";
    const { messages } = renderPrompt(template, { x: 'q' }, promptEncoder(tokenizerWith(user), { format: 'auto' }));
    expect(messages?.map(({ role, isDropped }) => [role, isDropped ?? false])).toEqual([
      ['system', true],
      ['user', false],
    ]);
  });
});
