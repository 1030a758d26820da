import * as l10n from '@vscode/l10n';
import { isObject } from '../channel/guards';
import { Failure } from '../failure';
import { enumerated } from '../words/listed';

/** What the files of a model say of its chat template, as they were read. */
export interface ChatTemplateFiles {
  /** The file to name where a template fails. */
  readonly file: string;
  /** `tokenizer_config.json`, or the settings that a GGUF file holds. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** `chat_template.jinja`, which outranks the settings. */
  readonly jinja?: string;
  /** `additional_chat_templates/NAME.jinja`, by name. */
  readonly additional?: Readonly<Record<string, string>>;
}

/** Whether a model has a chat template, be it one that cannot be read. */
export const hasChatTemplate = ({ settings, jinja, additional = {} }: ChatTemplateFiles): boolean =>
  jinja !== undefined ||
  Object.keys(additional).length > 0 ||
  (settings.chat_template !== undefined && settings.chat_template !== null);

/**
 * The chat template of a model, or undefined where it has none.
 * @param written the name of one of several, as `tune.chat` has it; `default` where it is no text
 * @throws Failure "chat-template" for one of no such name, or a list that cannot be read
 */
export function findChatTemplate(files: ChatTemplateFiles, written?: unknown): string | undefined {
  const name = typeof written === 'string' ? written : 'default';
  const templates = namedTemplates(files);
  const found = templates.get(name);
  if (found !== undefined || templates.size === 0) return found;
  throw new Failure(
    'chat-template',
    l10n.t`The model has no chat template "${name}": it has ${enumerated([...templates.keys()])}.`,
    { file: files.file },
    l10n.t`Name one that it has: tune.chat: { chat_template: … }.`,
  );
}

/** The names of the chat templates of a model. @throws Failure "chat-template" for a list that cannot be read */
export const chatTemplateNames = (files: ChatTemplateFiles): readonly string[] => [...namedTemplates(files).keys()];

function namedTemplates(files: ChatTemplateFiles): ReadonlyMap<string, string> {
  const templates = new Map(Object.entries(files.additional ?? {}));
  if (files.jinja !== undefined) templates.set('default', files.jinja);
  else if (templates.size === 0) for (const [key, template] of templatesIn(files)) templates.set(key, template);
  return templates;
}

function templatesIn({ settings, file }: ChatTemplateFiles): (readonly [string, string])[] {
  const written = settings.chat_template;
  if (written === undefined || written === null) return [];
  if (typeof written === 'string') return [['default', written]];
  const entries = Array.isArray(written)
    ? written.map((one: unknown) => (isObject(one) ? [one.name, one.template] : []))
    : isObject(written)
      ? Object.entries(written)
      : [[]];
  return entries.map(([key, template]) => {
    if (typeof key === 'string' && typeof template === 'string') return [key, template] as const;
    throw new Failure(
      'chat-template',
      l10n.t`The chat_template of the tokenizer's settings is neither a text nor named texts.`,
      { file },
      l10n.t`Use the tokenizer_config.json that belongs to the model.`,
    );
  });
}

const named = ['bos_token', 'eos_token', 'unk_token', 'sep_token', 'pad_token', 'cls_token', 'mask_token'];

/** The special tokens that a template knows by name: those that the tokenizer has. */
export function namedSpecialTokens(settings: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  const extra = settings.extra_special_tokens ?? settings.model_specific_special_tokens;
  const entries = [
    ...named.map((name) => [name, settings[name]] as const),
    ...Object.entries(isObject(extra) ? extra : {}),
  ];
  return Object.fromEntries(
    entries.flatMap(([name, token]) => {
      const text = isObject(token) ? token.content : token;
      return typeof text === 'string' ? [[name, text] as const] : [];
    }),
  );
}
