// What is driven from outside shares a window: to start one costs as much as several tests in it.
import { join } from 'node:path';
import { prepareConfirmation } from './confirmation.mjs';
import { prepareElsewhere } from './elsewhere.mjs';
import { clearWindow, testsIn, themeChanger } from './fromOutside.mjs';
import { openWindow } from './openWindow.mjs';
import { prepareProposals } from './proposals.mjs';
import { serveVSCode } from './serveVSCode.mjs';
import { copyWorkspace, quietSettings } from './workspace.mjs';

const parts = { elsewhere: prepareElsewhere, proposals: prepareProposals, confirmation: prepareConfirmation };
export const partsOutside = Object.keys(parts);

/**
 * @param names of the parts that are wanted
 * @returns what became of their tests, as the suite writes it
 */
export async function testOutside(browser, artifacts, names) {
  const workspace = copyWorkspace();
  const prepared = await Promise.all(names.map((name) => parts[name](workspace.folder)));
  const all = (field) => Object.assign({}, ...prepared.map((part) => part[field]));
  const server = await serveVSCode({
    folder: workspace.folder,
    settings: { ...quietSettings, 'promptTuner.endpoints': all('endpoints'), 'promptTuner.prices': all('prices') },
    environment: all('environment'),
    extensions: { 'test.theme-0.0.1': themeChanger, ...all('extensions') },
  });
  const page = await openWindow(browser);
  const picture = (name) => page.screenshot({ path: join(artifacts, `vscode-${name}.png`) });
  const { test, results } = testsIn(page, () => picture('outside-failed'));
  try {
    await page.goto(server.url);
    await page.getByRole('tab', { name: 'Prompt Tuner' }).click();
    for (const part of prepared) {
      await part.run({ page, home: server.home, test, picture });
      await clearWindow(page, workspace.folder);
    }
  } finally {
    await page.close();
    await server.stop();
    for (const { stop } of prepared) stop?.();
    await workspace.remove();
  }
  return results;
}
