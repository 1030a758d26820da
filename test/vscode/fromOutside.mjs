// What a person does in a window that is driven from outside, where dialogs can be clicked.
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../support/running/until.mjs';

/** Runs a command that asks for nothing as a person does, by its title. */
export async function run(page, command) {
  const list = page.locator('.quick-input-widget');
  await page.keyboard.press('F1');
  await list.locator('input[type=text]').fill(`>${command}`);
  await list.locator('.monaco-list-row', { hasText: command }).first().click();
  // A key that comes while the list is closing opens no other.
  await list.waitFor({ state: 'hidden' });
}

/**
 * An extension whose command changes the theme as `theme.txt` of the workspace says, by settings of the workspace:
 * while those of the person are being written, a window finds them empty for a moment.
 */
export const themeChanger = {
  'package.json': JSON.stringify({
    name: 'theme',
    publisher: 'test',
    version: '0.0.1',
    engines: { vscode: '^1.100.0' },
    main: './extension.js',
    contributes: { commands: [{ command: 'theme.change', title: 'Theme: Change' }] },
  }),
  'extension.js': `
const vscode = require('vscode');
const { readFileSync, rmSync } = require('node:fs');
exports.activate = ({ subscriptions }) =>
  subscriptions.push(
    vscode.commands.registerCommand('theme.change', async () => {
      const [{ uri }] = vscode.workspace.workspaceFolders;
      const file = vscode.Uri.joinPath(uri, 'theme.txt').fsPath;
      await vscode.workspace.getConfiguration('workbench').update('colorTheme', readFileSync(file, 'utf8'), false);
      rmSync(file);
    }),
  );
`,
};

/** Themes of which pictures are kept, and the class that a window in each has; where all tests run, it is one. */
export const themes = [
  { name: 'dark', theme: 'Default Dark Modern', kind: 'vs-dark' },
  { name: 'light', theme: 'Default Light Modern', kind: 'vs' },
  { name: 'high-contrast', theme: 'Default High Contrast', kind: 'hc-black' },
].slice(0, process.env.PROMPT_TUNER_FEW_PICTURES === undefined ? undefined : 1);

/** Changes the theme of a window that has the extension, and waits until it is drawn in it. */
export async function changeTheme(page, folder, { theme, kind }) {
  const file = join(folder, 'theme.txt');
  writeFileSync(file, theme);
  await run(page, 'Theme: Change');
  await until('the settings to hold the theme', () => !existsSync(file));
  await until(`the window in ${theme}`, () => page.locator(`.monaco-workbench.${kind}`).count());
}

/** Waits until the window itself shows a text. */
export async function shows(page, pattern) {
  await until(`the window to show ${pattern}`, async () => pattern.test(await visibleText(page)));
}

/** Waits until a page of ours inside the window shows a text. */
export async function untilFrames(page, pattern) {
  await until(`a page to show ${pattern}`, async () => {
    const texts = await Promise.all(
      page
        .frames()
        .slice(1)
        .map((frame) => visibleText(frame)),
    );
    return texts.some((text) => pattern.test(text));
  });
}

/** Clicks a button of a page of ours as soon as it can be clicked. */
export async function pressInPages(page, name) {
  await until(`the button ${name}`, async () => {
    for (const frame of page.frames().slice(1)) {
      const found = frame.getByRole('button', { name, exact: true }).first();
      if (!(await found.isVisible().catch(() => false))) continue;
      return found.click({ timeout: 60_000 }).then(() => true);
    }
    return false;
  });
}

export const visibleText = (page) => page.evaluate('document.body.innerText').catch(() => '');

/** Records of all runs of a workspace, the oldest first. */
export function recordsIn(folder) {
  return runFolders(folder)
    .sort()
    .map((path) => JSON.parse(readFileSync(join(path, 'run.json'), 'utf8')));
}

function runFolders(folder) {
  const runs = join(folder, '.prompt-tuner', 'runs');
  const ids = existsSync(runs) ? readdirSync(runs).filter((id) => !id.startsWith('.')) : [];
  return ids.map((id) => join(runs, id));
}

/** Closes what is open, and takes the runs away. */
export async function clearWindow(page, folder) {
  await run(page, 'View: Close All Editors');
  await run(page, 'Notifications: Clear All Notifications');
  for (const path of runFolders(folder)) rmSync(path, { recursive: true, force: true, maxRetries: 3 });
}

/**
 * Runs tests one after the other in a window.
 * @param picture takes one of the window where one fails
 * @returns a test's runner, and what became of each
 */
export function testsIn(page, picture) {
  const results = [];
  const test = async (title, work) => {
    try {
      await work();
      results.push({ title, state: 'passed' });
    } catch (error) {
      await picture();
      results.push({ title, state: 'failed', error: `${error.stack}\nThe window shows:\n${await visibleText(page)}` });
    }
  };
  return { test, results };
}
