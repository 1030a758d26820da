import { execFileSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/**
 * Bundles programs of this folder for Node, one folder below the top as the product's own bundles, from where the
 * embedded model is found.
 * @returns the path of each bundle, in the order of the names
 */
export async function bundled(...names) {
  const outdir = join(root, 'out');
  await build({
    entryPoints: Object.fromEntries(names.map((name) => [`bench-${name}`, join(root, 'test', 'bench', `${name}.ts`)])),
    outdir,
    bundle: true,
    platform: 'node',
    target: 'node20',
    external: ['onnxruntime-node', 'vscode'],
    logLevel: 'warning',
  });
  return names.map((name) => join(outdir, `bench-${name}.js`));
}

/** What a program says in its last line, which is JSON. */
export function lastLineOf(command, args) {
  const options = { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], maxBuffer: 1e9 };
  return JSON.parse(execFileSync(command, args, options).trim().split('\n').at(-1));
}
