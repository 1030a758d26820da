import { appendFile, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTextMeasuring } from '../../../src/inspection/measureTexts';
import { frontOfRun } from '../../../src/runs/record/frontOfRun';
import { measureFrontText } from '../../../src/runs/work/measuring/measureFrontText';
import type { EvaluationResult } from '../../../src/runs/record/record';
import { holm } from '../../../src/scoring/statistics/holm';
import { frontText } from '../../support/runs/frontText';
import { json, run, sharedWorkspace, type SharedWorkspace } from '../../support/runs/runCli';
import { measures, original, recordOf, tinyInstructed, train } from '../../support/runs/weatherRuns';

const others = ['Was the weather good or bad?', 'Weather:'];

let trained: SharedWorkspace;
/** A run whose search has kept two texts beside the original. */
let of: string;
let id: string;
beforeAll(async () => {
  trained = await sharedWorkspace(tinyInstructed, async (folder) => {
    ({ folder: of } = await train(folder, 'v2', '--set', 'tune.instruction=text', '--set', 'tune.steps=1'));
    const record = await recordOf(of);
    ({ id } = record);
    const front = [frontText(original, 0), frontText(others[0]!, 0.4), frontText(others[1]!, 2.5)];
    const rewritten = { ...record.rewritten!, front };
    await writeFile(join(of, 'run.json'), JSON.stringify({ ...record, rewritten }));
  });
});
afterAll(() => trained.remove());
beforeEach(() => trained.restore());

describe('the texts that a search kept', () => {
  it('are measured on test once each, as a hard prompt of that text is, and corrected by Holm', async () => {
    const { folder } = trained;
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
    expect(out).toMatch(
      /^ *2 +\+0\.400 +6 +0\.500 0\.250–0\.750 +\d\.\d{3} .*p [=<] ?[\d.]+ +Was the weather good or bad\?/m,
    );
    expect(out).toContain('2 texts beside the chosen one were looked at on test');
  });

  it('come to the same where the answers to the original were not kept', async () => {
    await measureFrontText(of, others[0]!);
    const [first] = (await recordOf(of)).textsOnTest!;
    await writeFile(join(of, 'run.json'), JSON.stringify({ ...(await recordOf(of)), textsOnTest: undefined }));
    await rm(join(of, 'original-predictions.jsonl'));
    await measureFrontText(of, others[0]!);
    const [again] = (await recordOf(of)).textsOnTest!;
    expect([again!.gain, again!.p]).toEqual([first!.gain, first!.p]);
  });

  it('are refused where the run has no such text, or the rows of test are others by now', async () => {
    await expect(measureFrontText(of, 'Guess.')).rejects.toMatchObject({ code: 'outdated' });
    const { data } = await recordOf(of);
    await appendFile(data.test!.path, await readFile(data.train!.path, 'utf8').then((rows) => rows.split('\n')[0]!));
    await expect(measureFrontText(of, others[0]!)).rejects.toMatchObject({ code: 'evaluate-changed' });
    expect((await recordOf(of)).textsOnTest).toBeUndefined();
  });

  it('are measured while the rows are counted, once for two who ask, and stopped without a trace', async () => {
    const before = await readFile(join(of, 'run.json'), 'utf8');
    const counts: string[] = [];
    let turn: Promise<unknown> = Promise.resolve();
    const texts = createTextMeasuring(
      (work) => {
        const mine = turn.then(() => work(new AbortController().signal));
        turn = mine.catch(() => undefined);
        return mine;
      },
      ({ text, done, total }) => {
        counts.push(`${text} ${done}/${total}`);
        if (text === others[1]) texts.stop({ folder: of, text });
      },
    );
    expect(await texts.measure({ folder: of, text: others[1]! })).toEqual({ measured: false });
    await turn;
    expect(await readFile(join(of, 'run.json'), 'utf8')).toBe(before);
    const asked = [0, 1].map(() => texts.measure({ folder: of, text: others[0]! }));
    const waiting = texts.measure({ folder: of, text: others[1]! });
    texts.stop({ folder: of, text: others[1]! });
    expect(await waiting).toEqual({ measured: false });
    expect(await Promise.all(asked)).toEqual([{ measured: true }, { measured: true }]);
    const { textsOnTest } = await recordOf(of);
    expect(textsOnTest!.map(({ text }) => text)).toEqual([others[0]]);
    const rows = textsOnTest![0]!.result.n;
    expect(counts.filter((each) => each.startsWith(others[0]!))).toEqual([
      `${others[0]!} 0/${rows}`,
      `${others[0]!} ${rows}/${rows}`,
    ]);
  });

  it('are shown, measured and written by their number in a terminal', async () => {
    const { folder } = trained;
    const shown = await run(folder, 'runs', 'text', id, '2');
    expect(shown.out).toMatch(
      /^Text 2\n\nWas the weather good or bad\?\n\n.*\+0\.400 nats a token[\s\S]*Accuracy on test +not measured/,
    );
    const measured = await json<{ test: { p: number }; lookedAt: number }>(
      folder,
      'runs',
      'text',
      id,
      '2',
      '--measure',
    );
    const [kept] = (await recordOf(of)).textsOnTest!;
    expect(measured).toMatchObject({ lookedAt: 1, test: { p: kept!.p } });
    const written = await readFile(join(folder, 'weather.prompt'), 'utf8');
    const { out } = await run(folder, 'runs', 'text', id, '3', '--variant');
    expect(out).toContain('weather.text3.prompt has this text now.');
    expect(await readFile(join(folder, 'weather.text3.prompt'), 'utf8')).toBe(written.replace(original, others[1]!));
    await run(folder, 'runs', 'text', id, '3', '--use');
    expect(await readFile(join(folder, 'weather.prompt'), 'utf8')).toBe(written.replace(original, others[1]!));
    const again = await run(folder, 'runs', 'text', id, '3', '--use');
    expect(again.out).toContain('weather.prompt had this text already.');
    const refused = await run(folder, 'runs', 'text', id, '2', '--use');
    expect(refused.code).toBe(1);
    expect(refused.err).toContain('The instruction in the template is not the one that the run began with.');
    expect(refused.err).toContain('--force');
    await run(folder, 'runs', 'text', id, '2', '--use', '--force');
    expect(await readFile(join(folder, 'weather.prompt'), 'utf8')).toBe(written.replace(original, others[0]!));
  });

  it('are refused by one sentence where there is no such number, or no search', async () => {
    const { folder } = trained;
    const beyond = await run(folder, 'runs', 'text', id, '4');
    expect(beyond.code).toBe(1);
    expect(beyond.err).toContain(`The run ${id} has kept texts 1 to 3, and none of number 4.`);
    const { folder: hard } = await train(folder, 'soft', '--set', 'tune.steps=1');
    const none = await run(folder, 'runs', 'text', hard, '1');
    expect(none.err).toContain('has kept no texts: it did not search for an instruction.');
  });
});
