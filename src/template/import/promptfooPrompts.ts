import { basename, extname } from 'node:path';
import { isMapping } from '../syntax/schema';
import { pathsMatching, type FilesAround } from './importFiles';
import { readImportedYaml } from './importYaml';

/** A prompt of a configuration: one text, or the messages of a chat. */
export interface FoundPrompt {
  readonly messages: readonly { readonly role?: string; readonly content: string }[];
}

const textExtensions = new Set(['.txt', '.md', '.j2', '.prompt', '.njk', '.jinja', '.jinja2']);
const dataExtensions = new Set(['.json', '.yaml', '.yml', '.jsonl']);

/**
 * The prompts of a configuration: texts, files and patterns of files, in a list or as the keys of a mapping.
 * @param notCarried gets a sentence for each that is none or cannot be read
 */
export function readPrompts(value: unknown, files: FilesAround, notCarried: string[]): readonly FoundPrompt[] {
  if (isMapping(value) && !('raw' in value) && !('id' in value))
    return Object.keys(value).flatMap((key) => promptsOf(key, files, notCarried));
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.flatMap((item): readonly FoundPrompt[] => {
    const written = isMapping(item) ? (item.raw ?? item.file ?? item.id ?? item.label) : item;
    if (Array.isArray(written)) return messagesOf(written);
    return typeof written === 'string' ? promptsOf(written, files, notCarried) : [];
  });
}

function promptsOf(written: string, files: FilesAround, notCarried: string[]): readonly FoundPrompt[] {
  const named = /^file:\/\/(.+)$/s.exec(written.trim())?.[1]?.trim();
  const looksLikeFile =
    /^[^\s{}]+\.(?:txt|md|j2|njk|jinja2?|json|jsonl|ya?ml|prompt|js|cjs|mjs|ts|py|csv)(?::\w+)?$/.test(written);
  const pattern = named ?? (looksLikeFile || /^[\w./-]*\*[\w./*-]*$/.test(written) ? written : undefined);
  if (pattern === undefined) return textPrompts(written);
  const paths = pathsMatching(pattern, files);
  if (paths.length === 0) notCarried.push(`The prompts "${pattern}", of which there is no file.`);
  return paths.flatMap((path) => {
    const extension = extname(path);
    const readable = textExtensions.has(extension) || dataExtensions.has(extension) || extension === '';
    const text = readable ? files.readFile?.(path) : undefined;
    if (text === undefined) {
      const reason = readable ? 'which cannot be read' : 'which would have to be run, or is no text';
      notCarried.push(`The prompt "${basename(path)}", ${reason}.`);
      return [];
    }
    if (extension === '.jsonl') return text.split(/\r\n?|\n/).flatMap((line) => (line.trim() ? textPrompts(line) : []));
    return dataExtensions.has(extension) ? chatPrompt(text, path, notCarried) : parts(text).flatMap(textPrompts);
  });
}

/** A file may hold several prompts, parted by lines of three dashes. */
const parts = (text: string): readonly string[] =>
  text
    .split(/^---[ \t]*\r?$/m)
    .map((part) => part.trim())
    .filter(Boolean);

/** A text; one that is JSON of messages is a chat. */
function textPrompts(text: string): readonly FoundPrompt[] {
  if (/^\s*\[\s*\{/.test(text)) {
    try {
      const found = messagesOf(JSON.parse(text));
      if (found.length > 0) return found;
    } catch {
      // A text in brackets that is no JSON is a text.
    }
  }
  return [{ messages: [{ content: text }] }];
}

function chatPrompt(text: string, path: string, notCarried: string[]): readonly FoundPrompt[] {
  try {
    const found = messagesOf(readImportedYaml(text, `"${basename(path)}"`));
    if (found.length > 0) return found;
  } catch {
    // Tags of Nunjucks may make it invalid until they are filled in; then it is a text.
  }
  notCarried.push(`"${basename(path)}": it holds no list of messages, and is taken as a text.`);
  return textPrompts(text.trim());
}

/** The messages of a chat; none where a value is no list of them. */
function messagesOf(value: unknown): readonly FoundPrompt[] {
  const list: unknown = isMapping(value) ? value.messages : value;
  if (!Array.isArray(list) || list.length === 0) return [];
  const messages = list.flatMap((message: unknown) => {
    if (!isMapping(message) || typeof message.role !== 'string') return [];
    const content = contentOf(message.content);
    return content === undefined ? [] : [{ role: message.role, content }];
  });
  return messages.length === list.length ? [{ messages }] : [];
}

function contentOf(content: unknown): string | undefined {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return undefined;
  const texts = content.map((part: unknown) =>
    isMapping(part) && typeof part.text === 'string' ? part.text : undefined,
  );
  return texts.includes(undefined) ? undefined : texts.join('\n');
}
