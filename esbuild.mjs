import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, resolve } from 'node:path';
import { build, context } from 'esbuild';
import { bundleExtension } from './src/packaging/bundleExtension.mjs';
import { bundlePrograms } from './src/packaging/bundlePrograms.mjs';
import { collectSentences } from './media/l10n/collectSentences.mjs';
import { writtenNotices } from './src/packaging/notices.mjs';

const watching = process.argv.includes('--watch');

const node = { platform: 'node', format: 'cjs', target: 'node20' };
// Pages declare UTF-8, so that no character needs an escape.
const page = { platform: 'browser', format: 'iife', target: 'chrome120', charset: 'utf8' };
// The bindings find their binary relative to their own file, so they stay outside every bundle.
const external = ['vscode', 'onnxruntime-node'];
const grammarLibrary = 'node_modules/@mlc-ai/web-xgrammar';

/** Leaves beside a page the sentences that it says: those alone are sent to it in another language. */
const saidByPage = {
  name: 'said-by-page',
  setup({ initialOptions: { outfile }, onEnd }) {
    onEnd(({ metafile, errors }) => {
      if (errors.length > 0) return;
      const sources = Object.entries(metafile.outputs[outfile].inputs)
        .filter(([path, { bytesInOutput }]) => bytesInOutput > 0 && /^(src|webview)\/.*\.ts$/.test(path))
        .map(([path]) => path);
      writeFileSync(outfile.replace(/\.js$/, '.sentences.json'), JSON.stringify(collectSentences(sources)));
    });
  },
};
const script = { ...page, plugins: [saidByPage] };

/** In pieces where they are built once, for the time that they take to start; each in one where files are watched. */
const inPieces = ['extension', 'cli', 'trainer'].map((name) => ({
  ...node,
  external,
  entryPoints: [`src/${name}.ts`],
  outfile: `dist/${name}.js`,
}));
const bundles = [
  { ...node, external, entryPoints: ['src/views/window/start.ts'], outfile: 'dist/start.js' },
  { ...node, external, entryPoints: ['src/inspection/threads/analysisWorker.ts'], outfile: 'dist/analysis.js' },
  { ...node, external, entryPoints: ['src/inspection/threads/checkWorker.ts'], outfile: 'dist/check.js' },
  { ...node, external, entryPoints: ['src/library.ts'], outfile: 'dist/library.cjs' },
  { ...script, entryPoints: ['webview/comparison/main.ts'], outfile: 'dist/webview/comparison.js' },
  { ...page, entryPoints: ['webview/comparison/comparison.css'], outfile: 'dist/webview/comparison.css' },
  { ...script, entryPoints: ['webview/preview/main.ts'], outfile: 'dist/webview/preview.js' },
  { ...page, entryPoints: ['webview/preview/preview.css'], outfile: 'dist/webview/preview.css' },
  { ...script, entryPoints: ['webview/run/main.ts'], outfile: 'dist/webview/run.js' },
  { ...page, entryPoints: ['webview/run/run.css'], outfile: 'dist/webview/run.css' },
  { ...script, entryPoints: ['webview/form/main.ts'], outfile: 'dist/webview/form.js' },
  { ...page, entryPoints: ['webview/form/form.css'], outfile: 'dist/webview/form.css' },
  { ...script, entryPoints: ['webview/model/main.ts'], outfile: 'dist/webview/model.js' },
  { ...page, entryPoints: ['webview/model/model.css'], outfile: 'dist/webview/model.css' },
  { ...node, external: [...external, 'mocha'], entryPoints: suites('test/vscode/suite'), outdir: 'out/test/vscode' },
];

/** The suites of a folder, of whichever room; their bundles stand side by side, so that the runner has one order. */
function suites(folder) {
  const files = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith('.ts'));
  return files.map((name) => ({ in: join(folder, name), out: basename(name, '.ts') }));
}

function options(bundle) {
  return {
    bundle: true,
    sourcemap: true,
    // Names stay in the bundles of Node, so that the traces in a run's log can be read.
    minifyWhitespace: !watching,
    minifySyntax: !watching,
    minifyIdentifiers: !watching && bundle.platform === 'browser',
    logLevel: 'warning',
    metafile: true,
    ...bundle,
  };
}

if (watching) {
  for (const bundle of [...inPieces, ...bundles]) await (await context(options(bundle))).watch();
  console.log('Watching for changes.');
} else {
  // The runner takes every suite that it finds, those that have been renamed since too.
  rmSync('out/test/vscode', { recursive: true, force: true });
  // Every bundle is tried, so that one broken file does not hide what is wrong in another.
  const builds = await Promise.allSettled([
    ...[bundleExtension, bundlePrograms].map(async (inPieces) => ({
      metafile: await inPieces(options({ ...node, external })),
    })),
    ...bundles.map((bundle) => build(options(bundle))),
  ]);
  for (const { reason } of builds) if (reason && !reason.errors) console.error(reason);
  if (builds.some(({ status }) => status === 'rejected')) process.exitCode = 1;
  else {
    copyGrammarLibrary();
    writeLibraryEntries();
    writeNotices(builds.map(({ value }) => value.metafile));
  }
}

/** A script that calls itself a module, read as a text by who needs it, so that no bundle holds its megabyte. */
function copyGrammarLibrary() {
  const source = readFileSync(`${grammarLibrary}/lib/index.js`, 'utf8');
  writeFileSync('dist/xgrammar.js', source.replace(/\n\/\/# sourceMappingURL=.*/, ''));
}

/** The library for `import`, which is the one for `require`, so that a program never has two of it; and its types. */
function writeLibraryEntries() {
  const compiler = 'node_modules/typescript-native/bin/tsc';
  const declarations = 'out/declarations';
  rmSync(declarations, { recursive: true, force: true });
  execFileSync(process.execPath, [compiler, '-p', 'tsconfig.library.json', '--outDir', declarations]);
  const names = Object.keys(createRequire(import.meta.url)(resolve('dist/library.cjs')));
  const given = `const { ${names.join(', ')} } = library;\nexport { ${names.join(', ')} };\n`;
  writeFileSync('dist/library.mjs', `import library from './library.cjs';\n${given}`);
  writeFileSync('dist/library.d.mts', "export * from './library.cjs';\n");
  writeFileSync('dist/library.d.cts', declarationsFrom(`${declarations}/library.d.ts`));
}

/** A module's declarations in one text with those that they need, of which only what it exports is exported. */
function declarationsFrom(entry) {
  const seen = new Set();
  const reexports = [];
  const visit = (path) => {
    if (seen.has(path)) return '';
    seen.add(path);
    const text = readFileSync(path, 'utf8');
    const statement = /^(import|export) (?:type )?\{[^}]*\} from '(\.[^']+)';\n/gm;
    const found = [...text.matchAll(statement)];
    if (path === entry)
      reexports.push(...found.filter(([, kind]) => kind === 'export').map(([whole]) => whole.replace(/ from .*/, ';')));
    const needed = found.map(([, , name]) => visit(join(dirname(path), `${name}.d.ts`))).join('');
    const own = text.replace(statement, '');
    return needed + (path === entry ? own : own.replace(/^export (?!\{)/gm, ''));
  };
  return `${visit(entry)}${reexports.join('')}`;
}

/** Written beside the bundles of the product, those of the tests apart. */
function writeNotices(metafiles) {
  const ours = metafiles.filter(({ outputs }) => Object.keys(outputs).every((path) => path.startsWith('dist/')));
  writeFileSync('dist/notices.txt', writtenNotices(ours));
}
