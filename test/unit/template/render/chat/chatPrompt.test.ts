import { beforeAll, describe, expect, it } from 'vitest';
import { requireTemplate, type PromptTemplate } from '../../../../../src/template/read/template';
import { resolveSettings } from '../../../../../src/template/read/resolveSettings';
import { answersBehind } from '../../../../../src/template/render/words/answerTokens';
import { promptEncoder, type PromptEncoder } from '../../../../../src/template/render/promptEncoder';
import { renderPrompt } from '../../../../../src/template/render/render';
import { encodePrompt, softLayout, type PromptTokens } from '../../../../../src/template/render/tokens';
import { openChatModel, type ModelName } from '../../../../support/chat/chatModels';
import conversations from '../../../../support/chat/conversations.json';

interface Conversation {
  readonly messages: readonly { readonly role: string; readonly content: string }[];
  readonly options: Readonly<Record<string, unknown>>;
}

const ofTheCall = new Set(['add_generation_prompt', 'continue_final_message']);
const roleOf: Readonly<Record<string, string>> = { system: 'system', user: 'user', assistant: 'model' };

/** A template whose messages are those of a conversation, each the value of a column. */
function templateOf({ messages, options }: Conversation): PromptTemplate {
  const chat = Object.fromEntries(Object.entries(options).filter(([name]) => !ofTheCall.has(name)));
  const body = messages.map(({ role }, i) => `{{role "${roleOf[role]}"}}\n{{m${i}}}`).join('\n');
  const head = [
    'output: { schema: { answer: string } }',
    `tune.chat: ${JSON.stringify({ enable_thinking: true, ...chat })}`,
  ];
  return requireTemplate(['---', ...head, '---', `${body}{{answer}}`].join('\n'), 'chat.prompt');
}

const rowOf = ({ messages }: Conversation): Readonly<Record<string, string>> =>
  Object.fromEntries(messages.map(({ content }, i) => [`m${i}`, content]));

/** What a template can ask for: turns that end with the user's, or a last one of the model that goes on. */
function canBeWritten({ messages, options }: Conversation): boolean {
  const isModels = messages.at(-1)?.role === 'assistant';
  return (
    messages.every(({ role, content }) => role in roleOf && content.trim() !== '') &&
    options.continue_final_message !== options.add_generation_prompt &&
    (isModels ? options.continue_final_message === true : options.add_generation_prompt === true)
  );
}

describe.each(Object.keys(conversations.tokenizers) as ModelName[])('prompts of messages on %s', (name) => {
  let encoderOf: (template: PromptTemplate) => PromptEncoder;
  beforeAll(() => {
    const { tokenizer } = openChatModel(name);
    encoderOf = (template) => promptEncoder(tokenizer, resolveSettings(template, 'hard', {}));
  });
  const encode = (one: Conversation): PromptTokens & { readonly encoder: PromptEncoder } => {
    const template = templateOf(one);
    const encoder = encoderOf(template);
    const layout = softLayout(template, { method: 'hard', length: 0 }, encoder);
    return { ...encodePrompt(renderPrompt(template, rowOf(one), encoder), layout, encoder), encoder };
  };
  const cases = conversations.cases.filter((one) => one.tokenizer === name && canBeWritten(one));

  it.each(cases.filter(({ error }) => error === undefined))('are the tokens of transformers: $name', (one) => {
    expect(encode(one).ids).toEqual(one.wanted);
  });

  it.each(cases.filter(({ error }) => error !== undefined))("are refused in the template's words: $name", (one) => {
    expect(() => encode(one)).toThrow(one.error!.message);
  });

  const answers = conversations.answers.filter((one) => one.tokenizer === name);
  it.each(answers)('have the tokens of "$word" behind them: $after', (one) => {
    const { ids, before, encoder } = encode(one);
    expect(ids).toEqual(one.prompt);
    const { tokens, merged } = answersBehind(before, encoder)(one.word);
    expect(tokens).toEqual(one.ids);
    expect(ids.length - merged).toBe(one.prompt_tokens_kept);
  });
});
