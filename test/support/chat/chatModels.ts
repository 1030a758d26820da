import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openChatTemplate, type ChatTemplate } from '../../../src/chat/chatTemplate';
import { openChatEncoder, type ChatEncoder } from '../../../src/chat/encodeChat';
import { findChatTemplate, namedSpecialTokens } from '../../../src/chat/findChatTemplate';
import { makeTokenizer, type Tokenizer } from '../../../src/model/tokenizer/tokenizer';
import { assembleModel } from '../models/models';
import conversations from './conversations.json';

export interface ChatModel {
  readonly template: ChatTemplate;
  readonly tokenizer: Tokenizer;
  readonly encoder: ChatEncoder;
}

export type ModelName = keyof typeof conversations.tokenizers;

const templates: Readonly<Record<string, string>> = conversations.templates;

/** The files of a tokenizer that npm has, with a chat template where it has none or an old one. */
function filesOf(name: ModelName) {
  const root = fileURLToPath(
    new URL(`../../../node_modules/${conversations.tokenizers[name].package}`, import.meta.url),
  );
  const read = (file: string): Record<string, unknown> =>
    JSON.parse(readFileSync(join(root, 'models', file), 'utf8')) as Record<string, unknown>;
  const [definition, settings] = [read('tokenizer.json'), read('tokenizer_config.json')];
  const written = templates[name] ?? findChatTemplate({ settings, file: 'tokenizer_config.json' })!;
  return { definition, settings: { ...settings, chat_template: written }, written };
}

/** A tokenizer and a chat template that npm has, opened as a model's own. */
export function openChatModel(name: ModelName): ChatModel {
  const { definition, settings, written } = filesOf(name);
  const chat = { file: 'tokenizer_config.json', settings };
  const template = openChatTemplate(written, namedSpecialTokens(settings), { file: 'tokenizer_config.json' });
  const tokenizer = makeTokenizer(
    { definition, settings: {}, chat },
    { file: 'tokenizer.json', vocabularySize: 300_000 },
  );
  return { template, tokenizer, encoder: openChatEncoder(template, tokenizer) };
}

/** The same as a folder of a model, of which all can be read but the weights. */
export function writeChatModel(name: ModelName, folder: string): void {
  const { definition, settings } = filesOf(name);
  cpSync(assembleModel('architectures/qwen2'), folder, { recursive: true });
  const configuration = JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8')) as object;
  const write = (file: string, value: object): void => writeFileSync(join(folder, file), JSON.stringify(value));
  write('config.json', { ...configuration, vocab_size: 300_000 });
  write('tokenizer.json', definition);
  write('tokenizer_config.json', settings);
}
