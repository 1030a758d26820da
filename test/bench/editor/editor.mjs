// Work of the editor for one keystroke, by the length of the template.
// usage: node test/bench/editor/editor.mjs [--keystrokes 20]
import { spawnSync } from 'node:child_process';
import { bundled, root } from '../shared/bundle.mjs';

const [program] = await bundled('editor/editor');
process.exitCode =
  spawnSync(process.execPath, [program, ...process.argv.slice(2)], { cwd: root, stdio: 'inherit' }).status ?? 1;
