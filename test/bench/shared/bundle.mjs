import { execFileSync } from 'node:child_process';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');

/**
 * Bundles programs for Node, one folder below the top as the product's own bundles, from where the embedded model is
 * found.
 * @param programs room and name of each, as `search/rewrite`
 * @returns the path of each bundle, `out/bench-rewrite.js`, in the order of the programs
 */
export async function bundled(...programs) {
  const outdir = join(root, 'out');
  const named = programs.map((program) => ({ name: `bench-${basename(program)}`, program }));
  await build({
    entryPoints: Object.fromEntries(
      named.map(({ name, program }) => [name, join(root, 'test', 'bench', `${program}.ts`)]),
    ),
    outdir,
    bundle: true,
    platform: 'node',
    target: 'node20',
    external: ['onnxruntime-node', 'vscode'],
    logLevel: 'warning',
  });
  return named.map(({ name }) => join(outdir, `${name}.js`));
}

/** What a program says in its last line, which is JSON. */
export function lastLineOf(command, args) {
  const options = { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], maxBuffer: 1e9 };
  return JSON.parse(execFileSync(command, args, options).trim().split('\n').at(-1));
}
