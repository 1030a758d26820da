import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderFile, type Rendering } from '../../../src/commands/render';
import { writeChatModel, type ModelName } from '../../support/chat/chatModels';
import conversations from '../../support/chat/conversations.json';

const folder = mkdtempSync(join(tmpdir(), 'prompt-tuner-render-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const roleOf = (role: string): string => (role === 'assistant' ? 'model' : role);
/** Conversations that rows can bring: of texts, of the roles that templates have, up to the user's turn. */
const cases = conversations.cases.filter(
  ({ error, options, messages }) =>
    error === undefined &&
    JSON.stringify(options) === '{"add_generation_prompt":true}' &&
    messages.at(-1)?.role === 'user' &&
    messages.every(
      ({ role, content }) =>
        ['system', 'user', 'assistant'].includes(role) && typeof content === 'string' && content.trim() !== '',
    ),
);

/** What transformers leaves to the template is switched off by us, where a template has the switch. */
const thinks = 'tune.chat: { enable_thinking: true }\n';

describe.each(Object.keys(conversations.tokenizers) as ModelName[])('render --json on %s', (name) => {
  const own = cases.filter(({ tokenizer }) => tokenizer === name);
  beforeAll(() => {
    mkdirSync(join(folder, name));
    writeChatModel(name, join(folder, name, 'model'));
    writeFileSync(join(folder, name, 'rows.jsonl'), own.map(({ messages }) => JSON.stringify({ messages })).join('\n'));
  });

  function render(body: string, { row = 0, keys = '' } = {}): Promise<Rendering> {
    const file = join(folder, name, 'a.prompt');
    writeFileSync(
      file,
      `---\nmodel: model\noutput: { schema: { answer: string } }\ntune.data: { train: rows.jsonl }\n` +
        `${keys}---\n${body}`,
    );
    return renderFile({ file, row, method: 'v2', set: { 'tune.instruction': 'fixed' } });
  }

  it('shows messages, text and tokens as transformers makes them of the same conversation', async () => {
    expect(own.length).toBeGreaterThan(0);
    for (const [row, { messages, text, wanted }] of own.entries()) {
      const rendering = await render('{{history}}{{answer}}', { row, keys: thinks });
      expect(rendering).toMatchObject({ format: 'chat', chatTemplate: 'model', text });
      expect(rendering.messages.map(({ role, text: said }) => [role, said])).toEqual(
        messages.map(({ role, content }) => [roleOf(role), content]),
      );
      expect(rendering.tokens!.map(({ id }) => id)).toEqual(wanted);
    }
  });

  it('shows examples as turns, with the tokens of the same conversation, or within one message', async () => {
    const messages = [
      { role: 'user', content: 'Text: a' },
      { role: 'assistant', content: 'b' },
      { role: 'user', content: 'Text: c' },
      { role: 'assistant', content: 'd' },
      { role: 'user', content: 'Text: e' },
    ];
    writeFileSync(join(folder, name, 'rows.jsonl'), JSON.stringify({ text: 'e', messages }));
    const shown = 'input: { default: { shown: [{ text: a, answer: b }, { text: c, answer: d }] } }\n';
    const body = '{{#each shown}}Text: {{text}}\n{{answer}}\n{{/each}}Text: {{text}}\n{{answer}}';
    const same = await render('{{history}}{{answer}}');
    const turns = await render(body, { keys: `${shown}tune.examplesAs: turns\n` });
    expect(
      turns.messages.map(({ role, text }) => ({ role: role === 'model' ? 'assistant' : role, content: text })),
    ).toEqual(messages);
    expect(turns.tokens).toEqual(same.tokens);
    const text = await render(body, { keys: `${shown}tune.examplesAs: text\n` });
    expect(text.messages).toEqual([{ role: 'user', text: 'Text: a\nb\nText: c\nd\nText: e' }]);
  });
});
