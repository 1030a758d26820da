import assert from 'node:assert/strict';
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { until } from '../../support/running/until.mjs';

const exchange = process.env.PROMPT_TUNER_EXCHANGE;

/** Whether someone looks at the window for us: only the browser's runner does. */
export const isWatched = exchange !== undefined;

/** A theme of each kind that comes with VS Code, the one that the window begins with first. */
export const themes = [
  ['dark', 'Default Dark Modern'],
  ['light', 'Default Light Modern'],
  ['high-contrast', 'Default High Contrast'],
  ['high-contrast-light', 'Default High Contrast Light'],
] as const;

/**
 * The themes of which pictures are kept. To draw the whole window in another costs as much as all else that a test
 * does: where all tests run, only those do it that are about themes.
 */
export const looks = process.env.PROMPT_TUNER_FEW_PICTURES === undefined ? themes : themes.slice(0, 1);

/** Texts that follow each other, with anything in between. */
export function inOrder(...parts: readonly RegExp[]): RegExp {
  return new RegExp(parts.map(({ source }) => source).join('[\\s\\S]*'));
}

/** All that can be read in the window now, webviews included. @param picture also keeps a picture of that name */
export function readWindow(name: string, picture: boolean): Promise<string> {
  return askRunner(name, picture ? 'picture' : 'text');
}

/** The entries of the sidebar's trees that are too long for it. */
export async function cutOff(): Promise<readonly string[]> {
  return linesOf(await askRunner('cut', 'cut'));
}

/** Pastes into what has the focus as a person does, where commands would go another way. */
export async function paste(text: string): Promise<void> {
  await untilDone('an editor to paste into', 'paste', text);
}

/** Types into the text field that has the focus, key by key. */
export async function type(text: string): Promise<void> {
  await untilDone('a text field to type into', 'type', text);
}

/** Presses one key, `Enter` or `Escape`. */
export async function key(name: string): Promise<void> {
  await untilDone(`the key ${name}`, 'key', name);
}

/** Takes the entry of the open list that is in focus, once it is the one that is wanted. */
export async function accept(entry: RegExp): Promise<void> {
  let focused = '';
  await until(`the list to be at ${entry}`, async () => entry.test((focused = await askRunner('focused', 'focused'))), {
    seen: () => focused,
  });
  await key('Enter');
}

/** Clicks a control as soon as there is one, in a webview too. @param role of ARIA @param name that is read out */
export async function press(role: string, name: string): Promise<void> {
  await untilDone(`the ${role} "${name}" to be pressed`, 'press', `${role} ${name}`);
}

/** Opens the menu of a control as the right button does. @param role of ARIA @param name that is read out */
export async function openMenu(role: string, name: string): Promise<void> {
  await untilDone(`the menu of the ${role} "${name}"`, 'open', `${role} ${name}`);
}

/** Drags what has a role and a name onto what has another. */
export async function drag(
  what: readonly [role: string, name: string],
  onto: readonly [string, string],
): Promise<void> {
  await untilDone(`"${what[1]}" to be dragged`, 'drag', JSON.stringify([what, onto]));
}

/** Types into a text field inside a webview, by its name. */
export async function fill(name: string, text: string): Promise<void> {
  await untilDone(`the text field "${name}"`, 'fill', JSON.stringify([name, text]));
}

/** What the browser has refused because of a content security policy, in our pages or in any other. */
export async function violations(): Promise<readonly string[]> {
  return linesOf(await askRunner('violations', 'violations'));
}

/** Breaks the content security policy of our pages, to see that a violation is noticed. */
export async function offend(): Promise<void> {
  await askRunner('offend', 'offend');
}

/** Steps of the walkthrough that is open which are completed. */
export const stepsDone = async (): Promise<number> => Number(await askRunner('checked', 'checked'));

/** Changes the theme and waits until the window and every page of ours in it has been drawn in it. */
export async function setTheme(id: string): Promise<void> {
  await vscode.workspace.getConfiguration('workbench').update('colorTheme', id, vscode.ConfigurationTarget.Global);
  if (!isWatched) return;
  let shown: readonly string[] = [];
  await until(
    `the window and its pages in ${id}`,
    async () => (shown = linesOf(await askRunner('themes', 'themes'))).every((each) => each === id),
    { seen: () => shown.join(', ') },
  );
}

