import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openChatTemplate, type ChatTemplate } from '../../../src/chat/chatTemplate';
import { openChatEncoder, type ChatEncoder } from '../../../src/chat/encodeChat';
import { findChatTemplate, namedSpecialTokens } from '../../../src/chat/findChatTemplate';
import { makeTokenizer, type Tokenizer } from '../../../src/model/tokenizer/tokenizer';
import conversations from './conversations.json';

export interface ChatModel {
  readonly template: ChatTemplate;
  readonly tokenizer: Tokenizer;
  readonly encoder: ChatEncoder;
}

export type ModelName = keyof typeof conversations.tokenizers;

const templates: Readonly<Record<string, string>> = conversations.templates;

/** A tokenizer and a chat template that npm has, opened as a model's own. */
export function openChatModel(name: ModelName): ChatModel {
  const root = fileURLToPath(
    new URL(`../../../node_modules/${conversations.tokenizers[name].package}`, import.meta.url),
  );
  const read = (file: string): Record<string, unknown> =>
    JSON.parse(readFileSync(join(root, 'models', file), 'utf8')) as Record<string, unknown>;
  const [definition, settings] = [read('tokenizer.json'), read('tokenizer_config.json')];
  const written = templates[name] ?? findChatTemplate({ settings, file: 'tokenizer_config.json' });
  const chat = { file: 'tokenizer_config.json', settings: { ...settings, chat_template: written } };
  const template = openChatTemplate(written!, namedSpecialTokens(settings), { file: 'tokenizer_config.json' });
  const tokenizer = makeTokenizer(
    { definition, settings: {}, chat },
    { file: 'tokenizer.json', vocabularySize: 300_000 },
  );
  return { template, tokenizer, encoder: openChatEncoder(template, tokenizer) };
}
