import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sha256 } from '../../../src/files/sha256';
import { bundle } from '../../support/running/bundle';

let loader: string;
beforeAll(async () => {
  loader = await bundle('src/files/codeCache.ts', 'codeCache');
});

let home: string;
let program: string;
let folder: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'prompt-tuner-code-'));
  [program, folder] = [join(home, 'program.js'), join(home, 'kept')];
  write('first');
});
afterEach(() => rmSync(home, { recursive: true }));

const write = (word: string) =>
  writeFileSync(
    program,
    `const { basename } = require('node:path');
    exports.where = basename(__filename) + ' ' + basename(__dirname);
    exports.word = () => '${word}';
    exports.fail = () => { throw new Error('no'); };`,
  );

const kept = () => readdirSync(folder);
const flipped = (data: Buffer, at: number) => Buffer.from(data.map((byte, i) => (i === at ? byte ^ 1 : byte)));

interface Start {
  readonly isFromCache: boolean;
  readonly where: string;
  readonly word: string;
  /** Where its failure is said to lie. */
  readonly stack: string;
  /** Whether another who requires it gets the same. */
  readonly isShared: boolean;
}

/** Loads the program in a process of its own, since V8 knows what it has run, and lets it be kept. */
function start(): Start {
  const script = `const { createRequire } = require('node:module');
const { loadProgram } = require(${JSON.stringify(loader)});
const [program, folder] = ${JSON.stringify([program, folder])};
const loaded = loadProgram(program, { folder, require: createRequire(program) });
const { where, word, fail } = loaded.exports;
let stack;
try { fail(); } catch (error) { stack = error.stack; }
const isShared = require(program) === loaded.exports;
const said = { isFromCache: loaded.isFromCache, where, word: word(), stack, isShared };
loaded.keep().then(() => console.log(JSON.stringify(said)));`;
  return JSON.parse(execFileSync(process.execPath, ['-e', script], { encoding: 'utf8', stdio: 'pipe' })) as Start;
}

describe('a program that is loaded by what V8 kept of it', () => {
  it('is read from its source at first, and not after that', () => {
    expect(start()).toMatchObject({ isFromCache: false, word: 'first' });
    const [before] = kept();
    expect(start()).toMatchObject({ isFromCache: true, word: 'first' });
    expect(kept()).toEqual([before]);
  });

  it('runs as it does when it is required, and is the same for whoever requires it later', () => {
    start();
    expect(start()).toMatchObject({ isFromCache: true, where: `program.js ${basename(home)}`, isShared: true });
  });

  it('names its own file and line where it fails', () => {
    start();
    expect(start().stack).toContain(`${program}:4:`);
  });

  it('does not start where it throws, and says why', () => {
    writeFileSync(program, "throw new Error('no start');");
    expect(start).toThrow('no start');
  });

  it('is read from its source once that has changed, though it is as long as before', () => {
    start();
    write('other');
    expect(start()).toMatchObject({ isFromCache: false, word: 'other' });
    expect(kept()).toHaveLength(1);
    expect(start()).toMatchObject({ isFromCache: true, word: 'other' });
  });

  it.each([
    ['cut off', (data: Buffer) => data.subarray(0, data.length / 2)],
    ['empty', () => Buffer.alloc(0)],
    ['changed at one place', (data: Buffer) => flipped(data, data.length - 9)],
    [
      'of another version of V8',
      (data: Buffer) => {
        const other = flipped(data, 68).subarray(64);
        return Buffer.concat([Buffer.from(sha256(other)), other]);
      },
    ],
  ])('is read from its source where what was kept is %s, and is kept anew', (_, damage) => {
    start();
    const path = join(folder, kept()[0]!);
    writeFileSync(path, damage(readFileSync(path)));
    expect(start()).toMatchObject({ isFromCache: false, word: 'first' });
    expect(start()).toMatchObject({ isFromCache: true, word: 'first' });
  });

  it('clears away what a killed window has left, and leaves alone what else lies in the folder', () => {
    mkdirSync(folder);
    for (const name of ['notes.json', 'program.js.0.1.code.a1b2.tmp']) writeFileSync(join(folder, name), '{}');
    start();
    expect(kept()).toEqual(['notes.json', expect.stringMatching(/\.code$/)]);
  });

  it('runs where nothing can be kept', () => {
    writeFileSync(folder, 'a file where the folder should be');
    expect([start(), start()].map(({ isFromCache, word }) => [isFromCache, word])).toEqual([
      [false, 'first'],
      [false, 'first'],
    ]);
  });
});