/** Keeps a picture in each theme that someone looks at. */
export async function inThemes(name: string): Promise<void> {
  for (const [theme, id] of looks) {
    if (looks.length > 1) await setTheme(id);
    await readWindow(`${name}-${theme}`, true);
  }
  if (looks.length > 1) await setTheme(themes[0][1]);
}

/** Parts of the window that are shown small, left, top, width and height in pixels. */
export type Part = readonly [left: number, top: number, width: number, height: number];

/** Keeps a small picture of a part of the window, in the dark theme and the light one. */
export async function keepSmall(name: string, part: Part): Promise<void> {
  for (const [theme, id] of looks.slice(0, 2)) {
    await setTheme(id);
    await askRunner(`small-${name}-${theme}`, `shot ${JSON.stringify({ name: `${name}-${theme}`, part })}`);
  }
  await setTheme(themes[0][1]);
}

/** Loads the pages of all webviews again, and waits until none of the old ones is left. */
export async function reloadWebviews(): Promise<void> {
  await askRunner('mark', 'mark');
  await vscode.commands.executeCommand('workbench.action.webview.reloadWebviewAction');
  await until('the old pages to go', async () => (await askRunner('marked', 'marked')) === '0');
}

/** Asks for something to be done, again until it could be. */
async function untilDone(what: string, request: string, words: string): Promise<void> {
  let answer = '';
  await until(what, async () => (answer = await askRunner(request, `${request} ${words}`)) === 'done', {
    seen: () => answer,
  });
}

async function askRunner(name: string, wanted: string): Promise<string> {
  assert(exchange, 'nobody watches this window');
  const ask = join(exchange, `${name}.ask`);
  const answer = join(exchange, `${name}.answer`);
  writeFileSync(`${ask}.part`, wanted);
  renameSync(`${ask}.part`, ask);
  await until(`the runner to answer "${name}"`, () => existsSync(answer));
  const text = readFileSync(answer, 'utf8');
  rmSync(answer);
  return text;
}

function linesOf(text: string): readonly string[] {
  return text.split('\n').filter((line) => line !== '');
}

/** Waits until the window shows a text. @returns all that it shows then */
export async function windowShows(pattern: RegExp, name: string): Promise<string> {
  let shown = '';
  await until(`the window to show ${pattern}`, async () => pattern.test((shown = await readWindow(name, false))), {
    seen: () => shown,
  });
  return shown;
}

/** Waits until an editor of that title is open. */
export async function untilOpen(title: string): Promise<void> {
  const titles = (): readonly string[] =>
    vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs.map(({ label }) => label));
  await until(`"${title}" to be open`, () => titles().includes(title), { seen: () => titles().join(', ') });
}

/** Waits until a document holds a text, which arrives a moment after the command that writes it is done. */
export async function untilText(document: vscode.TextDocument, text: string): Promise<void> {
  await until('the text of the document', () => document.getText() === text, { seen: () => document.getText() });
}

/** Takes the last edit of a document back, which must bring a text back. */
export async function undo(document: vscode.TextDocument, text: string): Promise<void> {
  await vscode.window.showTextDocument(document);
  await until('the document to be at hand', () => vscode.window.activeTextEditor?.document === document);
  await vscode.commands.executeCommand('undo');
  await untilText(document, text);
}

/** The folder that the window has open. */
export function workspaceFolder(): string {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  assert(folder, 'the test needs a workspace');
  return folder.uri.fsPath;
}

/** The text of a file below the workspace. */
export async function readFile(path: string): Promise<string> {
  return Buffer.from(await vscode.workspace.fs.readFile(vscode.Uri.file(join(workspaceFolder(), path)))).toString();
}

/** Writes a file below the workspace and opens it. */
export async function openWith(path: string, text: string): Promise<vscode.TextDocument> {
  const uri = vscode.Uri.file(join(workspaceFolder(), path));
  await vscode.workspace.fs.writeFile(uri, Buffer.from(text));
  const document = await vscode.workspace.openTextDocument(uri);
  await vscode.window.showTextDocument(document);
  // A document that was open already takes the new text over when the file is found changed.
  await untilText(document, text);
  return document;
}
