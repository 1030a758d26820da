// Packs the extension for every platform, unpacks the one for this machine far from here, and runs what lies in it.
// Closes with "N passed, N failed".
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
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
import { isPermissive, packageFolder } from '../../src/packaging/notices.mjs';
import { pack } from '../../src/packaging/pack.mjs';
import { installExtension } from '../vscode/serveVSCode.mjs';
import { binaryFolder, platforms, thisPlatform, universal, whyNotPackaged } from '../../src/packaging/runtimes.mjs';

/** The runtime's library is most of it. */
const largest = 60 * 2 ** 20;

const run = (program, words, options = {}) =>
  execFileSync(program, words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], ...options });
// After `npm run build` nothing is built again.
if (!process.argv.includes('--built')) run(process.execPath, ['esbuild.mjs']);

const packed = platforms.filter((platform) => whyNotPackaged(platform) === undefined);
const archives = new Map();
for (const platform of [...packed, universal]) archives.set(platform, (await pack(platform)).archive);

/** The files of an archive, by their paths within it; all, or those that are asked for. */
const filesOf = (archive, filter = () => true) =>
  unzipSync(readFileSync(archive), { filter: ({ name }) => !name.endsWith('/') && filter(name) });
/** What is compiled for one platform. */
const isBinary = (name) => /\.(node|dll|dylib|exe)$|\.so(\.\d+)*$/.test(name);

function unpack(archive) {
  const folder = mkdtempSync(join(tmpdir(), 'prompt-tuner-vsix-'));
  for (const [path, bytes] of Object.entries(filesOf(archive))) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
  return folder;
}

