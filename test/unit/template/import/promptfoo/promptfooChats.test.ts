import { describe, expect, it } from 'vitest';
import { importPromptfoo } from '../../../../../src/template/import/promptfoo/importPromptfoo';
import { around, bodyOf, checked, rowsOf } from '../../../../support/imports/imports';
import recorded from '../../../../support/imports/promptfooChats.json';
import { shownMessages } from '../../../../support/imports/shownMessages';

interface Recorded {
  readonly name: string;
  readonly prompt: string;
  readonly vars: Readonly<Record<string, unknown>>;
  readonly files?: Readonly<Record<string, string>>;
  readonly messages: readonly (readonly string[])[];
}

const asserts = [{ type: 'equals', value: 'The answer' }];
const imported = (prompts: unknown, tests: readonly object[], files: Readonly<Record<string, string>> = {}) =>
  importPromptfoo(JSON.stringify({ prompts, tests: tests.map((vars) => ({ vars, assert: asserts })) }), {
    name: 'x',
    ...around('promptfoo', files),
  });

describe('chats of promptfoo', () => {
  it.each(recorded as unknown as readonly Recorded[])(
    'are the messages that promptfoo itself sends: $name',
    ({ prompt, vars, files, messages }) => {
      const made = imported([prompt], [vars], files);
      expect(shownMessages(checked(made), rowsOf(made)[0]!)).toEqual(messages);
      expect(rowsOf(made)[0]!.answer).toBe('The answer');
    },
  );

  const message = (role: string, content: unknown) => ({ role, content });
  const ask = [message('user', '{{q}}')];

  it('keep each message on lines of its own, and a beginning of the answer right before it', () => {
    const chat = [message('system', 'S'), message('user', '{{q}}'), message('assistant', 'Sure:')];
    const made = imported([JSON.stringify(chat)], [{ q: 'a' }]);
    expect(bodyOf(made)).toBe('{{role "system"}}\nS\n{{role "user"}}\n{{q}}\n{{role "model"}}\nSure:{{answer}}');
    expect(made.files[0]!.text).not.toMatch(/tune\.(?:format|trimMessages)/);
  });

  it.each(['tool', 'function', 'critic', '{{role}}'])('of the role %s are refused by name, and others stay', (role) => {
    const chat = JSON.stringify([message('user', 'a'), message(role, 'b')]);
    const made = imported([{ label: 'with tools', raw: chat }, JSON.stringify(ask)], [{ q: 'a' }]);
    expect(made.files.filter(({ path }) => path.endsWith('.prompt'))).toHaveLength(1);
    expect(made.notCarried).toEqual([
      `A prompt ("with tools"): its message 2 is of the role "${role}", and a template has those of system, user and ` +
        'model.',
    ]);
    expect(() => imported([chat], [])).toThrow(/no prompt that can be read\. .*its message 2 is of the role/);
  });

  it('say that the developer becomes the system', () => {
    const made = imported([JSON.stringify([message('developer', 'S'), ...ask])], [{ q: 'a' }]);
    expect(bodyOf(made)).toMatch(/^\{\{role "system"\}\}\nS\n/);
    expect(made.notCarried).toEqual([
      'The role "developer", as newer models of OpenAI call the system: it is "system" here.',
    ]);
  });

  it.each([
    '[{% if s %}{"role":"system","content":"{{s}}"},{% endif %}{"role":"user","content":"{{q}}"}]',
    '[{% for m in ms %}{"role":"user","content":"- {{m.content}}"},{% endfor %}{"role":"user","content":"{{q}}"}]',
    '[{% for m in ms %}{"role":"{{m.role}}","content":"{{m.text}}"},{% endfor %}{"role":"user","content":"{{q}}"}]',
    '[{% for m in ms %}{"role":"{{m.role}}","content":"{{m.content}}","name":"x"},{% endfor %}]',
    '[{% for a in b %}{"role": "user"}{% endfor %}',
    '[{"role":"user","content":{{q}}{{r}}}]',
  ])('that loops and conditions make in another way are refused: %s', (chat) => {
    expect(() => imported([chat], [])).toThrow(
      'it is a list of messages once it is filled in, whose loops and conditions have no counterpart',
    );
  });

  it('are texts where nothing speaks of roles', () => {
    for (const text of ['[INST] {{q}} [/INST]', '{ {{q}} }', '[{% for x in xs %}{{x}},{% endfor %}]'])
      expect(shownMessages(checked(imported([text], [{ q: 'a', xs: [1] }])), { q: 'a', xs: [1] })[0]![0]).toBe('user');
  });

  const talk = [message('user', 'a'), message('assistant', 'b'), message('user', 'c')];

  it('of a variable stand in the rows as messages, and are said where they cannot', () => {
    const rows = [{ talk }, { talk: [message('developer', 'd'), ...talk] }, { talk: [message('tool', 'x')] }, {}];
    const made = imported(['{{ talk | dump }}'], rows);
    expect(bodyOf(made)).toBe('{{history}}{{answer}}');
    expect(rowsOf(made)).toEqual([
      { messages: talk, answer: 'The answer' },
      { messages: [message('system', 'd'), ...talk], answer: 'The answer' },
      { answer: 'The answer' },
    ]);
    expect(made.notCarried).toEqual([
      'Test 3, whose "talk" cannot be shown: Message 1 of the row has the role "tool", not system, user, model, ' +
        'assistant.',
      '"talk", which 1 test of 4 lack: {{history}} shows nothing there.',
    ]);
  });

  it('that promptfoo collects itself are said to be missing', () => {
    const chat =
      '[{% for c in _conversation %}{"role":"user","content":"{{c.input}}"},' +
      '{"role":"assistant","content":"{{c.output}}"},{% endfor %}{"role":"user","content":"{{q}}"}]';
    const made = imported([chat], [{ q: 'a' }]);
    expect(bodyOf(made)).toBe('{{history}}\n{{role "user"}}\n{{q}}\n{{answer}}');
    expect(made.notCarried).toEqual([
      '"_conversation", what the model has answered in tests before: {{history}} shows what a row has in "messages".',
    ]);
  });

  it('of a second variable are refused, since a row has one list of messages', () => {
    const made = imported(['{{ a | dump }}', '{{ b | dump }}', 'Say {{ a }}'], [{ a: talk, b: talk }]);
    expect(made.files.filter(({ path }) => path.endsWith('.prompt'))).toHaveLength(2);
    expect(made.notCarried).toEqual(['A prompt that goes through the messages of "b": those of "a" are in the rows.']);
    expect(Object.keys(rowsOf(made)[0]!)).toEqual(['a', 'b', 'messages', 'answer']);
    const taken = imported(['{{ a | dump }}', '{{messages}}'], [{ a: talk, messages: 'x' }]);
    expect(taken.notCarried).toEqual([
      'A prompt that goes through the messages of "a": other prompts read "messages" otherwise.',
    ]);
    expect(rowsOf(taken)[0]!.messages).toBe('x');
  });

  it('name a file that a message refers to and that cannot be read', () => {
    const made = imported(['file://c.json'], [{ q: 'a' }], {
      'c.json': JSON.stringify([message('system', 'file://s.py'), ...ask]),
    });
    expect(made.notCarried).toEqual(['What a message says in "s.py", which cannot be read, or would have to be run.']);
  });
});
