import * as l10n from '@vscode/l10n';
import { basename, extname } from 'node:path';
import { isMapping } from '../../syntax/schema';
import { pathsMatching } from '../importFiles';
import { chatOf, textPrompt, valueInFile, type FoundPrompt } from './promptfooChats';
import { readDataFile, type Mapping, type Reading } from './promptfooFiles';
import { tableRows } from './promptfooTables';

const textExtensions = new Set(['', '.txt', '.md', '.j2', '.prompt', '.njk', '.jinja', '.jinja2']);
const chatExtensions = new Set(['.json', '.yaml', '.yml']);

/**
 * The prompts of a configuration: texts, files and patterns of files, in a list or as the keys of a mapping.
 * @param reading.notCarried gets a sentence for each that is none or cannot be read
 */
export function readPrompts(value: unknown, reading: Reading): readonly FoundPrompt[] {
  const found = listedPrompts(value, reading);
  for (const { refused, label } of found)
    if (refused !== undefined)
      reading.notCarried.push(
        label === undefined ? l10n.t`A prompt: ${refused}.` : l10n.t`A prompt ("${label}"): ${refused}.`,
      );
  return found.filter(({ refused }) => refused === undefined);
}

function listedPrompts(value: unknown, reading: Reading): readonly FoundPrompt[] {
  if (isMapping(value) && !('raw' in value) && !('id' in value))
    return Object.entries(value).flatMap(([written, label]) =>
      labelled(promptsOf(written, reading), typeof label === 'string' ? label : undefined),
    );
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.flatMap((item): readonly FoundPrompt[] => {
    if (typeof item === 'string') return promptsOf(item, reading);
    if (isMapping(item)) return promptInMapping(item, reading);
    const chat = chatOf(item, reading.notCarried);
    if (!chat) reading.notCarried.push(l10n.t`The prompt ${JSON.stringify(item)}, which is no text and no file.`);
    return chat ? [chat] : [];
  });
}

const promptKeys = new Set(['raw', 'id', 'file', 'label', 'display']);

function promptInMapping(item: Mapping, reading: Reading): readonly FoundPrompt[] {
  for (const key of Object.keys(item))
    if (!promptKeys.has(key)) reading.notCarried.push(l10n.t`"${key}" of prompts, which has no counterpart.`);
  const written = item.raw ?? item.file ?? item.id ?? item.label;
  const label = [item.label, item.display].find((each) => typeof each === 'string' && each !== written);
  const chat = Array.isArray(written) ? chatOf(written, reading.notCarried) : undefined;
  const found = typeof written === 'string' ? promptsOf(written, reading) : chat ? [chat] : [];
  if (typeof written !== 'string' && !chat)
    reading.notCarried.push(l10n.t`The prompt ${JSON.stringify(item)}, which is no text and no file.`);
  return labelled(found, label as string | undefined);
}

const labelled = (prompts: readonly FoundPrompt[], label: string | undefined): readonly FoundPrompt[] =>
  label === undefined ? prompts : prompts.map((prompt) => ({ label, ...prompt }));

