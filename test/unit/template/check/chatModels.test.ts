import { describe, expect, it } from 'vitest';
import { checkTemplate } from '../../../../src/template/check/check';
import type { Tokenizer } from '../../../../src/model/tokenizer/tokenizer';
import { chatVariables } from '../../../../src/template/render/chat/chatVariables';
import { openChatModel, type ModelName } from '../../../support/chat/chatModels';
import { task } from './checkCase';

const tokenizerOf = (name: ModelName): Tokenizer => openChatModel(name).tokenizer;

const check = (name: ModelName, body: string, keys = '') =>
  checkTemplate(task(body, keys), 'a.prompt', { encoder: tokenizerOf(name) });
const messages = (found: ReturnType<typeof checkTemplate>, ...codes: readonly string[]) =>
  found.filter(({ code }) => codes.includes(code)).map(({ message }) => message);

describe('the findings on models with chat templates', () => {
  it("say a refusal in the chat template's own words", () => {
    const found = check('gemma2', '{{role "system"}}\nSort.\n{{role "user"}}\n{{text}}{{label}}');
    expect(messages(found, 'chat-refused')).toEqual([
      "The model's chat template refuses the messages: System role not supported. " +
        'Change the messages, or set tune.format to text.',
    ]);
  });

  it.each(['gemma3', 'mistral-llama2'] as const)('say that %s leaves a lone system text out', (name) => {
    expect(messages(check(name, '{{role "system"}}\nSort: {{text}}{{label}}'), 'message-dropped')).toHaveLength(1);
  });

  it('say what a chat template adds, and that a system text of one’s own takes its place', () => {
    expect(messages(check('qwen2_5', '{{text}}{{label}}'), 'message-added')).toEqual([
      "The model's chat template adds a text of its own: “You are Qwen, created by Alibaba Cloud. You are a " +
        'helpful assistant.” A system message of the template takes its place.',
    ]);
    expect(
      messages(check('qwen2_5', '{{role "system"}}Sort.{{role "user"}}{{text}}{{label}}'), 'message-added'),
    ).toEqual([]);
    expect(messages(check('llama3_1-dated', '{{text}}{{label}}'), 'message-added')).toEqual([
      "The model's chat template adds a text of its own: " +
        '“Cutting Knowledge Date: December 2023 Today Date: 26 Jul 2024”',
    ]);
  });

  it.each(['qwen3', 'llama3', 'gemma2', 'gemma3', 'deepseek_v3', 'mistral'] as const)(
    'are none for an ordinary template on %s, whose label words are in their place',
    (name) => {
      const found = check(
        name,
        '{{role "user"}}\nText: {{text}}\nIs it a person or a place?\n{{role "model"}}\n{{label}}',
      );
      expect(found).toEqual([]);
    },
  );

  it('take no mark of a turn for a text, also where the tokenizer does not know it', () => {
    const written = "{% for m in messages %}{{ '<|begin_of_turn|>' + m.role + '\\n' + m.content }}{% endfor %}[/INST]";
    const encoder = { ...tokenizerOf('qwen3'), chatTemplates: { file: 'x', settings: { chat_template: written } } };
    const body = '{{role "system"}}Sort.{{role "user"}}{{text}}{{label}}';
    expect(messages(checkTemplate(task(body), 'a.prompt', { encoder }), 'message-added')).toEqual([]);
  });

  it('say that label words were written for the middle of a text, where they are not', () => {
    const keys = 'tune.labels: { person: " person", place: " place" }\n';
    expect(messages(check('llama3', '{{text}}{{label}}', keys), 'label-place')).toHaveLength(1);
    expect(messages(check('llama3', '{{text}}{{role "model"}}It is a{{label}}', keys), 'label-place')).toEqual([]);
    expect(messages(check('mistral-llama2', '{{text}}{{label}}', keys), 'label-place')).toEqual([]);
    expect(messages(check('llama3', '{{text}}{{label}}', `${keys}tune.format: text\n`), 'label-place')).toEqual([]);
  });

  it('hold the space before an answer only against a turn that is begun with text', () => {
    const spaces = (body: string, keys = '') =>
      messages(check('llama3', body, keys), 'answer-slot-space', 'trailing-space');
    const words = 'tune.labels: { person: who, place: where }\n';
    expect(spaces('{{text}}: {{label}}')).toEqual([]);
    expect(spaces('{{text}}:{{label}}', words)).toEqual([]);
    expect(spaces('{{text}}{{role "model"}}It is: {{label}}', 'tune.labels: { person: " a", place: " b" }\n')).toEqual(
      [],
    );
    expect(spaces('{{text}}{{role "model"}}It is:{{label}}', words)).toEqual([
      'No space separates the prompt from the label words.',
    ]);
  });

  it('say that a token is written by hand, also of DeepSeek’s markers that are not flagged as special', () => {
    expect(messages(check('deepseek_v3', '<｜User｜>{{text}}<｜Assistant｜>{{label}}'), 'token-written')).toEqual([
      '<｜User｜> is written by hand: in a chat it is text, and neither begins nor ends a message. Write {{role}}.',
    ]);
    expect(messages(check('gemma2', '<bos>{{text}}{{label}}'), 'special-token-twice')).toEqual([]);
    expect(
      messages(check('gemma2', '<bos>{{text}}{{label}}', 'tune.format: text\n'), 'special-token-twice'),
    ).toHaveLength(1);
  });
});

describe('the variables of chat templates', () => {
  it.each([
    ['qwen3', 'enable_thinking'],
    ['llama3_1-dated', 'date_string'],
  ] as const)('of %s have %s among them, and nothing that the template sets by itself', (name, variable) => {
    const found = chatVariables(tokenizerOf(name), {});
    expect(found).toContain(variable);
    for (const own of ['messages', 'message', 'loop', 'add_generation_prompt', 'ns', 'content', 'bos_token'])
      expect(found).not.toContain(own);
  });

  it.each(['qwen2_5', 'llama3', 'gemma2', 'mistral'] as const)('of %s are none but tools and documents', (name) => {
    const found = chatVariables(tokenizerOf(name), {});
    expect(found?.filter((each) => each !== 'tools' && each !== 'documents')).toEqual([]);
  });
});
