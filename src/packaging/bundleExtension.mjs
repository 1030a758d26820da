import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { build, transform } from 'esbuild';

/**
 * Modules that the extension calls only once there is something to do: a template is open, a page is asked for, a
 * command is run. They and what only they need, the parsers of templates and of YAML among it, lie in a file of their
 * own, which is loaded at the first call of any of them.
 */
const loadedLater = [
  'adapters/exportFits',
  'cluster/controlRun',
  'cluster/refreshStates',
  'data/table/delimited',
  'data/json',
  'grammar/schemaGrammar',
  'metrics/json/jsonSchema',
  'model/open/listModels',
  'runs/record/recordedTemplate',
  'runs/work/study/changesSince',
  'runs/work/study/planProposals',
  'template/check/check',
  'template/edit/replaceInstruction',
  'template/edit/variantText',
  'template/examples/insertExamples',
  'template/import/messages/importMessages',
  'template/import/openPrompt/importOpenPrompt',
  'template/import/promptfoo/importPromptfoo',
  'template/import/promptFile/importPromptFile',
  'template/import/prompty/importPrompty',
  'template/language/completion',
  'template/language/definitions',
  'template/language/folding',
  'template/language/format',
  'template/language/hover',
  'template/language/inlay',
  'template/language/lenses',
  'template/language/rename',
  'template/language/symbols',
  'template/read/analysis',
  'template/read/analysisCache',
  'template/read/dataFiles',
  'template/read/loadTemplate',
  'template/read/needsLocalModel',
  'template/read/resolveSettings',
  'template/read/template',
  'template/settings/settingGrid',
  'template/settings/settingText',
  'template/settings/writeSettings',
  'tools/agentTool',
  'tools/callTool',
  'views/comparison/page',
  'views/models/addModel',
  'views/newTemplate/fromData',
  'views/preview/model',
  'views/preview/rows',
  'views/run/model',
  'views/run/reader',
  'views/train/checkForm',
  'views/train/formFields',
  'views/train/formOverrides',
  'views/train/model',
  'views/train/onSlurm',
  'views/train/settingsToSave',
  'views/train/startRuns',
  'views/train/wizard',
  'views/train/writersElsewhere',
  'workspace/modelTokenizer',
  'workspace/readTemplateContext',
  'workspace/templateModels',
];

const later = 'extension.later.js';
/** Each file that imports VS Code would get a copy of its hundreds of names, made while the window waits. */
const copiedApi = '__toESM(require("vscode"))';
/** Functions alone can be stood in for; whatever else such a module exports is refused by name. */
const exported =
  /^export (?:declare )?(?:abstract )?(async function\*?|function\*?|const|let|class|enum|\{|\*|default)\s*(\w*)(.*)/gm;

/**
 * Bundles `src/extension.ts` into `dist/extension.js`, what it calls later, and what both need.
 * @param options of every bundle for Node
 * @returns esbuild's metafile
 */
export async function bundleExtension(options) {
  mkdirSync('dist', { recursive: true });
  for (const name of readdirSync('dist')) if (/^(extension\.|x-).*\.js(\.map)?$/.test(name)) rmSync(join('dist', name));
  const { metafile, outputFiles } = await build({
    ...options,
    format: 'esm',
    splitting: true,
    sourcemap: 'inline',
    write: false,
    entryPoints: { extension: 'src/extension.ts', 'extension.later': 'loaded-later' },
    chunkNames: 'x-[hash]',
    outdir: 'dist',
    plugins: [standIns],
  });
  const used = reached(metafile.outputs, ['dist/extension.js', `dist/${later}`]);
  for (const { path, text } of outputFiles.filter(({ path: each }) =>
    used.has(relative('.', each).replaceAll('\\', '/')),
  )) {
    const { code, map } = await transform(text, {
      format: 'cjs',
      platform: 'node',
      supported: { 'dynamic-import': false },
      target: options.target,
      sourcefile: path,
      sourcemap: true,
      minifyWhitespace: options.minifyWhitespace,
      minifySyntax: options.minifySyntax,
    });
    // As long as before, so that the map of the source stays true.
    const loaded = code.replaceAll(copiedApi, 'require("vscode")'.padEnd(copiedApi.length));
    writeFileSync(path, `${loaded}//# sourceMappingURL=${path.slice(dirname(path).length + 1)}.map\n`);
    writeFileSync(`${path}.map`, map);
  }
  return metafile;
}

/** The files that some files load: what a function imports that nobody calls is bundled, and never asked for. */
function reached(outputs, from, found = new Set()) {
  for (const path of from.filter((each) => outputs[each] && !found.has(each))) {
    found.add(path);
    reached(
      outputs,
      outputs[path].imports.map((each) => each.path),
      found,
    );
  }
  return found;
}

const standIns = {
  name: 'stand-ins',
  setup({ onResolve, onLoad }) {
    const paths = new Map(loadedLater.map((name, index) => [resolve('src', `${name}.ts`), index]));
    onResolve({ filter: /^loaded-later$/ }, () => ({ path: 'loaded-later', namespace: 'later' }));
    onLoad({ filter: /.*/, namespace: 'later' }, () => ({
      contents: [...paths].map(([path, index]) => `export * as m${index} from ${JSON.stringify(path)};`).join('\n'),
      resolveDir: resolve('.'),
    }));
    onResolve({ filter: /^\.{1,2}\// }, ({ path, resolveDir, namespace }) => {
      const full = `${resolve(resolveDir, path)}.ts`;
      return namespace === 'file' && paths.has(full) ? { path: full, namespace: 'stand-in' } : undefined;
    });
    onLoad({ filter: /.*/, namespace: 'stand-in' }, ({ path }) => ({
      contents: standIn(functionsOf(path), paths.get(path)),
      resolveDir: dirname(path),
    }));
    onResolve({ filter: new RegExp(`^\\./${later}$`) }, ({ path }) => ({ path, external: true }));
  },
};

/** A module whose functions load the real one when they are called. */
function standIn(names, index) {
  return names
    .map((name) => `export function ${name}(...given) { return require('./${later}').m${index}.${name}(...given); }`)
    .join('\n');
}

/** The functions that a module exports. @throws Error where it exports any other value */
function functionsOf(path) {
  const names = [];
  for (const [line, kind, name, rest] of readFileSync(path, 'utf8').matchAll(exported)) {
    const isFunction =
      kind.includes('function') ||
      (kind === 'const' && /^(?::[^=]*(?:=>[^=]*)?)? = (?:async )?(?:<[^>]*>)?\(/.test(rest));
    if (!isFunction || !name) throw new Error(`${path} is loaded later, and exports more than functions: ${line}`);
    names.push(name);
  }
  return names;
}
