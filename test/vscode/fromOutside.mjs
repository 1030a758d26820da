// What a person does in a window that is driven from outside, where dialogs can be clicked.
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../support/running/until.mjs';

const paletteOf = (page) => page.locator('.quick-input-widget');

/**
 * Opens the palette with a text, as a person does: again where something that comes into the window, such as an editor
 * that is still opening, has taken it away, or where it opened before it knew the command.
 * @param then what is done in it
 */
export async function inPalette(page, text, then) {
  const options = { timeout: 30_000 };
  await until(`the palette with "${text}"`, async () => {
    try {
      await page.keyboard.press('F1');
      await paletteOf(page).locator('input[type=text]').fill(`>${text}`, options);
      await then(options);
    } catch (error) {
      await page.keyboard.press('Escape');
      throw error;
    }
    return true;
  });
}

/** Runs a command as a person does, by its title; what it asks for is left to the caller. */
export const chooseCommand = (page, command) =>
  inPalette(page, command, (options) =>
    paletteOf(page).locator('.monaco-list-row', { hasText: command }).first().click(options),
  );

/** Runs a command that asks for nothing. */
export async function run(page, command) {
  await chooseCommand(page, command);
  // A key that comes while the list is closing opens no other.
  await paletteOf(page).waitFor({ state: 'hidden' });
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
  const seen = () => visibleText(page);
  await until(`the window to show ${pattern}`, async () => pattern.test(await visibleText(page)), { seen });
}

/** What the pages of ours inside the window show. */
export const textsOfPages = (page) =>
  Promise.all(
    page
      .frames()
      .slice(1)
      .map((frame) => visibleText(frame)),
  );

/** Waits until a page of ours inside the window shows a text. @returns what was found */
export function untilFrames(page, pattern) {
  const find = async () =>
    (await textsOfPages(page)).map((text) => pattern.exec(text)?.[0]).find((found) => found !== undefined);
  return until(`a page to show ${pattern}`, find, { seen: async () => (await textsOfPages(page)).join('\n') });
}

/** Clicks a control of a page of ours as soon as it can be clicked. */
export async function pressInPages(page, name, role = 'button') {
  await until(`the ${role} ${name}`, async () => {
    for (const frame of page.frames().slice(1)) {
      const found = frame.getByRole(role, { name, exact: true }).first();
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
