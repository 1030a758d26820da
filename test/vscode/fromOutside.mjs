// What a person does in a window that is driven from outside, where dialogs can be clicked.
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../support/running/until.mjs';

/** Long enough for a machine that does ten other things. */
export const usualMilliseconds = 300_000;

/** Runs a command that asks for nothing as a person does, by its title. */
export async function run(page, command) {
  const list = page.locator('.quick-input-widget');
  await page.keyboard.press('F1');
  await list.locator('input[type=text]').fill(`>${command}`, { timeout: usualMilliseconds });
  await list.locator('.monaco-list-row', { hasText: command }).first().click();
  // A key that comes while the list is closing opens no other.
  await list.waitFor({ state: 'hidden', timeout: usualMilliseconds });
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

/**
 * Changes the theme of a window that has the extension, and waits until it is drawn in it.
 * @param kind the class that windows in themes of its kind have
 */
export async function changeTheme(page, { folder, theme, kind }) {
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
      if (await found.isVisible().catch(() => false)) return found.click({ timeout: 2000 }).then(() => true);
    }
    return false;
  });
}

export const visibleText = (page) => page.evaluate('document.body.innerText').catch(() => '');

/**
 * Runs tests one after the other in a window.
 * @param picture of the window where one fails
 * @returns a test's runner, and what became of each
 */
export function testsIn(page, picture) {
  const results = [];
  const test = async (title, work) => {
    try {
      await work();
      results.push({ title, state: 'passed' });
    } catch (error) {
      await page.screenshot({ path: picture });
      results.push({ title, state: 'failed', error: `${error.stack}\nThe window shows:\n${await visibleText(page)}` });
    }
  };
  return { test, results };
}
