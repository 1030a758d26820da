import { mkdir, mkdtemp, readFile, rm, utimes, writeFile, lstat } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  findInHubCache,
  hubCache,
  hubReference,
  modelsInHubCache,
  placeInSnapshot,
  repositoryCache,
} from '../../../../src/model/hub/cache';
import { findVariants, type HubFile } from '../../../../src/model/hub/variants';

const [old, recent] = ['a'.repeat(40), 'b'.repeat(40)];
const id = 'someone/tiny';

async function cacheWith(commits: readonly string[], refs: Readonly<Record<string, string>> = {}): Promise<string> {
  const cache = await mkdtemp(join(tmpdir(), 'prompt-tuner-cache-'));
  onTestFinished(() => rm(cache, { recursive: true, force: true }));
  const { folder, snapshot } = repositoryCache(id, cache);
  for (const [i, commit] of commits.entries()) {
    await mkdir(snapshot(commit), { recursive: true });
    await utimes(snapshot(commit), 1000 + i, 1000 + i);
  }
  await mkdir(join(folder, 'refs', 'refs', 'pr'), { recursive: true });
  for (const [name, commit] of Object.entries(refs)) await writeFile(join(folder, 'refs', name), commit);
  return cache;
}

describe('a reference to a model of the hub', () => {
  it.each([
    ['org/name', 'org/name', 'main'],
    ['org/name@v1.0', 'org/name', 'v1.0'],
    ['org/na.me-2@refs/pr/1', 'org/na.me-2', 'refs/pr/1'],
    ['https://huggingface.co/org/name', 'org/name', 'main'],
    ['https://huggingface.co/org/name/tree/dev', 'org/name', 'dev'],
  ])('is read: %s', (written, name, revision) => {
    expect(hubReference(written)).toEqual({ id: name, revision });
  });

  it.each([
    'builtin',
    './models/tiny',
    '../name',
    '/models/tiny',
    'a/b/c',
    'org/..',
    'org/name@../../x',
    'C:\\models\\tiny',
    '',
  ])('is not seen in %j', (written) => {
    expect(hubReference(written)).toBeUndefined();
  });
});

describe('the cache of the hub', () => {
  it("lies where the hub's tools keep it", () => {
    expect(hubCache({ HF_HUB_CACHE: '/c' })).toBe('/c');
    expect(hubCache({ HF_HOME: '/h' })).toBe(join('/h', 'hub'));
    expect(hubCache({ HF_HOME: '~/h' })).toBe(join(homedir(), 'h', 'hub'));
    expect(hubCache({ HF_HUB_CACHE: '~' })).toBe(homedir());
    expect(hubCache({ XDG_CACHE_HOME: '~/.c' })).toBe(join(homedir(), '.c', 'huggingface', 'hub'));
    expect(hubCache({ HF_HOME: '/a/~/b' })).toBe(join('/a/~/b', 'hub'));
    expect(hubCache({ XDG_CACHE_HOME: '/x' })).toBe(join('/x', 'huggingface', 'hub'));
  });

  it('gives the commit that a branch stands for, even when another is newer', async () => {
    const cache = await cacheWith([old, recent], { main: old, v2: recent });
    const { snapshot } = repositoryCache(id, cache);
    expect(await findInHubCache({ id, revision: 'main' }, cache)).toBe(snapshot(old));
    expect(await findInHubCache({ id, revision: 'v2' }, cache)).toBe(snapshot(recent));
    expect(await findInHubCache({ id, revision: recent }, cache)).toBe(snapshot(recent));
    expect(await findInHubCache({ id, revision: recent.slice(0, 8) }, cache)).toBe(snapshot(recent));
    expect(await findInHubCache({ id, revision: 'v3' }, cache)).toBeUndefined();
  });

  it('gives the newest commit where no branch is noted', async () => {
    const cache = await cacheWith([old, recent]);
    expect(await findInHubCache({ id, revision: 'main' }, cache)).toBe(repositoryCache(id, cache).snapshot(recent));
    expect(await modelsInHubCache(cache)).toEqual([id]);
  });

  it('holds copies where the system allows no links', async () => {
    const cache = await cacheWith([]);
    const repository = repositoryCache(id, cache);
    await mkdir(join(repository.folder, 'blobs'), { recursive: true });
    await writeFile(repository.blob('h1'), 'content');
    await placeInSnapshot(repository, { commit: old, file: 'onnx/model.onnx', hash: 'h1' }, () =>
      Promise.reject(Object.assign(new Error('no links'), { code: 'EPERM' })),
    );
    const place = join(repository.snapshot(old), 'onnx', 'model.onnx');
    expect(await readFile(place, 'utf8')).toBe('content');
    expect((await lstat(place)).isSymbolicLink()).toBe(false);
  });
});

describe('the variants of a repository', () => {
  const file = (path: string, size = 1): HubFile => ({ path, size, hash: '', hashKind: 'git' });
  const names = (...paths: readonly string[]): readonly string[] =>
    findVariants(paths.map((path) => file(path))).map(({ name }) => name);

  it('are in the order of their worth for training', () => {
    expect(
      names(
        'onnx/model_q4f16.onnx',
        'onnx/model_quantized.onnx',
        'model.safetensors',
        'onnx/model_fp16.onnx',
        'onnx/model.onnx',
        'tiny.Q8_0.gguf',
      ),
    ).toEqual(['fp32', 'fp16', 'safetensors', 'q8', 'q4f16', 'gguf q8_0']);
    expect(names('onnx/decoder_model_merged.onnx', 'onnx/decoder_model.onnx')).toEqual([
      'fp32 merged',
      'fp32 without cache',
    ]);
    expect(names('pytorch_model.bin', 'vae/model.onnx')).toEqual([]);
  });

  it("have their external data with them, and no other's", () => {
    const [exact, quarter] = findVariants([
      file('onnx/model.onnx'),
      file('onnx/model.onnx_data', 5),
      file('onnx/model.onnx_data_1', 7),
      file('onnx/model_q4.onnx'),
      file('onnx/model_q4.onnx_data', 3),
    ]);
    expect(exact!.files.map(({ path }) => path)).toEqual([
      'onnx/model.onnx',
      'onnx/model.onnx_data',
      'onnx/model.onnx_data_1',
    ]);
    expect([exact!.bytes, quarter!.bytes]).toEqual([13, 4]);
  });
});
