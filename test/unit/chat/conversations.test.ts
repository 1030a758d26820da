import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ChatOptions, RenderedChat } from '../../../src/chat/chatTemplate';
import { Failure } from '../../../src/failure';
import { openChatModel, type ChatModel, type ModelName } from '../../support/chat/chatModels';
import conversations from '../../support/chat/conversations.json';

type Case = (typeof conversations.cases)[number];
const now = new Date(2025, 2, 9, 8, 5, 6);

function optionsOf({ options }: Case): ChatOptions {
  const { add_generation_prompt, continue_final_message, ...variables } = options as Record<string, unknown>;
  return {
    addGenerationPrompt: add_generation_prompt === true,
    continueFinalMessage: continue_final_message === true,
    variables,
    now,
  };
}

describe.each(Object.keys(conversations.tokenizers) as ModelName[])('messages on %s', (name) => {
  let model: ChatModel;
  beforeAll(() => {
    model = openChatModel(name);
  });
  const render = (one: Case): RenderedChat => model.template.render(one.messages, optionsOf(one));
  const encode = (chat: RenderedChat): number[] => model.encoder.pieces(chat).flatMap(({ ids }) => ids);
  const cases = conversations.cases.filter(({ tokenizer }) => tokenizer === name);

  it.each(cases.filter((one) => one.error === undefined))('read as in transformers, as data: $name', (one) => {
    const chat = render(one);
    expect(chat.text).toBe(one.text);
    expect(encode(chat)).toEqual(one.wanted);
  });

  it.each(cases.filter((one) => one.error !== undefined))("are refused in the template's words: $name", (one) => {
    expect(() => render(one)).toThrow(Failure);
    expect(() => render(one)).toThrow(one.error!.message);
  });

  it('end a turn with the token that the template writes', () => {
    expect(model.encoder.endOfTurn?.id).toBe(conversations.ends[name].end.id);
    const markers = model.encoder.controls.filter(({ special }) => !special).map(({ content }) => content);
    expect(markers).toEqual(conversations.tokenizers[name].controls.turn_markers);
  });

  it('never hold a control token that the template did not write, whatever they spell', () => {
    const { controls } = model.encoder;
    const pieces = fc.constantFrom(
      ...controls.slice(0, 40).flatMap(({ content }) => [content, content.slice(1), content.slice(0, -1)]),
      'a',
      ' ',
      '\n',
    );
    const content = fc.array(pieces, { minLength: 1, maxLength: 8 }).map((parts) => `a${parts.join('')}b`);
    const isControl = new Set(controls.map(({ id }) => id));
    const controlsOf = (text: string): number[] =>
      encode(model.template.render([{ role: 'user', content: text }], { addGenerationPrompt: true, now })).filter(
        (id) => isControl.has(id),
      );
    const plain = controlsOf('ab');
    fc.assert(
      fc.property(content, (text) => {
        expect(controlsOf(text)).toEqual(plain);
      }),
    );
  });
});
