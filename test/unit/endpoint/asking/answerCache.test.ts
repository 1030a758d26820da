import { mkdtemp, readdir, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openAnswerCache } from '../../../../src/endpoint/asking/answerCache';

const request = (row: number) => ({ path: 'chat/completions' as const, body: { row } });
const reply = (text: string) => ({ texts: [{ text, finish: 'stop' }], model: 'little' });

async function cacheFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'prompt-tuner-answers-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

describe('the answers that are kept', () => {
  it('are those that were asked for last, as many as are allowed', async () => {
    const folder = await cacheFolder();
    const cache = openAnswerCache(folder, 'http://here', 3);
    for (let row = 0; row < 6; row++) await cache.keep(request(row), reply(String(row)));
    const files = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.json'));
    for (const name of files) await utimes(join(folder, name), new Date(0), new Date(0));
    // What is asked for again is kept before what only lies there.
    for (const row of [1, 4]) await cache.find(request(row));
    await cache.trim();
    const found = await Promise.all([0, 1, 2, 3, 4, 5].map((row) => cache.find(request(row))));
    expect(found.filter(Boolean)).toHaveLength(3);
    expect([found[1], found[4]]).toEqual([reply('1'), reply('4')]);
  });

  it('are of one address and one question alone, in whatever order its fields are', async () => {
    const folder = await cacheFolder();
    const cache = openAnswerCache(folder, 'http://here');
    await cache.keep({ path: 'completions', body: { a: 1, b: 2 } }, reply('x'));
    expect(await cache.find({ path: 'completions', body: { b: 2, a: 1 } })).toEqual(reply('x'));
    expect(await cache.find({ path: 'completions', body: { a: 1, b: 3 } })).toBeUndefined();
    expect(
      await openAnswerCache(folder, 'http://there').find({ path: 'completions', body: { a: 1, b: 2 } }),
    ).toBeUndefined();
  });
});
