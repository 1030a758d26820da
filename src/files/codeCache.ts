import { readFileSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { Module } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { Script } from 'node:vm';
import { makeFolder, writeAtomically } from './atomicFile';
import { sha256 } from './sha256';

/** Bytes of the digest in front of what V8 keeps. */
const digestBytes = 64;

export interface LoadedProgram {
  /** What the program exports. */
  readonly exports: unknown;
  /** Whether V8 took what was kept instead of reading the source. */
  readonly isFromCache: boolean;
  /**
   * Keeps what V8 has made of the program by now for the next start, in place of what was kept of others, and does
   * nothing where it came from there. A folder that cannot be written to keeps nothing.
   */
  keep(): Promise<void>;
}

export interface CodeCacheParts {
  /** Where code is kept; no other files of its kind may lie there. */
  readonly folder: string;
  /** What the program gets as its `require`. */
  readonly require: NodeJS.Require;
}

/**
 * Runs a CommonJS file as `require` does, by what V8 kept of it the last time; whoever requires it later gets the same.
 * What is kept is bound to the bytes of the source and to the version of V8, which looks at nothing but the length of a
 * source itself, and damage is noticed; the source is read wherever it is not the same.
 * @throws what the program throws, and the system's error where it cannot be read
 */
export function loadProgram(file: string, { folder, require }: CodeCacheParts): LoadedProgram {
  const path = require.resolve(file);
  const source = readFileSync(path, 'utf8');
  const kept = join(folder, `${basename(path)}.${sha256(source)}.${process.versions.v8}.code`);
  const cachedData = readKept(kept);
  const script = new Script(Module.wrap(source), { filename: path, cachedData });
  const isFromCache = cachedData !== undefined && script.cachedDataRejected === false;
  return {
    exports: run(script, path, require),
    isFromCache,
    keep: async () => {
      if (!isFromCache) await keep(kept, script).catch(() => undefined);
    },
  };
}

function run(script: Script, path: string, require: NodeJS.Require): unknown {
  const module = new Module(path);
  module.filename = path;
  require.cache[path] = module;
  try {
    const body = script.runInThisContext() as (...given: readonly unknown[]) => void;
    body.call(module.exports, module.exports, require, module, path, dirname(path));
    module.loaded = true;
    return module.exports;
  } finally {
    if (!module.loaded) Reflect.deleteProperty(require.cache, path);
  }
}

function readKept(path: string): Buffer | undefined {
  try {
    const file = readFileSync(path);
    const data = file.subarray(digestBytes);
    return sha256(data) === file.toString('latin1', 0, digestBytes) ? data : undefined;
  } catch {
    return undefined;
  }
}

async function keep(path: string, script: Script): Promise<void> {
  const data = script.createCachedData();
  const folder = dirname(path);
  await makeFolder(folder);
  await writeAtomically(path, Buffer.concat([Buffer.from(sha256(data), 'latin1'), data]));
  // Also what a window that was killed had begun to write.
  const others = (await readdir(folder)).filter((name) => /\.code(\.|$)/.test(name) && name !== basename(path));
  await Promise.all(others.map((name) => rm(join(folder, name), { force: true })));
}
