import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { evaluateRun } from '../../../src/runs/work/measuring/evaluateRun';
import { predictRow } from '../../../src/inspection/predictRow';
import { inspectorSide } from '../../../src/inspection/trainerContract';
import { trainRun } from '../../../src/runs/work/trainRun';

let folder: string;
let file: string;
let runs: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'predict-'));
  cpSync('media/examples/triage', folder, { recursive: true });
  file = join(folder, 'triage.prompt');
  runs = join(folder, 'runs');
  for (const split of ['train', 'dev', 'test']) {
    const path = join(folder, 'data', `${split}.jsonl`);
    writeFileSync(path, readFileSync(path, 'utf8').split('\n').slice(0, 6).join('\n'));
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

describe('the prediction of a row', () => {
  it("is what an evaluation says of that row, in the enum's order", async () => {
    const { predictions } = await evaluateRun({ file, subject: { kind: 'hard' }, split: 'dev', set: {}, runs });
    const predicted = await predictRow({ file, split: 'dev', row: 2, runs });
    expect(predicted.expected).toBe(predictions[2]!.expected);
    expect(predicted.probabilities!.map(({ label }) => label)).toEqual(['billing', 'bug', 'account', 'delivery']);
    expect(sum(predicted.probabilities!.map(({ probability }) => probability))).toBeCloseTo(1, 5);
    for (const { label, probability } of predicted.probabilities!)
      expect(probability).toBeCloseTo(predictions[2]!.probabilities![label]!, 4);
    expect(inspectorSide.calls.predict.result(structuredClone(predicted))).toBe(true);
  });

  it("takes a text that is not saved, and a run's trained prompt", async () => {
    const saved = await predictRow({ file, split: 'dev', row: 0, runs });
    const text = readFileSync(file, 'utf8').replace('Message:', 'Complaint:');
    expect((await predictRow({ file, text, split: 'dev', row: 0, runs })).probabilities).not.toEqual(
      saved.probabilities,
    );
    const { record } = await trainRun({
      file,
      method: 'soft',
      set: { 'tune.steps': '2', 'tune.length': '3', 'tune.learningRate': '0.1', 'tune.evalEvery': '2' },
      runs,
    });
    const trained = await predictRow({ file, split: 'dev', row: 0, run: record.id, runs });
    expect(trained.probabilities).not.toEqual(saved.probabilities);
    const { predictions } = await evaluateRun({
      file,
      subject: { kind: 'run', run: record.id },
      split: 'dev',
      set: {},
      runs,
    });
    for (const { label, probability } of trained.probabilities!)
      expect(probability).toBeCloseTo(predictions[0]!.probabilities![label]!, 4);
  });

  it('is refused for a row that is not there and for a text with errors', async () => {
    await expect(predictRow({ file, split: 'dev', row: 6, runs })).rejects.toMatchObject({ code: 'row-missing' });
    await expect(predictRow({ file, text: '{{#if x}}', split: 'dev', row: 0, runs })).rejects.toMatchObject({
      code: 'template-syntax',
    });
    await expect(predictRow({ file, split: 'dev', row: 0, run: 'none', runs })).rejects.toMatchObject({
      code: 'run-missing',
    });
  });
});
