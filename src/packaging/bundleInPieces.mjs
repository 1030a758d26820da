import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { build, transform } from 'esbuild';

/** Each file that imports VS Code would get a copy of its hundreds of names, made while the window waits. */
const copiedApi = '__toESM(require("vscode"))';
/** Functions alone can be stood in for; whatever else such a module exports is refused by name. */
const exported =
  /^export (?:declare )?(?:abstract )?(async function\*?|function\*?|const|let|class|enum|\{|\*|default)\s*(\w*)(.*)/gm;

/**
 * Bundles programs for Node into `dist/`, with what several of them need in files that they share. A module that is
 * loaded later is called through functions that load it, with what only it needs, at the first call of any of them. A
 * program that is alone starts with one file: each more is looked for, asked for and compiled by itself.
 * @param options of every bundle for Node; its banner is that of the programs
 * @param pieces.programs entry points below `src/`, by the names of their files
 * @param pieces.later modules below `src/` by the file in which they lie and are loaded together
 * @param pieces.prefix of the names of files that go with the programs
 * @returns esbuild's metafile
 */
export async function bundleInPieces({ banner, ...options }, { programs, later, prefix }) {
  mkdirSync('dist', { recursive: true });
  const names = [...Object.keys(programs), ...Object.keys(later)];
  const starts = [`${prefix}-`, `${prefix}.`, ...names.map((name) => `${name}.js`)];
  const own = (file) => starts.some((start) => file.startsWith(start));
  for (const file of readdirSync('dist')) if (own(file)) rmSync(join('dist', file));
  const { metafile, outputFiles } = await build({
    ...options,
    format: 'esm',
    splitting: true,
    sourcemap: 'inline',
    write: false,
    entryPoints: {
      ...Object.fromEntries(Object.entries(programs).map(([name, path]) => [name, `src/${path}`])),
      ...Object.fromEntries(Object.keys(later).map((name) => [name, `later:${name}`])),
    },
    chunkNames: `${prefix}-p[hash]`,
    outdir: 'dist',
    plugins: [...(options.plugins ?? []), standIns(later)],
  });
  const used = reached(
    metafile.outputs,
    names.map((name) => `dist/${name}.js`),
  );
  const texts = new Map(outputFiles.map(({ path, text }) => [relative('.', path).replaceAll('\\', '/'), text]));
  const [program, ...others] = Object.keys(programs).map((name) => `dist/${name}.js`);
  // The program first, then the pieces that it starts with.
  const start = others.length > 0 ? [] : [...reached(metafile.outputs, [program], { isFollowed: isStatic })];
  const pieces = start.slice(1);
  if (start.length > 0) {
    writePiece(program, await inOne(texts, start, { ...options, banner }));
    writeFileSync(join('dist', `${prefix}.js`), `module.exports=require("./${basename(program)}");\n`);
  }
  for (const path of [...used].filter((each) => !start.includes(each))) {
    const { code, map } = await transform(texts.get(path), {
      ...asCommonJs(options),
      sourcefile: resolve(path),
      ...(Object.hasOwn(programs, basename(path, '.js')) && { banner: banner?.js }),
    });
    writePiece(path, { code: pieces.reduce((text, piece) => text.replaceAll(...asPart(piece, prefix)), code), map });
  }
  return metafile;
}

const asCommonJs = ({ target, minifyWhitespace, minifySyntax }) => ({
  format: 'cjs',
  platform: 'node',
  supported: { 'dynamic-import': false },
  target,
  sourcemap: true,
  minifyWhitespace,
  minifySyntax,
});

const isStatic = ({ kind }) => kind === 'import-statement';
/** A letter and a hash. */
const pieceName = (path) => basename(path, '.js').split('-').at(-1);

/** How a piece is asked for, and how once it is a part of the program; both are as long, for the map of the source. */
const asPart = (path, prefix) => [`require("./${basename(path)}")`, `require("./${prefix}.js").${pieceName(path)}`];

/** A program and the pieces that it starts with as one file, which exports each of those under its name. */
async function inOne(texts, [program, ...pieces], options) {
  const namespaces = pieces.map((path) => `export * as ${pieceName(path)} from './${basename(path)}';`);
  const { outputFiles } = await build({
    ...asCommonJs(options),
    bundle: true,
    write: false,
    external: options.external,
    banner: options.banner,
    outfile: program,
    stdin: { contents: [`export * from './${basename(program)}';`, ...namespaces].join('\n'), resolveDir: 'dist' },
    plugins: [
      {
        name: 'pieces',
        setup({ onResolve, onLoad }) {
          onResolve({ filter: /^\.\/[\w.-]+\.js$/ }, ({ path, kind }) =>
            kind === 'import-statement' ? { path: `dist/${basename(path)}`, namespace: 'piece' } : { external: true },
          );
          onLoad({ filter: /.*/, namespace: 'piece' }, ({ path }) => ({
            contents: texts.get(path),
            resolveDir: resolve('dist'),
          }));
        },
      },
    ],
  });
  const [map, code] = ['.map', '.js'].map((end) => outputFiles.find(({ path }) => path.endsWith(end)).text);
  return { code: code.replace(/\/\/# sourceMappingURL=.*\n?$/, ''), map };
}

function writePiece(path, { code, map }) {
  // As long as before, so that the map of the source stays true.
  const loaded = code.replaceAll(copiedApi, 'require("vscode")'.padEnd(copiedApi.length));
  writeFileSync(path, `${loaded}//# sourceMappingURL=${basename(path)}.map\n`);
  writeFileSync(`${path}.map`, map);
}

/** The files that some files load: what a function imports that nobody calls is bundled, and never asked for. */
function reached(outputs, from, { isFollowed = () => true, found = new Set() } = {}) {
  for (const path of from.filter((each) => outputs[each] && !found.has(each))) {
    found.add(path);
    const next = outputs[path].imports.filter(isFollowed).map((each) => each.path);
    reached(outputs, next, { isFollowed, found });
  }
  return found;
}

const standIns = (later) => ({
  name: 'stand-ins',
  setup({ onResolve, onLoad }) {
    const files = Object.entries(later).flatMap(([file, modules]) =>
      modules.map((name, index) => [resolve('src', `${name}.ts`), { file, index }]),
    );
    const places = new Map(files);
    onResolve({ filter: /^later:/ }, ({ path }) => ({ path: path.slice('later:'.length), namespace: 'later' }));
    onLoad({ filter: /.*/, namespace: 'later' }, ({ path }) => ({
      contents: later[path]
        .map((name, index) => `export * as m${index} from ${JSON.stringify(resolve('src', `${name}.ts`))};`)
        .join('\n'),
      resolveDir: resolve('.'),
    }));
    onResolve({ filter: /^\.{1,2}\// }, ({ path, resolveDir, namespace }) => {
      const full = `${resolve(resolveDir, path)}.ts`;
      return namespace === 'file' && places.has(full) ? { path: full, namespace: 'stand-in' } : undefined;
    });
    onLoad({ filter: /.*/, namespace: 'stand-in' }, ({ path }) => ({
      contents: standIn(functionsOf(path), places.get(path)),
      resolveDir: dirname(path),
    }));
    // Templates with a tag keep what their source has, and one letter that is none of ASCII's doubles what is read.
    onLoad({ filter: /\.ts$/ }, ({ path }) => ({ contents: escaped(readFileSync(path, 'utf8')), loader: 'ts' }));
    onResolve({ filter: /^\.\/[\w.-]+\.js$/ }, ({ path, namespace }) =>
      namespace === 'stand-in' ? { path, external: true } : undefined,
    );
  },
});

/** A text of TypeScript in ASCII alone; where templates are taken as they are written, it stays. */
const escaped = (text) =>
  text.includes('String.raw')
    ? text
    : text.replaceAll(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** A module whose functions load the real one when they are called. */
function standIn(names, { file, index }) {
  const functions = names.map((name) => `export function ${name}(...given) { return real().${name}(...given); }`);
  return ['let loaded;', `const real = () => (loaded ??= require('./${file}.js').m${index});`, ...functions].join('\n');
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
