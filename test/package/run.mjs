// Packs the extension for this platform, unpacks it far from here, and runs what lies in it.
// Closes with "N passed, N failed".
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { unzipSync } from 'fflate';

const target = `${process.platform}-${process.arch}`;
const vsix = join('out', `prompt-tuner-${target}.vsix`);
/** The runtime's library is most of it. */
const largest = 60 * 2 ** 20;

const run = (program, words, options = {}) =>
  execFileSync(program, words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], ...options });
mkdirSync('out', { recursive: true });
run(process.execPath, ['esbuild.mjs', '--stage', target]);
run(process.execPath, [
  join('node_modules', '@vscode', 'vsce', 'vsce'),
  'package',
  '--no-dependencies',
  '--allow-missing-repository',
  '--no-rewrite-relative-links',
  '--target',
  target,
  '--out',
  vsix,
]);
rmSync(join('dist', 'node_modules'), { recursive: true, force: true });

const unpacked = mkdtempSync(join(tmpdir(), 'prompt-tuner-vsix-'));
for (const [path, bytes] of Object.entries(unzipSync(readFileSync(vsix)))) {
  if (path.endsWith('/')) continue;
  mkdirSync(dirname(join(unpacked, path)), { recursive: true });
  writeFileSync(join(unpacked, path), bytes);
}
const extension = join(unpacked, 'extension');
const files = (folder) =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? files(join(folder, entry.name)) : [join(folder, entry.name)],
  );
const inside = files(extension).map((path) => path.slice(extension.length + 1));

const tests = {
  'holds what its manifest points at'() {
    const manifest = JSON.parse(readFileSync(join(extension, 'package.json'), 'utf8'));
    const named = [
      manifest.main,
      ...JSON.stringify(manifest.contributes)
        .match(/"\.?\/?(media|dist)\/[^"]+"/g)
        .map((path) => JSON.parse(path)),
    ];
    for (const path of named) assert.ok(existsSync(join(extension, path)), path);
  },
  'has the texts of its manifest, in English and Chinese'() {
    const keys = new Set(readFileSync(join(extension, 'package.json'), 'utf8').match(/(?<="%)[^%"]+(?=%")/g));
    for (const file of ['package.nls.json', 'package.nls.zh-cn.json']) {
      const texts = JSON.parse(readFileSync(join(extension, file), 'utf8'));
      assert.deepEqual(
        [...keys].filter((key) => !texts[key]),
        [],
      );
    }
  },
  'holds no source, test or map'() {
    assert.deepEqual(
      inside.filter((path) => /^(src|test|webview|out)\/|\.map$|\.ts$|\.prompt-tuner\//.test(path)),
      [],
    );
  },
  'names the licences of the packages in its bundles'() {
    const notices = readFileSync(join(extension, 'dist', 'notices.txt'), 'utf8');
    const sources = ['src', 'webview'].flatMap(files).filter((path) => path.endsWith('.ts'));
    const imported = sources.flatMap((path) =>
      [
        ...readFileSync(path, 'utf8').matchAll(
          /^import (?!type)[^;]* from '((?:@[^/']+\/)?[a-z][^/':]*)(?:\/[^':]*)?'/gm,
        ),
      ].map(([, name]) => name),
    );
    const names = new Set(imported.filter((name) => name !== 'vscode'));
    assert.ok(names.size > 10);
    for (const name of names) assert.match(notices, new RegExp(`^${name} [0-9.]+: .+$`, 'm'));
    assert.match(notices, /Permission is hereby granted/);
  },
  'holds the runtime of this platform only'() {
    const natives = inside.filter((path) => path.includes('/bin/napi'));
    assert.ok(natives.length > 0);
    assert.deepEqual(
      natives.filter((path) => !path.includes(`/${process.platform}/${process.arch}/`)),
      [],
    );
  },
  'is of a size that installs at once'() {
    assert.ok(statSync(vsix).size < largest, `${statSync(vsix).size} bytes`);
  },
  'measures its own example where nothing else is installed'() {
    const runs = join(unpacked, 'runs');
    const printed = run(
      process.execPath,
      [
        join(extension, 'dist', 'cli.js'),
        'evaluate',
        join(extension, 'media', 'examples', 'triage', 'triage.prompt'),
        '--method',
        'hard',
        '--split',
        'dev',
        '--runs',
        runs,
        '--json',
      ],
      { cwd: unpacked },
    );
    const { method, n, accuracy } = JSON.parse(printed);
    assert.deepEqual([method, n > 0, accuracy > 0], ['hard', true, true]);
  },
  'holds answers to a schema where nothing else is installed'() {
    const folder = join(unpacked, 'held');
    mkdirSync(folder);
    writeFileSync(
      join(folder, 'rows.jsonl'),
      '{"text":"Two lamps, please.","count":2}\n{"text":"A lamp.","count":1}\n',
    );
    const front = [
      'output: { format: json, schema: { count: integer } }',
      'config: { maxOutputTokens: 40 }',
      'tune.data: { test: rows.jsonl }',
    ];
    writeFileSync(join(folder, 'count.prompt'), `---\n${front.join('\n')}\n---\n{{text}}\n{{count}}`);
    const words = ['evaluate', join(folder, 'count.prompt'), '--method', 'hard', '--runs', join(folder, 'runs')];
    const printed = run(process.execPath, [join(extension, 'dist', 'cli.js'), ...words, '--json'], { cwd: unpacked });
    const { constraint, run: id } = JSON.parse(printed);
    assert.match(constraint.library, /xgrammar/);
    const lines = readFileSync(join(folder, 'runs', id, 'predictions.jsonl'), 'utf8')
      .trim()
      .split('\n');
    for (const line of lines) assert.equal(typeof JSON.parse(JSON.parse(line).predicted).count, 'number', line);
    assert.equal(lines.length, 2);
  },
};

let failed = 0;
for (const [name, test] of Object.entries(tests)) {
  try {
    test();
    console.log(`✓ the packed extension ${name}`);
  } catch (error) {
    failed++;
    console.log(`✗ the packed extension ${name}\n${error.stack}`);
  }
}
rmSync(unpacked, { recursive: true, force: true });
console.log(`${Object.keys(tests).length - failed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
