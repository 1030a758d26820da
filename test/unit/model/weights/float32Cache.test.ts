import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cleanWeights, useWeights } from '../../../../src/model/weights/float32Cache';

const home = process.env.PROMPT_TUNER_HOME;
const day = 86_400_000;
const host = hostname().replace(/[^A-Za-z0-9-]/g, '-');
let folder = '';

beforeEach(async () => {
  process.env.PROMPT_TUNER_HOME = await mkdtemp(join(tmpdir(), 'prompt-tuner-weights-'));
  folder = join(process.env.PROMPT_TUNER_HOME, 'weights');
  await mkdir(folder);
});
afterEach(async () => {
  await rm(join(folder, '..'), { recursive: true });
  if (home === undefined) delete process.env.PROMPT_TUNER_HOME;
  else process.env.PROMPT_TUNER_HOME = home;
});

/** Weights of a model as a process that has ended has left them. */
async function weights(
  name: string,
  { source, days = 0 }: { readonly source?: string; readonly days?: number },
): Promise<void> {
  await writeFile(join(folder, `${name}.1.f32`), 'numbers');
  await writeFile(join(folder, `${name}.1.json`), JSON.stringify({ sources: source === undefined ? [] : [source] }));
  const then = new Date(Date.now() - days * day);
  await utimes(join(folder, `${name}.1.json`), then, then);
}

/** The number of a process that has ended. */
async function deadProcess(): Promise<number> {
  const child = spawn(process.execPath, ['-e', ''], { stdio: 'ignore' });
  await new Promise((fulfil) => child.on('exit', fulfil));
  return child.pid!;
}

const names = async () => (await readdir(folder)).sort();

describe('weights kept in float32', () => {
  it('go when their source is gone or nobody has opened them for a month, and stay otherwise', async () => {
    await weights('a', { source: __filename });
    await weights('b', { source: join(folder, 'nowhere.gguf') });
    await weights('c', { source: __filename, days: 31 });
    await weights('d', { days: 29 });
    expect((await cleanWeights()).slice().sort()).toEqual(['b.1.f32', 'c.1.f32']);
    expect(await names()).toEqual(['a.1.f32', 'a.1.json', 'd.1.f32', 'd.1.json']);
  });

  it('stay while a process uses them that lives, here or perhaps elsewhere, and go when it has ended', async () => {
    await weights('a', { source: join(folder, 'nowhere.gguf'), days: 99 });
    await writeFile(join(folder, `a.1.${host}.${process.pid}.use`), '');
    expect(await cleanWeights()).toEqual([]);
    await rm(join(folder, `a.1.${host}.${process.pid}.use`));
    await writeFile(join(folder, 'a.1.far-away.1.use'), '');
    expect(await cleanWeights()).toEqual([]);
    await rm(join(folder, 'a.1.far-away.1.use'));
    await writeFile(join(folder, `a.1.${host}.${await deadProcess()}.use`), '');
    expect(await cleanWeights()).toEqual(['a.1.f32']);
    expect(await names()).toEqual([]);
  });

  it('are marked by whoever opens them, with all the files that they were ever opened for', async () => {
    await weights('a', { source: join(folder, 'nowhere.gguf'), days: 31 });
    await useWeights(join(folder, 'a.1.f32'), [__filename]);
    expect(await names()).toEqual(['a.1.f32', `a.1.${host}.${process.pid}.use`, 'a.1.json'].sort());
    await rm(join(folder, `a.1.${host}.${process.pid}.use`));
    expect(await cleanWeights()).toEqual([]);
  });

  it('that were never finished go with the process that wrote them, but not while it may still write', async () => {
    const dead = await deadProcess();
    for (const [name, days] of [
      [`a.1.f32.${dead}.tmp`, 2],
      [`b.1.f32.${dead}.tmp`, 0],
      [`c.1.f32.${process.pid}.tmp`, 2],
    ] as const) {
      await writeFile(join(folder, name), 'half');
      const then = new Date(Date.now() - days * day);
      await utimes(join(folder, name), then, then);
    }
    await cleanWeights();
    expect(await names()).toEqual([`b.1.f32.${dead}.tmp`, `c.1.f32.${process.pid}.tmp`].sort());
  });
});
