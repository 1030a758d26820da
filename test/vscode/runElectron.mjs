// Runs the same suite in the desktop VS Code, downloaded by @vscode/test-electron or named by VSCODE_PATH.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { runTests } from '@vscode/test-electron';
import { copyWorkspace, printResults, quietSettings } from './workspace.mjs';

const home = mkdtempSync(join(tmpdir(), 'prompt-tuner-electron-'));
const results = join(home, 'results.json');
const workspace = copyWorkspace();
mkdirSync(join(home, 'data', 'User'), { recursive: true });
writeFileSync(join(home, 'data', 'User', 'settings.json'), JSON.stringify(quietSettings));
try {
  await runTests({
    ...(process.env.VSCODE_PATH ? { vscodeExecutablePath: process.env.VSCODE_PATH } : { version: '1.100.3' }),
    extensionDevelopmentPath: resolve('.'),
    extensionTestsPath: resolve('out/test/vscode/index.js'),
    extensionTestsEnv: { PROMPT_TUNER_RESULTS: results },
    launchArgs: [
      workspace.folder,
      '--disable-extensions',
      '--disable-workspace-trust',
      '--user-data-dir',
      join(home, 'data'),
    ],
  }).catch((error) => console.log(error.message));
  process.exitCode = printResults(JSON.parse(readFileSync(results, 'utf8'))) ? 0 : 1;
} finally {
  await workspace.remove();
  rmSync(home, { recursive: true, force: true, maxRetries: 3 });
}