const vsix = archives.get(thisPlatform);
assert.ok(vsix, `there is a package for ${thisPlatform}`);
const unpacked = unpack(vsix);
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
  'holds the sentences of each language, and which of them each page says'() {
    for (const name of ['bundle.l10n.json', 'bundle.l10n.zh-cn.json'])
      assert.ok(inside.includes(join('media', 'l10n', name)), name);
    const pages = inside.filter((path) => /^dist.webview.\w+\.js$/.test(path));
    assert.ok(pages.length > 4);
    for (const page of pages) assert.ok(inside.includes(page.replace(/\.js$/, '.sentences.json')), page);
  },
  'holds no source, test or map'() {
    assert.deepEqual(
      inside.filter((path) =>
        /^(src|test|webview|out)\/|\.map$|\.[cm]?ts$|^media\/.*\.[cm]js$|\.prompt-tuner\//.test(path),
      ),
      [],
    );
  },
  'names every package in its bundles, each with a permissive licence and its text'() {
    const maps = files('dist').filter((path) => path.endsWith('.map'));
    const sources = maps.flatMap((path) => JSON.parse(readFileSync(path, 'utf8')).sources);
    const folders = new Set(
      sources.flatMap((path) => packageFolder(path)?.replace(/^.*?node_modules/, 'node_modules') ?? []),
    );
    assert.ok(folders.size > 20);
    const notices = readFileSync(join(extension, 'dist', 'notices.txt'), 'utf8').split(/^-{80}$/m);
    for (const folder of [...folders, 'node_modules/onnxruntime-node', 'node_modules/@mlc-ai/web-xgrammar']) {
      const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
      const notice = notices.find((text) => text.trimStart().startsWith(`${name} ${version}: `));
      assert.ok(notice, `${name} ${version}`);
      const [title, ...text] = notice.trim().split('\n');
      assert.ok(isPermissive(title.slice(title.indexOf(': ') + 2)), title);
      assert.match(
        text.join(' '),
        /permission|redistribution and use|licensed under the apache|apache license/i,
        title,
      );
    }
    assert.match(notices.join(), /prompt-tuner-base[^]*CC0 1\.0[^]*THIRD PARTY SOFTWARE NOTICES/);
  },
  'holds in each archive the binaries of its own platform, no more and no less'() {
    for (const platform of packed) {
      const inside = filesOf(archives.get(platform), isBinary);
      const folder = `extension/dist/node_modules/onnxruntime-node/${binaryFolder(platform)}/`;
      const names = Object.keys(inside);
      assert.deepEqual(
        names.filter((name) => !name.startsWith(folder)),
        [],
      );
      // What the binding loads by name is beside it.
      const binding = Buffer.from(inside[`${folder}onnxruntime_binding.node`]).toString('latin1');
      const [library] = /(?<=@rpath\/)libonnxruntime[\w.]*dylib|libonnxruntime\.so\.\d+|onnxruntime\.dll/.exec(binding);
      assert.ok(names.includes(folder + library), `${platform}: ${library}`);
      assert.deepEqual(
        names.filter((name) => /providers_|cuda|tensorrt/i.test(name)),
        [],
      );
    }
    assert.deepEqual(Object.keys(filesOf(archives.get(universal), isBinary)), []);
  },
  'is made for each platform that the runtime has files for, and refused by name for others'() {
    const lacking = platforms.filter((platform) => !packed.includes(platform));
    for (const platform of lacking) {
      const { status, stdout } = spawnSync(process.execPath, ['src/packaging/run.mjs', '--target', platform], {
        encoding: 'utf8',
      });
      assert.equal(status, 1);
      assert.match(stdout, new RegExp(`^${platform} +left out: onnxruntime-node .* lacks bin/napi-v6/`));
    }
    assert.ok(packed.length + lacking.length === 6 && packed.length >= 5, packed.join());
  },
  'says in the universal archive what it lacks, and checks templates all the same'() {
    const folder = unpack(archives.get(universal));
    try {
      const words = (...given) => [join(folder, 'extension', 'dist', 'cli.js'), ...given];
      const template = join(folder, 'extension', 'media', 'examples', 'triage', 'triage.prompt');
      assert.match(run(process.execPath, words('check', template)), /Nothing is wrong/);
      const runs = join(folder, 'runs');
      const training = words('train', template, '--method', 'soft', '--runs', runs, '--set', 'tune.steps=1');
      const { status, stderr } = spawnSync(process.execPath, training, { encoding: 'utf8', cwd: folder });
      assert.equal(status, 1);
      assert.match(stderr, /ONNX Runtime cannot be loaded on .*\[runtime-missing\]/);
      const readme = readFileSync(join(folder, 'extension', 'readme.md'), 'utf8');
      assert.match(readme, /^# .*\n\n> .*without a runtime/);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
  'says on the Marketplace what it is, and nothing of Python'() {
    const text = Buffer.from(
      filesOf(vsix, (name) => name === 'extension.vsixmanifest')['extension.vsixmanifest'],
    ).toString();
    assert.doesNotMatch(/<Tags>(.*)<\/Tags>/.exec(text)[1], /python|node/i);
    assert.match(text, /<Icon>extension\/media\/icon\.png<\/Icon>/);
    assert.match(text, new RegExp(`TargetPlatform="${thisPlatform}"`));
    const { repository, homepage, bugs } = JSON.parse(readFileSync('package.json', 'utf8'));
    assert.equal(repository.url, `${homepage}.git`);
    assert.equal(bugs, `${homepage}/issues`);
  },
  'shows a README whose pictures are in it, and whose links lead somewhere'() {
    const readme = readFileSync(join(extension, 'readme.md'), 'utf8');
    const addresses = [...readme.matchAll(/(!?)\[[^\]]*\]\(([^)\s]+)\)/g)];
    assert.ok(addresses.some(([, picture]) => picture));
    for (const [, picture, address] of addresses)
      assert.match(address, picture ? /^data:image\/(webp|png);base64,/ : /^(https:|#)/, address.slice(0, 80));
    const { homepage } = JSON.parse(readFileSync('package.json', 'utf8'));
    for (const [, , address] of addresses.filter(([, , each]) => each.startsWith(`${homepage}/blob/HEAD/`)))
      assert.ok(existsSync(address.slice(`${homepage}/blob/HEAD/`.length).replace(/#.*/, '')), address);
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
  'installs into VS Code, and trains its own example where nothing else is installed'() {
    const installed = mkdtempSync(join(tmpdir(), 'prompt-tuner-installed-'));
    try {
      installExtension(vsix, installed);
      const [name] = readdirSync(installed).filter((each) => each.startsWith('prompt-tuner.'));
      const folder = join(installed, name);
      const words = [
        'train',
        join(folder, 'media', 'examples', 'triage', 'triage.prompt'),
        '--method',
        'soft',
        '--json',
      ];
      const quick = ['steps=2', 'batchSize=2', 'evalEvery=2', 'learningRate=0.1'].flatMap((set) => [
        '--set',
        `tune.${set}`,
      ]);
      const runs = join(installed, 'runs');
      const printed = run(process.execPath, [join(folder, 'dist', 'cli.js'), ...words, ...quick, '--runs', runs], {
        cwd: installed,
      });
      const { method, trainedParameters } = JSON.parse(printed.trim().split('\n').at(-1));
      assert.deepEqual([method, trainedParameters > 0], ['soft', true]);
    } finally {
      rmSync(installed, { recursive: true, force: true });
    }
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
