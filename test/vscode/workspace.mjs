import { cpSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeFolder } from '../support/running/removeFolder.mjs';

/** A copy of the example workspace for tests to write in, on a path as people have them. */
export function copyWorkspace() {
  const folder = mkdtempSync(join(tmpdir(), 'Prompts für alles 🎯 '));
  cpSync('media/examples', folder, { recursive: true, filter: (path) => !path.includes('.prompt-tuner') });
  return { folder, remove: () => removeFolder(folder) };
}

const seconds = (milliseconds) => `${(milliseconds / 1000).toFixed(1)} s`;

/** Prints what the suite has written of its tests. @returns whether all passed */
export function printResults(results) {
  for (const { title, state, error, milliseconds } of results.tests) {
    const note = state === 'pending' ? ' (left out here)' : milliseconds > 1000 ? ` (${seconds(milliseconds)})` : '';
    console.log(`  ${{ passed: '✓', failed: '✗', pending: '–' }[state]} ${title}${note}`);
    if (error) console.log(error);
  }
  const count = (wanted) => results.tests.filter(({ state }) => state === wanted).length;
  console.log(`${count('passed')} passed, ${count('failed')} failed`);
  return count('failed') === 0 && count('passed') > 0;
}

/** Settings that keep a window quiet and alike on every machine. */
export const quietSettings = {
  'workbench.colorTheme': 'Default Dark Modern',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'extensions.ignoreRecommendations': true,
  'git.enabled': false,
  // In the browser files are saved a second after an edit: a test would see the disk before or after that.
  'files.autoSave': 'off',
  'chat.commandCenter.enabled': false,
  'security.workspace.trust.enabled': false,
  // Threads that wait for a core by spinning take it from the window.
  'promptTuner.threads': 1,
  // What moves is drawn again and again.
  'workbench.reduceMotion': 'on',
  'editor.cursorBlinking': 'solid',
  'extensions.autoCheckUpdates': false,
  'workbench.enableExperiments': false,
  'json.schemaDownload.enable': false,
};
