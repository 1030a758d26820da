import assert from 'node:assert/strict';
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';

const exchange = process.env.PROMPT_TUNER_EXCHANGE;
const usualMilliseconds = 60_000;

/** Whether someone looks at the window for us: only the browser's runner does. */
export const isWatched = exchange !== undefined;

/** A theme of each kind that comes with VS Code. */
export const themes = [
  ['dark', 'Default Dark Modern'],
  ['light', 'Default Light Modern'],
  ['high-contrast', 'Default High Contrast'],
] as const;

/** Everything that can be read in the window now, webviews included. @param picture also keeps a picture of that name */
export function readWindow(name: string, picture: boolean): Promise<string> {
  return askRunner(name, picture ? 'picture' : 'text');
}

/** The entries of the sidebar's trees that are too long for it. */
export async function cutOff(): Promise<readonly string[]> {
  return (await askRunner('cut', 'cut')).split('\n').filter((line) => line !== '');
}

/** Pastes into what has the focus as a person does, where commands would go another way. */
export async function paste(text: string): Promise<void> {
  await askRunner('paste', `paste ${text}`);
}

/** Types into what has the focus, key by key. */
export async function type(text: string): Promise<void> {
  await askRunner('type', `type ${text}`);
}

/** Presses one key, `Enter` or `Escape`. */
export async function key(name: string): Promise<void> {
  await askRunner('key', `key ${name}`);
}

/** Clicks a control, in a webview too. @param role of ARIA @param name that is read out */
export async function press(role: string, name: string): Promise<void> {
  await askRunner('press', `press ${role} ${name}`);
}

/** What the browser has refused to load or to run because of a content security policy, in our pages or in any other. */
export async function violations(): Promise<readonly string[]> {
  return (await askRunner('violations', 'violations')).split('\n').filter((line) => line !== '');
}

/** Breaks the content security policy of our pages, to see that a violation is noticed. */
export async function offend(): Promise<void> {
  await askRunner('offend', 'offend');
}

/** Types into a text field inside a webview, by its name. */
export async function fill(name: string, text: string): Promise<void> {
  await askRunner('fill', `fill ${JSON.stringify([name, text])}`);
}

async function askRunner(name: string, wanted: string): Promise<string> {
  assert(exchange, 'nobody watches this window');
  const ask = join(exchange, `${name}.ask`);
  const answer = join(exchange, `${name}.answer`);
  writeFileSync(`${ask}.part`, wanted);
  renameSync(`${ask}.part`, ask);
  await eventually(() => existsSync(answer), `the runner to answer "${name}"`);
  const text = readFileSync(answer, 'utf8');
  rmSync(answer);
  return text;
}

/** Waits until the window shows a text. */
export async function windowShows(pattern: RegExp, name: string, longest = usualMilliseconds): Promise<void> {
  let seen = '';
  await eventually(
    async () => pattern.test((seen = await readWindow(name, false))),
    () => `the window to show ${pattern}; it shows:\n${seen}`,
    longest,
  );
}

/** Waits for a condition; fails, saying what was awaited, after a minute or the time given. */
export async function eventually(
  condition: () => boolean | Promise<boolean>,
  what: string | (() => string),
  longest = usualMilliseconds,
): Promise<void> {
  const end = Date.now() + longest;
  while (!(await condition())) {
    if (Date.now() > end) assert.fail(`Waited in vain for ${typeof what === 'string' ? what : what()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** The folder that the window has open. */
export function workspaceFolder(): string {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  assert(folder, 'the test needs a workspace');
  return folder.uri.fsPath;
}

/** Writes a file below the workspace and opens it. */
export async function openWith(path: string, text: string): Promise<vscode.TextDocument> {
  const uri = vscode.Uri.file(join(workspaceFolder(), path));
  await vscode.workspace.fs.writeFile(uri, Buffer.from(text));
  const document = await vscode.workspace.openTextDocument(uri);
  await vscode.window.showTextDocument(document);
  return document;
}
