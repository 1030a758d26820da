import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { bundle } from '../../support/running/bundle';

/** What a window does at its start, and what it has loaded of the extension by then and after a command. */
const window = (stub: string): string => `
const Module = require('node:module');
const stub = require(${JSON.stringify(stub)});
const load = Module._load;
Module._load = (name, ...rest) => (name === 'vscode' ? stub : load(name, ...rest));
const { basename } = require('node:path');
const ours = (name) => /^(extension\\.|x-)/.test(name);
const loaded = () => Object.keys(require.cache).map((path) => basename(path)).filter(ours);
stub.resetEditor(true);
const { activate } = require(${JSON.stringify(resolve('dist/extension.js'))});
const memory = { get: (_, otherwise) => otherwise, update: () => Promise.resolve() };
const extensionUri = new stub.Uri(${JSON.stringify(resolve('.'))});
const extension = { packageJSON: require(${JSON.stringify(resolve('package.json'))}) };
activate({ extensionUri, extension, subscriptions: [], workspaceState: memory, secrets: {} });
const atStart = loaded();
const template = new stub.Uri(${JSON.stringify(resolve('media/examples/triage/triage.prompt'))});
// The dialog waits for a person; what it is made of is there before it is shown.
const asked = stub.editor.commands.get('promptTuner.train')(template);
const answer = () => {
  if (!loaded().includes('extension.later.js')) return setImmediate(answer);
  console.log(JSON.stringify({ atStart, then: loaded() }));
  process.exit();
};
asked.then(() => { console.log(JSON.stringify({ atStart, then: loaded() })); process.exit(); });
answer();
`;

const textOf = (names: readonly string[]): string =>
  names.map((name) => readFileSync(join('dist', name), 'utf8')).join('\n');

describe('the extension in a window', () => {
  let seen: {
    readonly atStart: readonly string[];
    readonly then: readonly string[];
    readonly shown: readonly string[];
  };
  beforeAll(async () => {
    const stub = await bundle('test/support/standIns/vscodeStub.ts', 'vscodeStub');
    const script = join('out', 'test', 'inspection', 'window.cjs');
    writeFileSync(script, window(stub));
    seen = JSON.parse(execFileSync(process.execPath, [script], { encoding: 'utf8' })) as typeof seen;
  });

  it('starts without what it needs once there is something to do', () => {
    expect(seen.atStart).toContain('extension.js');
    expect(seen.atStart).not.toContain('extension.later.js');
  });

  it('loads that at the first call', () => {
    expect(seen.then).toContain('extension.later.js');
  });

  it('copies the names of VS Code for none of the files that use them', () => {
    const text = textOf(seen.atStart);
    expect(text.match(/=require\("vscode"\)/g)!.length).toBeGreaterThan(20);
    expect(text).not.toMatch(/\w\(require\("vscode"\)/);
  });

  it('has no parser in what it starts with', () => {
    const text = textOf(seen.atStart);
    const sources = seen.atStart.flatMap(
      (name) => (JSON.parse(readFileSync(join('dist', `${name}.map`), 'utf8')) as { sources: string[] }).sources,
    );
    expect(text.length).toBeGreaterThan(1000);
    expect(sources.map((path) => basename(path))).toContain('extension.ts');
    const libraries = sources.flatMap((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? []);
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
