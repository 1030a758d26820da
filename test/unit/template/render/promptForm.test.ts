import { describe, expect, it } from 'vitest';
import { promptForm } from '../../../../src/template/render/promptForm';

const base = {};
const chat = { chatTemplates: { file: 'tokenizer_config.json', settings: { chat_template: '{{ messages }}' } } };
const masked = { mask: 3 };

describe('the form of a prompt, for people,', () => {
  it.each([
    ['auto', chat, "chat: the model's chat template", 'tune.format is auto, and the model has a chat template.'],
    ['auto', base, 'text', 'tune.format is auto, and the model has no chat template.'],
    ['auto', masked, 'text', 'tune.format is auto, and a masked language model reads no messages.'],
    ['chat', chat, "chat: the model's chat template", 'tune.format is chat.'],
    ['chat', base, 'chat: plain form, the model has no chat template', 'tune.format is chat.'],
    ['chat', masked, 'nothing', 'tune.format is chat, but a masked language model reads no messages.'],
    ['text', chat, 'text', "tune.format is text: the model's chat template is not used."],
    ['text', base, 'text', 'tune.format is text.'],
    ['text', undefined, 'text', 'tune.format is text.'],
  ] as const)('is for %s, %o: %s', (format, encoder, name, why) => {
    expect(promptForm({ format }, encoder)).toMatchObject({ name, why });
  });

  it('names one of several chat templates, and says where none is known', () => {
    expect(promptForm({ format: 'auto', chat: { chat_template: 'rag' } }, chat).name).toContain('“rag”');
    expect(promptForm({ format: 'auto' }, undefined)).toMatchObject({
      kind: 'unknown',
      name: 'a form that is not known',
    });
  });
});
