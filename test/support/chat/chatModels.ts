import { copyFileSync, cpSync, readFileSync, writeFileSync } from 'node:fs';
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

/** A file of a tokenizer that npm has. */
const fileOf = (name: ModelName, file: string): string =>
  fileURLToPath(
    new URL(`../../../node_modules/${conversations.tokenizers[name].package}/models/${file}`, import.meta.url),
  );

const read = (name: ModelName, file: string): Record<string, unknown> =>
  JSON.parse(readFileSync(fileOf(name, file), 'utf8')) as Record<string, unknown>;

/** Its settings, with a chat template where it has none or an old one. */
function settingsOf(name: ModelName) {
  const settings = read(name, 'tokenizer_config.json');
  const written = templates[name] ?? findChatTemplate({ settings, file: 'tokenizer_config.json' })!;
  return { settings: { ...settings, chat_template: written }, written };
}

const opened = new Map<ModelName, ChatModel>();

/** A tokenizer and a chat template that npm has, opened as a model's own: large ones, so once for all files. */
export function openChatModel(name: ModelName): ChatModel {
  const model = opened.get(name) ?? openChatModelAnew(name);
  opened.set(name, model);
  return model;
}

/** The same, for who looks at the opening itself. */
export function openChatModelAnew(name: ModelName): ChatModel {
  const [definition, { settings, written }] = [read(name, 'tokenizer.json'), settingsOf(name)];
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
  cpSync(assembleModel('architectures/qwen2'), folder, { recursive: true });
  const configuration = JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8')) as object;
  const write = (file: string, value: object): void => writeFileSync(join(folder, file), JSON.stringify(value));
  write('config.json', { ...configuration, vocab_size: 300_000 });
  copyFileSync(fileOf(name, 'tokenizer.json'), join(folder, 'tokenizer.json'));
  write('tokenizer_config.json', settingsOf(name).settings);
}
