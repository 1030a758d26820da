import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startCheckProcess, urlOf, type CheckProcess } from '../../../../src/metrics/check/checkProcess';
import { until } from '../../../support/running/until.mjs';

/** Seconds, more than an answer takes anywhere that computes nothing. */
const limit = 0.5;

/** A check that answers as its text says. */
async function loaded(answer: string): Promise<CheckProcess> {
  const folder = await mkdtemp(join(tmpdir(), 'prompt-tuner-check-'));
  const file = join(folder, 'check.mjs');
  await writeFile(file, `export default async (answer) => { ${answer} };`);
  const check = startCheckProcess(file);
  onTestFinished(async () => {
    check.kill();
    await rm(folder, { recursive: true, force: true });
  });
  expect(await check.ask({ load: urlOf(file) }, 30)).toEqual({ loaded: true });
  return check;
}

const asked = { answer: '', row: '{}' };

describe('the time of a check', () => {
  it.each([
    ['computes', 'for (;;);'],
    ['waits', 'await new Promise(() => undefined);'],
  ])('is over for one that %s longer, which is then gone', async (_, answer) => {
    const check = await loaded(answer);
    expect(await check.ask(asked, limit)).toEqual({ late: true });
    expect(check.isAlive).toBe(false);
  });

  it('is its own: what other processes do meanwhile is not counted', async () => {
    const check = await loaded('return process.pid;');
    const { score: pid } = (await check.ask(asked, limit)) as { readonly score: number };
    process.kill(pid, 'SIGSTOP');
    const begun = performance.now();
    const answer = check.ask(asked, limit);
    await until('the time to be over by the clock', () => performance.now() - begun > 2 * limit * 1000);
    process.kill(pid, 'SIGCONT');
    expect(await answer).toEqual({ score: pid });
  });

  it('is not what ended one that ends itself', async () => {
    const check = await loaded('process.exit(7);');
    expect(await check.ask(asked, 1000)).toEqual({ ended: 'with code 7' });
  });
});
