import { describe, expect, it } from 'vitest';
import { importPrompty } from '../../../../../src/template/import/prompty/importPrompty';
import { around, bodyOf, checked } from '../../../../support/imports/imports';
import recorded from '../../../../support/imports/promptyMessages.json';
import { shownMessages } from '../../../../support/imports/shownMessages';

type Messages = readonly (readonly string[])[];

interface Recorded {
  readonly name: string;
  readonly text: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Of version 2. */
  readonly messages: Messages;
  /** Of version 1. */
  readonly first?: Messages;
}

const cases = recorded as unknown as readonly Recorded[];
const imported = (text: string) => importPrompty(text, { name: 'a', ...around('prompty') });
const withBody = (body: string, frontMatter = 'name: a') => imported(`---\n${frontMatter}\n---\n${body}`);
const asChat = (messages: Messages) => messages.map(([role, said]) => [role === 'developer' ? 'system' : role, said]);

/** The messages without the empty lines at their ends, which version 1 keeps, as it does the mark of a heading. */
const withoutLayout = (messages: Messages) =>
  messages.map(([role, said]) => [role!.replace(/^# */, ''), said!.replace(/^\n+|\n+$/g, '')]);

describe('messages of Prompty', () => {
  it.each(cases)('are those that Prompty itself sends: $name', ({ text, inputs, messages, first }) => {
    const made = imported(text);
    const conversation = Object.values(inputs).find((value) => JSON.stringify(value).includes('"role"'));
    const shown = shownMessages(checked(made), { ...inputs, messages: conversation, answer: 'A' });
    expect(shown).toEqual(asChat(messages));
    if (first) expect(withoutLayout(first)).toEqual(asChat(messages));
  });

  it.each([
    ['user:\n{{q}}\nassistant:\nSure: ', '{{role "user"}}\n{{q}}\n{{role "model"}}\nSure: {{answer}}'],
    ['user:\n{{q}}\nassistant:\n', '{{role "user"}}\n{{q}}\n{{role "model"}}\n{{answer}}'],
    [
      'user:\na\nassistant:\nb\nuser:\n{{q}}',
      '{{role "user"}}\na\n{{role "model"}}\nb\n{{role "user"}}\n{{q}}\n{{answer}}',
    ],
    ['system:\nS \nuser:\n{{q}}\n', '{{role "system"}}S {{role "user"}}{{q}}{{answer}}'],
    ['{% for m in h %}\n{{m.role}}:\n{{m.content}}\n{% endfor %}', '{{history}}{{answer}}'],
    ['system:\nS\n![thread]\nuser:\n{{q}}', '{{role "system"}}\nS\n{{history}}\n{{role "user"}}\n{{q}}\n{{answer}}'],
  ])('of %j are written as %j', (body, written) => {
    expect(bodyOf(withBody(body))).toBe(written);
  });

  it("of a conversation are a row's, and those of the sample are named", () => {
    const made = withBody(
      'system:\nS\n{% for m in h %}\n{{m.role}}:\n{{m.content}}\n{% endfor %}\nuser:\n{{q}}',
      'name: a\nsample: { q: x, h: [{ role: user, content: hi }] }',
    );
    expect(checked(made)).toMatchObject({ defaults: { q: 'x' }, written: { format: 'chat' } });
    expect(made.notCarried).toEqual([
      '"h", a conversation: {{history}} shows the messages that a row has in its column "messages"; those of the ' +
        'sample are left out.',
    ]);
  });

  it("of a conversation in Mustache are a row's, too", () => {
    const body = 'system:\nS\n{{#h}}\n{{role}}:\n{{{content}}}\n{{/h}}\nuser:\n{{{q}}}';
    const made = withBody(body, 'template: { type: mustache }');
    expect(bodyOf(made)).toBe('{{role "system"}}\nS\n{{history}}\n{{role "user"}}\n{{q}}\n{{answer}}');
  });

  it('keep a conversation that the body also asks for', () => {
    const loop = '{% for m in h %}\n{{m.role}}:\n{{m.content}}\n{% endfor %}';
    const made = withBody(
      `system:\nS{% if h %} Mind what was said.{% endif %}\n${loop}\nuser:\n{{q}}`,
      'inputs: { h: [], q: "" }',
    );
    expect(checked(made).inputs.map(({ name }) => name)).toEqual(['h', 'q']);
  });

  it('give the user what follows a conversation without a role', () => {
    const made = withBody('system:\nS\n![thread]\n{{q}}');
    expect(bodyOf(made)).toBe('{{role "system"}}\nS\n{{history}}\n{{role "user"}}\n{{q}}\n{{answer}}');
    expect(made.notCarried).toEqual(["What follows a conversation without a line of its role: it is the user's here."]);
  });

  it.each(['tool', 'tools', 'function'])('of the role %s stay text, and are named', (role) => {
    const made = withBody(`user:\n{{q}}\n${role}:\nT`);
    expect(bodyOf(made)).toBe(`{{role "user"}}\n{{q}}\n${role}:\nT\n{{answer}}`);
    expect(made.notCarried).toEqual([
      `The line ${role}:, with which version 1 of Prompty begins a tool's message: it stays as text.`,
    ]);
  });

  it("name pictures, the developer, and a body that is all the system's", () => {
    expect(withBody('user:\nSee ![a cat](cat.png)').notCarried).toEqual([
      '![a cat](cat.png), a picture in version 1 of Prompty: it stays as text, which is all that a model reads here.',
    ]);
    expect(withBody('developer:\nS').notCarried).toEqual([
      'The role "developer", as newer models of OpenAI call the system: it is "system" here.',
    ]);
    expect(withBody('S {{q}}').notCarried).toEqual([
      'The body has no line such as "user:": all of it is the system\'s, as Prompty has it.',
    ]);
  });

  it('are none where a service completes one text', () => {
    const made = withBody('system:\nS\nuser:\n{{q}}', 'model: { api: completion }');
    expect(bodyOf(made)).toBe('system:\nS\nuser:\n{{q}}\n{{answer}}');
    expect(checked(made).written.format).toBe('text');
  });

  it('say where white space at the end of one is layout, since conditions decide what that is', () => {
    const made = withBody('system:\nS \nuser:\n{% if q %}{{q}}{% endif %}');
    expect(made.notCarried).toEqual(['Spaces at the end of a message, which are layout to a template.']);
  });
});
