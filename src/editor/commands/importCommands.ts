import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, extname, resolve } from 'node:path';
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { Failure } from '../../failure';
import { mayRead } from '../../fileAccess';
import { enumerated, sentences } from '../../words/listed';
import type { FilesAround } from '../../template/import/importFiles';
import type { Imported } from '../../template/import/imported';
import { importMessages } from '../../template/import/messages/importMessages';
import { importOpenPrompt } from '../../template/import/openPrompt/importOpenPrompt';
import { importPromptfoo } from '../../template/import/promptfoo/importPromptfoo';
import { importPromptFile } from '../../template/import/promptFile/importPromptFile';
import { importPrompty } from '../../template/import/prompty/importPrompty';
import { withoutByteOrderMark } from '../../template/text/byteOrderMark';
import { showNotCarried, writeNewFiles } from './newFiles';
import type { Command } from '../registerCommands';

interface Format {
  readonly title: () => string;
  readonly extensions: readonly string[];
  convert(text: string, name: string, path: string): Imported;
}

const formats: Readonly<Record<string, Format>> = {
  importOpenPrompt: {
    title: () => l10n.t`OpenPrompt Template`,
    extensions: ['txt'],
    convert: (text, name, path) => withVerbalizer(text, name, path),
  },
  importPrompty: {
    title: () => 'Prompty',
    extensions: ['prompty'],
    convert: (text, name, path) => importPrompty(text, { name, ...filesAround(dirname(path)) }),
  },
  importPromptfoo: {
    title: () => l10n.t`promptfoo Configuration`,
    extensions: ['yaml', 'yml', 'json'],
    convert: (text, name, path) => importPromptfoo(text, { name, ...filesAround(dirname(path)) }),
  },
  importPromptFile: {
    title: () => l10n.t`Prompt File of VS Code`,
    extensions: ['md'],
    convert: (text, name) => importPromptFile(text, { name }),
  },
  importMessages: {
    title: () => l10n.t`Conversations`,
    extensions: ['jsonl', 'json'],
    convert: (text, name, path) => importMessages(text, { name, file: basename(path), ...filesAround(dirname(path)) }),
  },
};

/** The commands that write templates from prompts of other tools; the original is left as it is. */
export const importCommands: readonly Command[] = Object.entries(formats).map(([id, format]) => ({
  id,
  needsTrust: false,
  run: (selected: unknown) => importFile(format, selected),
}));

async function importFile(format: Format, selected: unknown): Promise<void> {
  const source = selected instanceof vscode.Uri ? selected : await chooseFile(format);
  if (!source) return;
  const file = basename(source.fsPath);
  try {
    const text = withoutByteOrderMark(Buffer.from(await vscode.workspace.fs.readFile(source)).toString('utf8'));
    // A prompt file has two extensions.
    const name = basename(source.fsPath, extname(source.fsPath)).replace(/\.prompt$/i, '');
    const made = await writeNewFiles(vscode.Uri.joinPath(source, '..'), name, (free) =>
      format.convert(text, free, source.fsPath),
    );
    void showNotCarried(file, made);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const { location, remedy } = error instanceof Failure ? error : { location: {}, remedy: undefined };
    const message =
      location.line === undefined
        ? l10n.t`${file} could not be imported. ${why}`
        : l10n.t`${file} could not be imported. Line ${location.line}: ${why}`;
    void vscode.window.showErrorMessage(sentences([message, remedy]));
  }
}

async function chooseFile({ title, extensions }: Format): Promise<vscode.Uri | undefined> {
  const chosen = await vscode.window.showOpenDialog({
    title: l10n.t`Import ${title()}`,
    openLabel: l10n.t`Import`,
    canSelectMany: false,
    filters: { [title()]: [...extensions], [l10n.t`All Files`]: ['*'] },
  });
  return chosen?.[0];
}

/**
 * OpenPrompt keeps the label words in a file of their own beside the templates: `NAME_verbalizer`, `verbalizer`,
 * `manual_verbalizer`, or another of that kind.
 */
function verbalizersBeside(path: string): readonly string[] {
  const own = basename(path, extname(path)).toLowerCase();
  const named = (file: string) => basename(file, extname(file)).toLowerCase();
  const preferred = [`${own}_verbalizer`, own.replace(/template/, 'verbalizer'), 'verbalizer', 'manual_verbalizer'];
  const rank = (file: string) => (preferred.indexOf(named(file)) + preferred.length + 1) % (preferred.length + 1);
  return readFolder(dirname(path))
    .filter((file) => /verbalizer/i.test(file) && /\.(?:jsonl?|txt)$/i.test(file) && file !== basename(path))
    .sort((a, b) => rank(a) - rank(b) || a.localeCompare(b));
}

/** With the first verbalizer beside the template, and a word on it where there are others. */
function withVerbalizer(text: string, name: string, path: string): Imported {
  const [found, ...others] = verbalizersBeside(path);
  const verbalizer = found === undefined ? undefined : readIfPresent(resolve(dirname(path), found));
  const imported = importOpenPrompt(text, { name, verbalizer });
  if (found === undefined || others.length === 0) return imported;
  const said = l10n.t`The label words of ${enumerated(others.map((file) => `"${file}"`))}: those of "${found}" are \
taken.`;
  return { ...imported, notCarried: [...imported.notCarried, said] };
}

/** What lies around an imported file, as far as templates may read. */
const filesAround = (folder: string): FilesAround => ({
  readFile: (file) => readIfPresent(resolve(folder, file)),
  listFolder: (path) => readFolder(resolve(folder, path)),
});

function readFolder(path: string): readonly string[] {
  try {
    if (!mayRead(path)) return [];
    return readdirSync(path, { withFileTypes: true }).map((entry) => `${entry.name}${entry.isDirectory() ? '/' : ''}`);
  } catch {
    return [];
  }
}

function readIfPresent(path: string): string | undefined {
  try {
    return mayRead(path) ? withoutByteOrderMark(readFileSync(path, 'utf8')) : undefined;
  } catch {
    return undefined;
  }
}
