import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { EvaluationResult } from '../../../src/runs/record/record';
import { json, jsonLines, run, signalAt, workspace } from '../../support/runs/runCli';
import {
  instructed,
  measures,
  metricsOf,
  numbersOf,
  onlyRun,
  original,
  recordOf,
  train,
} from '../../support/runs/weatherRuns';

/**
 * Weather that is always wet, which the model nearly calls dry by these words: it takes few edits to be right, and a
 * search that may write anything finds them soon.
 */
const alwaysWet = (rows: string): string => rows.replaceAll('"dry"', '"wet"');
const rewritable: Readonly<Record<string, string>> = {
  ...instructed,
  'weather.prompt': instructed['weather.prompt']!.replace(
    'tune.searchBudget: 120',
    'tune.searchBudget: 300\ntune.readability: free\ntune.labels: { wet: " hot", dry: " cold" }',
  ),
  'train.jsonl': alwaysWet(instructed['train.jsonl']!),
  'dev.jsonl': alwaysWet(instructed['dev.jsonl']!),
};

describe('a run that rewrites the instruction', () => {
  it('reports the text as written, as rewritten and with what was learned, and can measure each again', async () => {
    const folder = await workspace(rewritable);
    const trained = await train(folder, 'v2', '--set', 'tune.instruction=text');
    const record = await recordOf(trained.folder);
    const kept = JSON.parse(await readFile(join(trained.folder, 'instruction.json'), 'utf8')) as {
      original: string;
      rewritten: string;
      edits: { gain: number; standardError: number }[];
    };
    expect(kept.original).toBe(original);
    expect(kept.edits).not.toEqual([]);
    expect(kept.rewritten).not.toBe(original);
    expect(record.rewritten).toMatchObject({ original, instruction: kept.rewritten, edits: kept.edits });
    expect(record.rewritten!.text).toContain(`{{#instruction}}${kept.rewritten}{{/instruction}}`);
    for (const { gain, standardError } of kept.edits) expect(gain).toBeGreaterThan(standardError);
    const front = record.rewritten!.front!;
    expect(front.map(({ text }) => text)).toEqual(expect.arrayContaining([original, kept.rewritten]));
    for (const { text, readability, bound, accuracy, rows } of front) {
      expect(readability).toBeLessThanOrEqual(bound ?? Infinity);
      expect(accuracy! * rows).toBeCloseTo(Math.round(accuracy! * rows), 9);
      if (text === original) expect([readability, bound]).toEqual([0, 0]);
    }
    const hard = await json<EvaluationResult>(folder, 'evaluate', 'weather.prompt', '--method', 'hard');
    expect(measures(trained.originalResult!)).toEqual(measures(hard));
    const text = await json<EvaluationResult>(
      folder,
      'evaluate',
      'weather.prompt',
      '--run',
      trained.run!,
      '--text-only',
    );
    expect(text).toMatchObject({ method: 'hard', trainedParameters: 0 });
    expect(measures(text)).toEqual(measures(trained.textResult!));
    expect(measures(text)).not.toEqual(measures(hard));
    expect(measures(await json<EvaluationResult>(folder, 'evaluate', 'weather.prompt', '--run', trained.run!))).toEqual(
      measures(trained),
    );
    // A hard prompt that anyone can paste elsewhere.
    await writeFile(join(folder, 'pasted.prompt'), record.rewritten!.text);
    expect(measures(await json<EvaluationResult>(folder, 'evaluate', 'pasted.prompt', '--method', 'hard'))).toEqual(
      measures(text),
    );
  });

  it('trains the embeddings of the rewritten text, and finds it again from the adapter alone', async () => {
    const folder = await workspace(rewritable);
    const trained = await train(folder, 'v2', '--set', 'tune.instruction=both');
    expect(trained.rewritten!.instruction).not.toBe(original);
    const again = await json<EvaluationResult>(
      folder,
      'evaluate',
      'weather.prompt',
      '--adapter',
      join(trained.folder, 'adapter'),
    );
    expect(measures(again)).toEqual(measures(trained));
  });

  it('does not search again when it is resumed, and comes to the same numbers', async () => {
    const long = [
      'train',
      'weather.prompt',
      '--method',
      'v2',
      '--json',
      '--set',
      'tune.steps=12',
      '--set',
      'tune.evalEvery=2',
    ];
    const calm = await workspace(rewritable);
    expect((await run(calm, ...long)).code).toBe(0);
    const folder = await workspace(rewritable);
    expect((await signalAt(folder, long, '"step":5,')).code).toBe(130);
    const of = await onlyRun(folder);
    const { id, rewritten } = await recordOf(of);
    const resumed = await run(folder, ...long, '--resume', id);
    expect(resumed.code).toBe(0);
    expect(jsonLines(resumed.out).filter(({ kind }) => kind === 'candidate-round')).toEqual([]);
    expect(await metricsOf(of)).toEqual(await metricsOf(await onlyRun(calm)));
    expect((await recordOf(of)).rewritten).toEqual(rewritten);
    expect((await recordOf(await onlyRun(calm))).rewritten).toEqual(rewritten);
  });

  it('goes on with its search where it was stopped in the middle, and comes to the same text and numbers', async () => {
    const folder = await workspace(rewritable);
    const args = ['train', 'weather.prompt', '--method', 'v2', '--json', '--set', 'tune.steps=2'];
    // The round that finds the first edit; another follows.
    expect((await signalAt(folder, args, '"iteration":2,')).code).toBe(130);
    const of = await onlyRun(folder);
    const stopped = await recordOf(of);
    expect(stopped).toMatchObject({ status: 'stopped', progress: { phase: 'searching' } });
    expect(stopped.rewritten).toBeUndefined();
    const searched = join(of, 'search.json');
    const { iteration } = JSON.parse(await readFile(searched, 'utf8')) as { iteration: number };
    const resumed = await run(folder, ...args, '--resume', stopped.id);
    expect(resumed.code).toBe(0);
    const rounds = jsonLines(resumed.out).filter(({ kind }) => kind === 'candidate-round');
    expect(rounds).not.toEqual([]);
    expect(rounds.every((round) => Number(round.iteration) >= iteration)).toBe(true);
    await expect(readFile(searched)).rejects.toMatchObject({ code: 'ENOENT' });
    const calm = await workspace(rewritable);
    expect((await run(calm, ...args)).code).toBe(0);
    const undisturbed = await onlyRun(calm);
    expect((await recordOf(undisturbed)).rewritten!.edits).toHaveLength(2);
    expect((await recordOf(of)).rewritten).toEqual((await recordOf(undisturbed)).rewritten);
    expect(await metricsOf(of)).toEqual(await metricsOf(undisturbed));
    for (const file of ['instruction.json', 'predictions.jsonl'])
      expect(await numbersOf(of, file), file).toEqual(await numbersOf(undisturbed, file));
  });

  it('is the only one whose text can be measured alone', async () => {
    const folder = await workspace(instructed);
    const { run: id } = await train(folder, 'soft');
    const { code, err } = await run(folder, 'evaluate', 'weather.prompt', '--run', id!, '--text-only');
    expect(code).toBe(1);
    expect(err).toContain('[not-rewritten]');
    expect((await run(folder, 'evaluate', 'weather.prompt', '--method', 'hard', '--text-only')).code).toBe(2);
  });
});
