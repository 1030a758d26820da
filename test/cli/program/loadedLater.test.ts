import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { bundle } from '../../support/running/bundle';
import { tinyWeather, workspace } from '../../support/runs/runCli';

/** How a window starts. @param kept where V8's code is kept */
const started = (stub: string, kept: string): string => `
const Module = require('node:module');
const stub = require(${JSON.stringify(stub)});
const load = Module._load;
Module._load = (name, ...rest) => (name === 'vscode' ? stub : load(name, ...rest));
stub.resetEditor(true);
const { activate } = require(${JSON.stringify(resolve('dist/start.js'))});
const memory = { get: (_, otherwise) => otherwise, update: () => Promise.resolve() };
const extensionUri = new stub.Uri(${JSON.stringify(resolve('.'))});
const extension = { packageJSON: require(${JSON.stringify(resolve('package.json'))}) };
const globalStorageUri = new stub.Uri(${JSON.stringify(kept)});
const start = () =>
  activate({ extensionUri, extension, subscriptions: [], workspaceState: memory, secrets: {}, globalStorageUri });
`;

/** What a window has loaded of the extension when it has started, in the next turn, and after a command. */
const loading = `
const { basename } = require('node:path');
const ours = (name) => /^(extension\\.|x-)/.test(name);
const loaded = () => Object.keys(require.cache).map((path) => basename(path)).filter(ours);
start();
const atStart = loaded();
const template = new stub.Uri(${JSON.stringify(resolve('media/examples/triage/triage.prompt'))});
setImmediate(() => {
  const inNextTurn = loaded();
  const answer = () => {
    console.log(JSON.stringify({ atStart, inNextTurn, then: loaded() }));
    process.exit();
  };
  // The dialog waits for a person; what it is made of is there before it is shown.
  stub.editor.commands.get('promptTuner.train')(template).then(answer);
  const look = () => (loaded().includes('extension.later.js') ? answer() : setImmediate(look));
  look();
});
`;

/** What a window has kept of the extension once it rests, which it asks for as the only one of its timers. */
const keeping = `
const { existsSync, readdirSync } = require('node:fs');
const { setTimeout: later } = global;
let rest;
global.setTimeout = (call, milliseconds, ...given) =>
  milliseconds === 5000 ? void (rest = call) : later(call, milliseconds, ...given);
start();
rest();
const { fsPath } = globalStorageUri;
const look = () => {
  const kept = existsSync(fsPath) ? readdirSync(fsPath).filter((name) => name.endsWith('.code')) : [];
  if (kept.length === 0) return setImmediate(look);
  console.log(JSON.stringify(kept));
  process.exit();
};
look();
`;

