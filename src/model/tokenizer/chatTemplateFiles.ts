import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hasChatTemplate, type ChatTemplateFiles } from '../../chat/findChatTemplate';

/** Files beside `tokenizer.json` that hold chat templates, in the form of transformers 5 and the older one. */
export const chatTemplateFile = 'chat_template.jinja';
export const additionalTemplates = 'additional_chat_templates';

/**
 * The chat templates of a model's folder; undefined where it has none.
 * @param settings `tokenizer_config.json`
 */
export async function readChatTemplates(
  folder: string,
  settings: Readonly<Record<string, unknown>>,
): Promise<ChatTemplateFiles | undefined> {
  const file = join(folder, chatTemplateFile);
  const jinja = await readIfThere(file);
  const names = (await readdir(join(folder, additionalTemplates)).catch(() => [])).filter((name) =>
    name.endsWith('.jinja'),
  );
  const additional = Object.fromEntries(
    await Promise.all(
      names.map(async (name) => [
        name.slice(0, -'.jinja'.length),
        (await readIfThere(join(folder, additionalTemplates, name))) ?? '',
      ]),
    ),
  ) as Readonly<Record<string, string>>;
  const chat: ChatTemplateFiles = {
    file: jinja === undefined ? join(folder, 'tokenizer_config.json') : file,
    settings,
    ...(jinja !== undefined && { jinja }),
    ...(names.length > 0 && { additional }),
  };
  return hasChatTemplate(chat) ? chat : undefined;
}

const readIfThere = (file: string): Promise<string | undefined> =>
  readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
