// What a folder may do that nobody has trusted: it is looked at and edited, and nothing of it runs.
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inPalette, shows, visibleText } from './fromOutside.mjs';
import { openWindow } from './openWindow.mjs';
import { serveVSCode } from './serveVSCode.mjs';
import { copyWorkspace, quietSettings } from './workspace.mjs';

/** A run that was lost, as a folder from elsewhere may bring one. */
const lost = {
  format: 1,
  id: 'brought-along',
  method: 'hard',
  template: { path: '/elsewhere/triage.prompt', text: 'x', sha256: '0' },
  settings: { method: 'hard', seed: 1, data: {}, labels: {} },
  data: {},
  model: { id: 'builtin', path: '', sha256: '', parameters: 0 },
  versions: { promptTuner: '0', node: '20', onnxruntime: '' },
  status: 'queued',
  created: '2026-03-14T15:09:26.000Z',
  progress: { phase: 'waiting', step: 0, steps: 0 },
};

/** Opens a real VS Code on a folder in Restricted Mode. @returns what became of the test, as the suite writes it */
export async function testRestricted(browser, artifacts) {
  const workspace = copyWorkspace();
  const runs = join(workspace.folder, '.prompt-tuner', 'runs');
  const bring = (run) => {
    mkdirSync(join(runs, run.id), { recursive: true });
    writeFileSync(join(runs, run.id, 'run.json'), JSON.stringify(run));
  };
  bring(lost);
  // A program that the folder would like to be run.
  const witness = join(workspace.folder, 'started');
  mkdirSync(join(workspace.folder, '.vscode'));
  writeFileSync(join(workspace.folder, 'node.sh'), `#!/bin/sh\ntouch '${witness}'\n`, { mode: 0o755 });
  writeFileSync(
    join(workspace.folder, '.vscode', 'settings.json'),
    JSON.stringify({
      'promptTuner.nodePath': join(workspace.folder, 'node.sh'),
      'promptTuner.allowOutsideWorkspace': true,
      'promptTuner.lostRuns': 'resume',
    }),
  );
  const server = await serveVSCode({
    folder: workspace.folder,
    trusted: false,
    settings: {
      ...quietSettings,
      'security.workspace.trust.enabled': true,
      'security.workspace.trust.startupPrompt': 'never',
      'security.workspace.trust.banner': 'never',
    },
  });
  const page = await openWindow(browser);
  const title =
    'a folder that nobody has trusted is shown and can be edited, ' +
    'but starts no training, resumes no run and runs no program';
  try {
    await page.goto(server.url);
    await page.getByRole('tab', { name: 'Prompt Tuner' }).click();
    await shows(page, /Templates[\s\S]*questions[\s\S]*triage[\s\S]*Runs[\s\S]*hard · waiting, next/i);
    await page.locator('.part.sidebar .monaco-list-row', { hasText: 'triage.short' }).click();
    await shows(page, /letter\sconcerns\sthe[\s\S]*Restricted\sMode/);
    await inPalette(page, 'Prompt Tuner: ', (options) =>
      page.locator('.monaco-list-row', { hasText: 'Prompt Tuner: New Prompt Template' }).first().waitFor(options),
    );
    const offered = await visibleText(page);
    const starting = ['Train…', 'Train Soft Prompt', 'Evaluate Hard Prompt', 'Compare\n', 'Resume', 'Add Model…'];
    for (const command of starting)
      if (offered.includes(`Prompt Tuner: ${command}`)) throw new Error(`The palette offers "${command}".`);
    await page.screenshot({ path: join(artifacts, 'vscode-restricted.png') });
    await page.keyboard.press('Escape');
    // The folder is looked through once more, after which whatever wanted to run has been started.
    bring({ ...lost, id: 'brought-later', status: 'failed' });
    await shows(page, /hard · failed/i);
    if (existsSync(witness)) throw new Error('A program of the folder was started.');
    if (
      existsSync(join(runs, '.trainer')) &&
      readdirSync(join(runs, '.trainer')).some((name) => name.startsWith('lock.') || name === 'log.txt')
    )
      throw new Error('A trainer was started.');
    return [{ title, state: 'passed' }];
  } catch (error) {
    await page.screenshot({ path: join(artifacts, 'vscode-restricted-failed.png') });
    return [{ title, state: 'failed', error: `${error.stack}\nThe window shows:\n${await visibleText(page)}` }];
  } finally {
    await page.close();
    await server.stop();
    await workspace.remove();
  }
}