/** The packages in the files of a program, by the maps of their sources. */
const packagesIn = (names: readonly string[]): readonly string[] =>
  sourcesOf(names).flatMap((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? []);

const sourcesOf = (names: readonly string[]): readonly string[] =>
  names.flatMap(
    (name) => (JSON.parse(readFileSync(join('dist', `${name}.map`), 'utf8')) as { sources: string[] }).sources,
  );

const textOf = (names: readonly string[]): string =>
  names.map((name) => readFileSync(join('dist', name), 'utf8')).join('\n');

describe('the extension in a window', () => {
  let seen: {
    readonly atStart: readonly string[];
    readonly inNextTurn: readonly string[];
    readonly then: readonly string[];
  };
  const kept = resolve('out', 'test', 'inspection', 'window');
  let stub: string;
  const run = (then: string): unknown => {
    const script = join('out', 'test', 'inspection', 'window.cjs');
    writeFileSync(script, started(stub, kept) + then);
    return JSON.parse(execFileSync(process.execPath, [script], { encoding: 'utf8' }));
  };
  beforeAll(async () => {
    stub = await bundle('test/support/standIns/vscodeStub.ts', 'vscodeStub');
    rmSync(kept, { recursive: true, force: true });
    seen = run(loading) as typeof seen;
  });

  it('keeps what V8 made of it once it rests, and starts by it as it did without', () => {
    expect(run(keeping)).toEqual([expect.stringMatching(/^extension\.js\./)]);
    expect(run(loading)).toEqual(seen);
  });

  it('starts without what it needs once there is something to do', () => {
    expect(seen.atStart).toEqual(['extension.js']);
  });

  it('starts with what VS Code waits for, and goes on in the next turn', () => {
    expect(seen.inNextTurn).toContain('extension.window.js');
    expect(seen.inNextTurn).not.toContain('extension.commands.js');
  });

  it('loads the rest at the first call', () => {
    expect(seen.then).toContain('extension.later.js');
  });

  it('copies the names of VS Code for none of the files that use them', () => {
    const text = textOf(seen.atStart);
    expect(text.match(/=require\("vscode"\)/g)!.length).toBeGreaterThan(20);
    expect(text).not.toMatch(/\w\(require\("vscode"\)/);
  });

  it('has no parser in what it starts with', () => {
    const text = textOf(seen.atStart);
    expect(text.length).toBeGreaterThan(1000);
    expect(sourcesOf(seen.atStart).map((path) => basename(path))).toContain('extension.ts');
    const libraries = packagesIn(seen.atStart);
    for (const name of [
      'handlebars',
      '@handlebars/parser',
      'yaml',
      'ajv',
      'csv-parse',
      '@huggingface/tokenizers',
      'protobufjs',
    ])
      expect(libraries).not.toContain(name);
  });
});

describe('the programs in a terminal', () => {
  const parsers = ['handlebars', '@handlebars/parser', 'yaml'];
  const unneeded = ['ajv', 'csv-parse', 'hono', 'openai', 'undici', '@huggingface/hub'];
  const models = ['@huggingface/tokenizers', 'protobufjs'];

  /** The files of the product that a program has loaded when it ends. */
  function loadedBy(folder: string, ...args: readonly string[]): readonly string[] {
    const script = join('out', 'test', 'inspection', 'loaded.cjs');
    const report = resolve('out/test/inspection/loaded.json');
    writeFileSync(
      script,
      `const { basename, dirname } = require('node:path');
const ours = (path) => dirname(path) === ${JSON.stringify(resolve('dist'))} && path.endsWith('.js');
const loaded = () => Object.keys(require.cache).filter(ours).map((path) => basename(path));
const { writeFileSync } = require('node:fs');
process.on('exit', () => writeFileSync(${JSON.stringify(report)}, JSON.stringify(loaded())));`,
    );
    const program = ['--require', resolve(script), resolve('dist/cli.js')];
    execFileSync(process.execPath, [...program, ...args], { cwd: folder, stdio: 'pipe' });
    return JSON.parse(readFileSync(report, 'utf8')) as readonly string[];
  }

  it('says its version without any command', () => {
    const loaded = loadedBy('.', '--version');
    expect(packagesIn(loaded)).toContain('commander');
    expect(loaded.filter((name) => name.startsWith('part.'))).toEqual([]);
    for (const name of [...parsers, ...models, ...unneeded]) expect(packagesIn(loaded)).not.toContain(name);
  });

  it('lists runs without a parser, a model or a check of JSON', async () => {
    const loaded = loadedBy(await workspace({}), 'runs', 'list');
    expect(loaded).toContain('part.runs.js');
    for (const name of [...parsers, ...models, ...unneeded]) expect(packagesIn(loaded)).not.toContain(name);
  });

  it('trains for labels without what JSON, tables, downloads and servers need', async () => {
    const loaded = loadedBy(await workspace(tinyWeather), 'train', 'weather.prompt', '--method', 'soft');
    expect(loaded).toContain('part.work.js');
    for (const name of [...parsers, ...models]) expect(packagesIn(loaded)).toContain(name);
    for (const name of unneeded) expect(packagesIn(loaded)).not.toContain(name);
    for (const part of ['schema', 'serve', 'tables']) expect(loaded).not.toContain(`part.${part}.js`);
  });
});
