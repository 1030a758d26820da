import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readmeProgram } from '../../support/text/readmeProgram';
import { json, tinyWeather } from '../../support/runs/runCli';

let project: string;
/** Why npm could not fetch what the package depends on, where the machine has no way to a registry. */
let unreachable: string | undefined;

/** What npm says where there is no network, or nothing in its cache. */
const noNetwork = /E(?:NOTFOUND|AI_AGAIN|CONNREFUSED|CONNRESET|TIMEDOUT|NOTCACHED|SOCKETTIMEOUT)|network|proxy/i;

/** A registry that answers slowly is none. */
const mostMilliseconds = 300_000;

beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), 'prompt-tuner-installed-'));
  const words = ['pack', '--ignore-scripts', '--silent', '--pack-destination', project];
  const packed = execFileSync('npm', words, { encoding: 'utf8' }).trim();
  writeFileSync(join(project, 'package.json'), '{ "private": true }');
  // The runtime's script only fetches what runs on other processors.
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline', '--fetch-retries', '1'];
  const { status, stderr } = spawnSync('npm', ['install', ...quiet, `./${packed}`], {
    cwd: project,
    encoding: 'utf8',
    timeout: mostMilliseconds / 2,
  });
  if (status === 0) return;
  if (status !== null && !noNetwork.test(stderr)) throw new Error(stderr);
  unreachable = stderr.split('\n').find((line) => noNetwork.test(line)) ?? 'npm came to no end';
}, mostMilliseconds);
afterAll(() => rmSync(project, { recursive: true, force: true }));

const node = (file: string): string =>
  execFileSync(process.execPath, [file], { cwd: project, encoding: 'utf8', env: { ...process.env, NODE_PATH: '' } });

/** A test that cannot be done without a registry, and then says so. */
const installedIt = (name: string, work: () => Promise<void> | void): void =>
  it(name, async (context) => {
    context.skip(unreachable !== undefined, `No package registry can be reached: ${unreachable ?? ''}`);
    await work();
  });

describe('the package as npm installs it', () => {
  installedIt("runs README's program as a module and by require, which say what the command line says", async () => {
    for (const [name, text] of Object.entries(tinyWeather)) writeFileSync(join(project, name), text);
    const program = readmeProgram(0, 'weather.prompt');
    writeFileSync(join(project, 'readme.mjs'), program);
    const body = program.replace(/^import (.*) from ('.*');$/m, 'const $1 = require($2);');
    writeFileSync(join(project, 'readme.cjs'), body.replace(/\n\n([\s\S]*)$/, '\n(async () => {\n$1\n})();\n'));
    const asked = await json<{ answer: string; probability: number }>(
      project,
      ...['ask', 'weather.prompt', '--set', 'text=My card was charged twice.'],
    );
    const said = node('readme.mjs');
    expect(said.split('\n')[0]).toBe(`${asked.answer} ${asked.probability}`);
    expect(node('readme.cjs')).toBe(said);
  });

  installedIt('has its command on the path of the project', () => {
    const command = join('node_modules', '.bin', process.platform === 'win32' ? 'prompt-tuner.cmd' : 'prompt-tuner');
    expect(existsSync(join(project, command))).toBe(true);
    const out = execFileSync(command, ['--version'], {
      cwd: project,
      encoding: 'utf8',
      shell: process.platform === 'win32',
    });
    expect(out).toMatch(/^\d+\.\d+\.\d+/);
  });

  installedIt('brings types for both', () => {
    const text = `import { openPrompt, Failure, type Classification } from 'prompt-tuner';
export const label = async (): Promise<Classification> => (await openPrompt('x.prompt')).classify({ text: 'x' });
export const code = (error: unknown): string => (error instanceof Failure ? error.code : '');
`;
    for (const name of ['typed.mts', 'typed.cts']) writeFileSync(join(project, name), text);
    const compiler = resolve('node_modules/typescript-native/bin/tsc');
    const words = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2022', '--types', ''];
    expect(
      execFileSync(process.execPath, [compiler, ...words, 'typed.mts', 'typed.cts'], {
        cwd: project,
        encoding: 'utf8',
      }),
    ).toBe('');
  });
});
