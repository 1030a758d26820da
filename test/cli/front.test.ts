import { appendFile, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { frontOfRun } from '../../src/runs/record/frontOfRun';
import { measureFrontText } from '../../src/runs/work/measureFrontText';
import type { EvaluationResult } from '../../src/runs/record/record';
import { holm } from '../../src/scoring/statistics/holm';
import { frontText } from '../support/frontText';
import { json, run, workspace } from '../support/runCli';
import { measures, original, recordOf, tinyInstructed, train } from '../support/weatherRuns';

const others = ['Was the weather good or bad?', 'Weather:'];

/** A run whose search has kept two texts beside the original, and its folder. */
async function runWithFront(): Promise<{ readonly folder: string; readonly of: string; readonly id: string }> {
  const folder = await workspace(tinyInstructed);
  const { folder: of } = await train(folder, 'v2', '--set', 'tune.instruction=text', '--set', 'tune.steps=1');
  const record = await recordOf(of);
  const front = [frontText(original, 0), frontText(others[0]!, 0.4), frontText(others[1]!, 2.5)];
  const rewritten = { ...record.rewritten!, front };
  await writeFile(join(of, 'run.json'), JSON.stringify({ ...record, rewritten }));
  return { folder, of, id: record.id };
}

describe('the texts that a search kept', () => {
  it('are measured on test once each, as a hard prompt of that text is, and corrected by Holm', async () => {
    const { folder, of, id } = await runWithFront();
    for (const text of others) await measureFrontText(of, text);
    const record = await recordOf(of);
    expect(record.textsOnTest!.map(({ text }) => text)).toEqual(others);
    for (const { text, result, gain } of record.textsOnTest!) {
      const template = await readFile(join(folder, 'weather.prompt'), 'utf8');
      await writeFile(join(folder, 'pasted.prompt'), template.replace(original, text));
      const hard = await json<EvaluationResult>(folder, 'evaluate', 'pasted.prompt', '--method', 'hard');
      expect(measures(result)).toEqual(measures(hard));
      expect(gain.mean).toBeCloseTo(hard.accuracy! - record.originalResult!.accuracy!, 12);
    }
    const corrected = holm(record.textsOnTest!.map(({ p }) => p));
    const front = frontOfRun(record)!;
    expect(front.lookedAt).toBe(2);
    expect(front.texts.slice(1).map(({ test }) => test!.p)).toEqual(corrected);
    const before = await readFile(join(of, 'run.json'), 'utf8');
    await measureFrontText(of, others[0]!);
    expect(await readFile(join(of, 'run.json'), 'utf8')).toBe(before);
    const { out } = await run(folder, 'runs', 'show', id);
    expect(out).toMatch(/\+0\.400 +6 +0\.500 0\.250–0\.750 +\d\.\d{3} .*p [=<] ?[\d.]+ +Was the weather good or bad\?/);
    expect(out).toContain('2 texts beside the chosen one were looked at on test');
  });

  it('come to the same where the answers to the original were not kept', async () => {
    const { of } = await runWithFront();
    await measureFrontText(of, others[0]!);
    const [first] = (await recordOf(of)).textsOnTest!;
    await writeFile(join(of, 'run.json'), JSON.stringify({ ...(await recordOf(of)), textsOnTest: undefined }));
    await rm(join(of, 'original-predictions.jsonl'));
    await measureFrontText(of, others[0]!);
    const [again] = (await recordOf(of)).textsOnTest!;
    expect([again!.gain, again!.p]).toEqual([first!.gain, first!.p]);
  });

  it('are refused where the run has no such text, or the rows of test are others by now', async () => {
    const { of } = await runWithFront();
    await expect(measureFrontText(of, 'Guess.')).rejects.toMatchObject({ code: 'outdated' });
    const { data } = await recordOf(of);
    await appendFile(data.test!.path, await readFile(data.train!.path, 'utf8').then((rows) => rows.split('\n')[0]!));
    await expect(measureFrontText(of, others[0]!)).rejects.toMatchObject({ code: 'evaluate-changed' });
    expect((await recordOf(of)).textsOnTest).toBeUndefined();
  });
});