function promptsOf(written: string, reading: Reading): readonly FoundPrompt[] {
  const { files, notCarried } = reading;
  const named = /^file:\/\/(.+)$/s.exec(written.trim())?.[1]?.trim();
  const looksLikeFile =
    /^[^\s{}]+\.(?:txt|md|j2|njk|jinja2?|json|jsonl|ya?ml|prompty?|js|cjs|mjs|ts|py|csv)(?::\w+)?$/.test(written);
  const pattern = named ?? (looksLikeFile || /^[\w./-]*\*[\w./*-]*$/.test(written) ? written : undefined);
  if (/^(?:exec:|portkey:\/\/|langfuse:\/\/|helicone:\/\/)/.test(written)) {
    notCarried.push(l10n.t`The prompt "${written}", which would have to be run or fetched.`);
    return [];
  }
  if (pattern === undefined) return [textPrompt(written, notCarried)];
  const paths = pathsMatching(pattern, files);
  if (paths.length === 0) notCarried.push(l10n.t`The prompts "${pattern}", of which there is no file.`);
  return paths.flatMap((path) => promptsInFile(path, reading));
}

function promptsInFile(path: string, reading: Reading): readonly FoundPrompt[] {
  const { files, notCarried } = reading;
  const extension = extname(path);
  const isReadable = textExtensions.has(extension) || ['.jsonl', '.csv'].includes(extension);
  const text = isReadable || chatExtensions.has(extension) ? files.readFile?.(path) : undefined;
  if (text === undefined) {
    const reason =
      isReadable || chatExtensions.has(extension)
        ? l10n.t`which cannot be read`
        : extension === '.prompty'
          ? l10n.t`which is of Prompty: import it by itself`
          : l10n.t`which would have to be run, or is no text`;
    notCarried.push(l10n.t`The prompt "${basename(path)}", ${reason}.`);
    return [];
  }
  if (extension === '.csv') return promptsInTable(text, path, reading);
  if (extension === '.jsonl')
    return text.split(/\r\n?|\n/).flatMap((line) => (line.trim() ? [textPrompt(line, notCarried)] : []));
  if (extension === '.txt') return partsOf(text).map((part) => textPrompt(part, notCarried));
  if (!chatExtensions.has(extension)) return text.trim() === '' ? [] : [textPrompt(text.trimEnd(), notCarried)];
  return [chatFile(text, path, reading)];
}

/** A file of JSON or YAML, which holds a list of messages, or one of whom tags make such a list. */
function chatFile(text: string, path: string, reading: Reading): FoundPrompt {
  const { notCarried } = reading;
  const value = valueInFile(text);
  const chat = chatOf(withFiles(value, reading), notCarried);
  if (chat) return chat;
  const found = textPrompt(text.trim(), []);
  if (found.refused !== undefined || found.messages.some((each) => 'history' in each || each.role !== undefined))
    return textPrompt(text.trim(), notCarried);
  notCarried.push(l10n.t`"${basename(path)}": it holds no list of messages, and is taken as a text.`);
  return found;
}

/** A value in which texts that name a file are what the file holds. */
function withFiles(value: unknown, reading: Reading): unknown {
  if (Array.isArray(value)) return value.map((each: unknown) => withFiles(each, reading));
  if (isMapping(value))
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withFiles(each, reading)]));
  const path = typeof value === 'string' ? /^file:\/\/(.+)$/s.exec(value)?.[1] : undefined;
  if (path === undefined) return value;
  if (chatExtensions.has(extname(path))) return readDataFile(path, reading, l10n.t`What a message says`) ?? value;
  const text = textExtensions.has(extname(path)) ? reading.files.readFile?.(path) : undefined;
  if (text === undefined)
    reading.notCarried.push(
      l10n.t`What a message says in "${basename(path)}", which cannot be read, or would have to be run.`,
    );
  return text ?? value;
}

/** A text file may hold several prompts, parted by lines of three dashes. */
const partsOf = (text: string): readonly string[] =>
  text
    .split(/^[ \t]*---[ \t]*\r?$/m)
    .map((part) => part.trim())
    .filter(Boolean);

/** A table with a column of prompts, or a prompt a line. */
function promptsInTable(text: string, path: string, reading: Reading): readonly FoundPrompt[] {
  const rows = text.includes(',') ? tableRows(text, path, reading).map((cells) => new Map(cells)) : [];
  const prompts = rows.filter((row) => row.get('prompt'));
  if (prompts.length > 0)
    return prompts.flatMap((row) =>
      labelled([textPrompt(row.get('prompt')!.trim(), reading.notCarried)], row.get('label')?.trim() || undefined),
    );
  const lines = text.split(/\r\n?|\n/).filter((line) => line.trim() !== '');
  const first = lines[0]?.trim().toLowerCase() === 'prompt' ? 1 : 0;
  return lines.slice(first).map((line) => textPrompt(line, reading.notCarried));
}
