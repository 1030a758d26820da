// `npm run docs`: makes the parts of docs/ anew that come from the sources.
import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { resolve } from 'node:path';
import { build } from 'esbuild';

const outfile = 'out/documentation.cjs';
await build({
  entryPoints: ['src/documentation/pages.ts'],
  bundle: true,
  platform: 'node',
  format: 'cjs',
  external: ['vscode', 'onnxruntime-node'],
  outfile,
  logLevel: 'warning',
});
const { currentPages } = await import(pathToFileURL(resolve(outfile)).href);
for (const [page, text] of await currentPages()) {
  if (readFileSync(page, 'utf8') === text) continue;
  writeFileSync(page, text);
  console.log(`${page} is new.`);
}
