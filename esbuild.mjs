import { readdirSync } from 'node:fs';
import { build, context } from 'esbuild';

const watching = process.argv.includes('--watch');

const node = { platform: 'node', format: 'cjs', target: 'node20' };
const page = { platform: 'browser', format: 'iife', target: 'chrome120' };
// The bindings find their binary relative to their own file, so they stay outside every bundle.
const external = ['vscode', 'onnxruntime-node'];

const bundles = [
  { ...node, external, entryPoints: ['src/extension.ts'], outfile: 'dist/extension.js' },
  { ...node, external, entryPoints: ['src/trainer.ts'], outfile: 'dist/trainer.js' },
  { ...node, external, entryPoints: ['src/cli.ts'], outfile: 'dist/cli.js', banner: { js: '#!/usr/bin/env node' } },
  { ...page, entryPoints: ['webview/comparison/main.ts'], outfile: 'dist/webview/comparison.js' },
  { ...page, entryPoints: ['webview/comparison/comparison.css'], outfile: 'dist/webview/comparison.css' },
  { ...node, external: [...external, 'mocha'], entryPoints: filesIn('test/vscode/suite'), outdir: 'out/test/vscode' },
  { ...node, entryPoints: ['test/webview/pages.ts'], outfile: 'out/test/webview/pages.js' },
];

/** The TypeScript files of a folder. */
function filesIn(folder) {
  return readdirSync(folder).filter((name) => name.endsWith('.ts')).map((name) => `${folder}/${name}`);
}

function options(bundle) {
  return { bundle: true, sourcemap: true, minify: !watching && bundle.platform === 'browser', logLevel: 'warning', ...bundle };
}

if (watching) {
  for (const bundle of bundles) await (await context(options(bundle))).watch();
  console.log('Watching for changes.');
} else {
  // Every bundle is tried, so that one broken file does not hide what is wrong in another.
  const builds = await Promise.allSettled(bundles.map((bundle) => build(options(bundle))));
  if (builds.some(({ status }) => status === 'rejected')) process.exitCode = 1;
}
