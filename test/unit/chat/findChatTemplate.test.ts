import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findChatTemplate, namedSpecialTokens } from '../../../src/chat/findChatTemplate';
import { readChatTemplates } from '../../../src/model/tokenizer/chatTemplateFiles';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'prompt-tuner-chat-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});
const write = (files: Readonly<Record<string, string>>): void => {
  mkdirSync(join(folder, 'additional_chat_templates'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
};
const found = async (settings: Readonly<Record<string, unknown>>, name?: string): Promise<string | undefined> => {
  const files = await readChatTemplates(folder, settings);
  return files && findChatTemplate(files, name);
};

describe("a model's chat template", () => {
  it('is that of the settings, a text or one of several by name', async () => {
    expect(await found({ chat_template: 'one' })).toBe('one');
    const list = [
      { name: 'default', template: 'plain' },
      { name: 'tool_use', template: 'tools' },
    ];
    expect(await found({ chat_template: list })).toBe('plain');
    expect(await found({ chat_template: list }, 'tool_use')).toBe('tools');
    expect(await found({ chat_template: { default: 'by name' } })).toBe('by name');
  });

  it('is that of its own file before that of the settings', async () => {
    write({ 'chat_template.jinja': 'file', 'additional_chat_templates/rag.jinja': 'with documents' });
    expect(await found({ chat_template: 'settings' })).toBe('file');
    expect(await found({}, 'rag')).toBe('with documents');
  });

  it('is none where no file has one', async () => {
    expect(await found({})).toBeUndefined();
    expect(await found({ chat_template: null })).toBeUndefined();
  });

  it('is not guessed at: a name that is missing is refused with those that there are', async () => {
    write({ 'additional_chat_templates/rag.jinja': 'x', 'additional_chat_templates/tool_use.jinja': 'y' });
    await expect(found({})).rejects.toThrow('no chat template "default": it has rag, tool_use.');
    await expect(found({ chat_template: 'x' }, 'other')).rejects.toThrow('no chat template "other"');
  });

  it('is refused where it is neither a text nor texts with names', async () => {
    await expect(found({ chat_template: 3 })).rejects.toMatchObject({
      code: 'chat-template',
      location: { file: join(folder, 'tokenizer_config.json') },
    });
    await expect(found({ chat_template: [{ name: 'default' }] })).rejects.toMatchObject({ code: 'chat-template' });
  });
});

it('special tokens are known to a template by the names that the settings give, written as text or as a record', () => {
  const settings = { bos_token: '<s>', eos_token: { content: '</s>' }, pad_token: null, other_token: '<o>' };
  expect(namedSpecialTokens(settings)).toEqual({ bos_token: '<s>', eos_token: '</s>' });
});
