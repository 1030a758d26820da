import { Dotprompt } from 'dotprompt';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { requireTemplate, type PromptTemplate } from '../../../../../src/template/read/template';
import { renderMessages } from '../../../../../src/template/render/render';
import type { ExamplesAs } from '../../../../../src/template/settings/settings';
import { lines } from '../../../../support/text/lines';

type Row = Readonly<Record<string, unknown>>;
type Shown = readonly (readonly [role: string, text: string])[];

const templateOf = (body: string, answer = 'mood'): PromptTemplate =>
  requireTemplate(lines('---', `output: { schema: { ${answer}(enum): [good, bad] } }`, '---', body), 'chat.prompt');

function messagesOf(
  body: string,
  row: Row = {},
  form: { readonly trimMessages?: boolean; readonly examplesAs?: ExamplesAs } = {},
): Shown {
  const template = templateOf(`${body}{{mood}}`);
  return renderMessages(template, row, { trimMessages: true, examplesAs: 'written', ...form }).map(
    ({ role, segments }) => [role, segments.map((one) => (one.kind === 'text' ? one.text : `<${one.kind}>`)).join('')],
  );
}

describe('messages of a template', () => {
  it('begin with the user, and go on under the role that is named', () => {
    expect(messagesOf('Hi.\n{{role "system"}}\nBe short.\n{{role "user"}}\nWhy?\n')).toEqual([
      ['user', 'Hi.'],
      ['system', 'Be short.'],
      ['user', 'Why?'],
    ]);
  });

  it('keep the white space of values, and drop that of the layout', () => {
    expect(messagesOf('{{role "user"}}\n  a {{x}}  \n\n{{role "model"}}\n  b ', { x: '\n x \n' })).toEqual([
      ['user', '  a \n x \n'],
      ['model', '  b '],
    ]);
  });

  it('drop one line break behind a role, whatever the file ends its lines with', () => {
    expect(messagesOf('{{role "system"}}  \r\n\r\na\r\n{{role "user"}}b')).toEqual([
      ['system', '\na'],
      ['user', 'b'],
    ]);
  });

  it('are kept as they are written where the template asks for it', () => {
    expect(messagesOf('{{role "system"}}\na\n{{role "user"}}\nb\n', {}, { trimMessages: false })).toEqual([
      ['system', '\na\n'],
      ['user', '\nb\n'],
    ]);
  });

  it('leave out what holds nothing, and the turn of the model that only the answer opens', () => {
    expect(messagesOf('{{role "system"}}\n{{#if x}}x{{/if}}\n{{role "user"}}\nb\n{{role "model"}}\n')).toEqual([
      ['user', 'b'],
    ]);
  });

  it('hold virtual tokens where they stand, and are not empty with nothing else', () => {
    expect(messagesOf('{{role "system"}}\n{{soft 3}}\n{{role "user"}}a {{soft 2}}  ')).toEqual([
      ['system', '<soft>'],
      ['user', 'a <soft>'],
    ]);
  });

  it('refuse a role that nobody knows, and say what the assistant is called', () => {
    expect(() => messagesOf('{{role "assistant"}}a')).toThrow('There is no role "assistant".');
    expect(() => messagesOf('{{role who}}a', { who: 'critic' })).toThrow('There is no role "critic".');
  });
});

describe("a row's messages", () => {
  const turns = [
    { role: 'system', content: 'S' },
    { role: 'user', content: [{ type: 'text', text: 'q' }] },
    { role: 'assistant', content: 'a' },
    { role: 'user', content: ' r\n' },
  ];

  it('stand where the history does, with parts of text joined and white space kept', () => {
    expect(messagesOf('{{history}}', { messages: turns, mood: 'good' })).toEqual([
      ['system', 'S'],
      ['user', 'q'],
      ['model', 'a'],
      ['user', ' r\n'],
    ]);
  });

  it("end before the model's last one where that is the answer", () => {
    const messages = [...turns, { role: 'assistant', content: 'good' }];
    expect(messagesOf('{{history}}', { messages })).toHaveLength(4);
    expect(messagesOf('{{history}}', { messages, mood: 'good' })).toHaveLength(5);
  });

  it.each([
    ['a role that is unknown', [{ role: 'tool', content: 'x' }], 'Message 1 of the row has the role "tool"'],
    ['a call of a tool', [{ role: 'assistant', content: 'x', tool_calls: [{}] }], 'holds "tool_calls"'],
    ['a picture', [{ role: 'user', content: [{ type: 'image_url', image_url: {} }] }], 'a content that is not text'],
    ['no list', 'hello', '"messages" is no list of messages'],
    ['a text in the list', ['hello'], 'is no record of role and content'],
  ])('are refused by name with %s', (_, messages, sentence) => {
    expect(() => messagesOf('{{history}}{{role "user"}}x', { messages, mood: 'good' })).toThrow(sentence);
  });
});

describe('messages beside those of dotprompt', () => {
  const text = fc.constantFrom('a', ' b', '\n', '  ', 'c\n', '{{x}}', '{{role "system"}}', '{{role "user"}}');
  const parts = fc.array(fc.oneof(text, fc.constantFrom('{{role "model"}}', '{{role r}}')), { maxLength: 12 });
  const value = fc.constantFrom('', ' ', 'v', ' v\n', '\n');

  it('are the same where the layout is kept', async () => {
    const dotprompt = new Dotprompt();
    await fc.assert(
      fc.asyncProperty(parts, value, async (body, x) => {
        const source = `.${body.join('')}`;
        const { messages } = await dotprompt.render(source, { input: { x, r: 'user' } });
        const theirs = messages.map(({ role, content }) => [
          role,
          content.map((part) => ('text' in part ? part.text : '')).join(''),
        ]);
        const template = requireTemplate(source, 'chat.prompt');
        const ours = renderMessages(template, { x, r: 'user' }, { trimMessages: false, examplesAs: 'written' });
        expect(
          ours.map(({ role, segments }) => [
            role,
            segments.map((one) => (one.kind === 'text' ? one.text : '')).join(''),
          ]),
        ).toEqual(theirs);
      }),
    );
  });
});
