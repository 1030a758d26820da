import { readFileSync } from 'node:fs';
import { basename, dirname, extname, resolve } from 'node:path';
import * as vscode from 'vscode';
import { Failure } from '../../failure';
import type { Imported } from '../../template/import/imported';
import { importOpenPrompt } from '../../template/import/importOpenPrompt';
import { importPromptfoo } from '../../template/import/importPromptfoo';
import { importPrompty } from '../../template/import/importPrompty';
import { withoutByteOrderMark } from '../../template/text/byteOrderMark';
import { showNotCarried, writeNewFiles } from './newFiles';
import type { Command } from '../registerCommands';

interface Format {
  readonly title: string;
  readonly extensions: readonly string[];
  convert(text: string, name: string, path: string): Imported;
}

const formats: Readonly<Record<'importOpenPrompt' | 'importPrompty' | 'importPromptfoo', Format>> = {
  importOpenPrompt: {
    title: 'OpenPrompt Template',
    extensions: ['txt'],
    convert: (text, name, path) => importOpenPrompt(text, { name, verbalizer: verbalizerBeside(path) }),
  },
  importPrompty: { title: 'Prompty', extensions: ['prompty'], convert: (text, name) => importPrompty(text, { name }) },
  importPromptfoo: {
    title: 'promptfoo Configuration',
    extensions: ['yaml', 'yml', 'json'],
    convert: (text, name, path) =>
      importPromptfoo(text, { name, readFile: (file) => readIfPresent(resolve(dirname(path), file)) }),
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
    const name = basename(source.fsPath, extname(source.fsPath));
    const made = await writeNewFiles(vscode.Uri.joinPath(source, '..'), name, (free) =>
      format.convert(text, free, source.fsPath),
    );
    void showNotCarried(file, made);
  } catch (error) {
    const remedy = error instanceof Failure && error.remedy ? ` ${error.remedy}` : '';
    void vscode.window.showErrorMessage(
      `${file} could not be imported. ${error instanceof Error ? error.message : String(error)}${remedy}`,
    );
  }
}

async function chooseFile({ title, extensions }: Format): Promise<vscode.Uri | undefined> {
  const chosen = await vscode.window.showOpenDialog({
    title: `Import ${title}`,
    openLabel: 'Import',
    canSelectMany: false,
    filters: { [title]: [...extensions], 'All Files': ['*'] },
  });
  return chosen?.[0];
}

/**
 * OpenPrompt keeps the label words in a file of their own, usually `verbalizer` or `…_verbalizer` beside the
 * templates.
 */
function verbalizerBeside(path: string): string | undefined {
  const name = basename(path, extname(path));
  const names = ['json', 'jsonl', 'txt'].flatMap((extension) => [
    `${name}_verbalizer.${extension}`,
    `verbalizer.${extension}`,
    `manual_verbalizer.${extension}`,
  ]);
  for (const each of names) {
    const text = readIfPresent(resolve(dirname(path), each));
    if (text !== undefined && each !== basename(path)) return text;
  }
  return undefined;
}

function readIfPresent(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
