import { describe, expect, it } from 'vitest';
import { requireSameSources } from '../../../src/runs/record/recordedTemplate';
import { dayOfRun, formDifference, formText, type RecordedForm } from '../../../src/objective/recordedForm';
import { promptEncoder } from '../../../src/template/render/promptEncoder';
import { renderPrompt } from '../../../src/template/render/render';
import { requireTemplate } from '../../../src/template/read/template';
import { resolveSettings } from '../../../src/template/read/resolveSettings';
import { openChatModel } from '../../support/chat/chatModels';
import { record } from '../../support/runs/records';

const chat: RecordedForm = {
  format: 'chat',
  chatTemplate: { sha256: 'aa', variables: { enable_thinking: false, b: 1 }, specialTokens: { bos_token: '<s>' } },
};
const changed = (part: Partial<NonNullable<RecordedForm['chatTemplate']>>): RecordedForm => ({
  ...chat,
  chatTemplate: { ...chat.chatTemplate!, ...part },
});

describe('the form of a prompt', () => {
  it.each([
    ['another chat template', changed({ sha256: 'bb' }), "the model's chat template"],
    ['another variable', changed({ variables: { enable_thinking: true, b: 1 } }), 'a variable of the chat template'],
    ['another special token', changed({ specialTokens: {} }), 'a special token of the chat template'],
    ['another day', changed({ day: '2026-03-14' }), 'the day that the chat template reads'],
    ['one text', { format: 'text' } as const, 'the form of the prompt (one text for messages)'],
  ])('is found changed by %s, and a training does not go on with it', (_, now, what) => {
    expect(formDifference(chat, now)).toBe(what);
    expect(() => requireSameSources(record('a', { form: chat }), record('a', { form: now }))).toThrow(
      'since the run began',
    );
  });

  it('is the same whatever the order of its variables, and unknown of runs of earlier versions', () => {
    expect(formDifference(chat, changed({ variables: { b: 1, enable_thinking: false } }))).toBeUndefined();
    expect(formDifference(undefined, chat)).toBeUndefined();
    expect(() => requireSameSources(record('a'), record('a', { form: chat }))).not.toThrow();
  });

  it('reads as words', () => {
    expect(formText({ format: 'text' })).toBe('one text');
    expect(formText({ ...chat, plain: true })).toMatch(/^messages in the plain form of base models, sha256 aa/);
  });
});

describe('the day that a chat template reads', () => {
  const template = requireTemplate('---\noutput: { schema: { answer: string } }\n---\nHello{{answer}}', 'x.prompt');
  const render = (source: string, day?: string) => {
    const { tokenizer } = openChatModel('qwen3');
    const own = { ...tokenizer, chatTemplates: { file: 'x', settings: { chat_template: source } } };
    const encoder = promptEncoder(own, { ...resolveSettings(template, 'hard', {}), format: 'chat' }, day);
    const { segments } = renderPrompt(template, {}, encoder);
    return { encoder, text: segments.map((part) => (part.kind === 'text' ? part.text : '')).join('') };
  };

  it('is that on which the run was made, at training, resume and evaluation', () => {
    const source = "{{ strftime_now('%d %b %Y %H:%M') }} {{ messages[0].content }}";
    const { encoder, text } = render(source, '2025-02-03');
    expect(text).toBe('03 Feb 2025 00:00 Hello');
    expect(encoder.chat!.day).toBe('2025-02-03');
    const form = changed({ day: '2025-02-03' });
    expect(dayOfRun({ form, created: '2026-03-14T12:00:00.000Z' })).toBe('2025-02-03');
    expect(dayOfRun({ created: '2026-03-14T12:00:00.000Z' })).toBe('2026-03-14');
  });

  it('is noted only where it is read', () => {
    expect(render('{{ messages[0].content }}', '2025-02-03').encoder.chat!.day).toBeUndefined();
  });
});
