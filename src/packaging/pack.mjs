// One archive for one platform: what .vscodeignore lets through, the platform's runtime, and README with pictures.
import { spawnSync } from 'node:child_process';
import { appendFileSync, cpSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import vsceApi from '@vscode/vsce';
import { packedReadme } from './readme.mjs';
import { runtimeBinaries, runtimeFolder, universal } from './runtimes.mjs';

const { listFiles, PackageManager } = vsceApi;
const vsce = resolve('node_modules', '@vscode', 'vsce', 'vsce');
const manifest = JSON.parse(readFileSync('package.json', 'utf8'));
/** What .vscodeignore lets through: the same for every platform, and long to find in a tree with all packages. */
let listed;
/** Whether vsce has looked for secrets in what every archive holds alike. */
let isSearched = false;

/**
 * Packs what is built in `dist/`.
 * @param platform one of those that can be packed, or `universal`
 * @returns the archive's path and its bytes
 * @throws Error with what vsce says, where it fails or warns
 */
export async function pack(platform) {
  const stage = join('out', 'package', platform);
  const archive = join('out', `${manifest.name}-${platform}.vsix`);
  rmSync(stage, { recursive: true, force: true });
  listed ??= await listFiles({ packageManager: PackageManager.None });
  for (const file of [...listed, '.vscodeignore']) cpSync(file, join(stage, file), { recursive: true });
  writeFileSync(join(stage, 'README.md'), packedReadme('README.md', manifest.homepage, platform));
  if (platform === universal) standIn(stage);
  else stageRuntime(stage, platform);
  const target = platform === universal ? [] : ['--target', platform];
  const search = isSearched ? ['--allow-package-all-secrets'] : [];
  const out = ['--no-dependencies', '--no-rewrite-relative-links', ...search, ...target, '--out', resolve(archive)];
  const { status, stdout, stderr } = spawnSync(process.execPath, [vsce, 'package', ...out], {
    cwd: stage,
    encoding: 'utf8',
  });
  if (status !== 0 || /WARN/.test(stdout + stderr))
    throw new Error(`vsce does not pack ${platform} without a word:\n${stdout}${stderr}`);
  isSearched ||= platform !== universal;
  rmSync(stage, { recursive: true, force: true });
  return { archive, bytes: statSync(archive).size };
}

/** The runtime's own files for one platform; what it does not need to run stays out. */
function stageRuntime(stage, platform) {
  const code = (path) => !/\.(map|d\.ts|md)$/.test(path);
  const copy = (from, part) =>
    cpSync(join(from, part), join(stage, 'dist', from, part), { recursive: true, filter: code });
  for (const part of ['package.json', 'dist', ...runtimeBinaries(platform)]) copy(runtimeFolder, part);
  for (const part of ['package.json', 'dist/cjs']) copy('node_modules/onnxruntime-common', part);
  if (platform.startsWith('win32')) appendFileSync(join(stage, 'dist', 'notices.txt'), windowsNotices);
}

/** Stands where the runtime would, so that none is found elsewhere by chance. */
function standIn(stage) {
  const folder = join(stage, 'dist', runtimeFolder);
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, 'package.json'),
    '{ "name": "onnxruntime-node", "version": "0.0.0", "main": "index.js" }\n',
  );
  writeFileSync(join(folder, 'index.js'), "throw new Error('the universal package is without it');\n");
}

const windowsNotices = `
${'-'.repeat(80)}

Libraries of Windows that ONNX Runtime comes with

DirectML.dll, dxil.dll: Microsoft Software License Terms, which let a program hand them on; they are no open source.
dxcompiler.dll: University of Illinois/NCSA Open Source License, Copyright (c) 2003-2019 University of Illinois at
Urbana-Champaign; its text is above, among the notices of ONNX Runtime.
`;
