import { describe, expect, it } from 'vitest';
import { frontOfRun } from '../../../../src/runs/record/frontOfRun';
import { isRunRecord, type TextOnTest } from '../../../../src/runs/record/record';
import { frontText } from '../../../support/runs/frontText';
import { record, result } from '../../../support/runs/records';

const rewritten = {
  original: 'As written.',
  instruction: 'Chosen.',
  text: '…',
  edits: [],
  front: [frontText('As written.', 0), frontText('Chosen.', 0.2), frontText('Freer.', 1), frontText('Freest.', 4)],
};
const looked = (words: string, p: number): TextOnTest => ({
  text: words,
  measured: '2026-01-01T00:00:00.000Z',
  result: result('hard', 0.6, 'run'),
  gain: { mean: 0.1, interval: [0, 0.2] },
  p,
});
const run = record('run', {
  rewritten,
  originalResult: result('hard', 0.5, 'run'),
  textResult: result('hard', 0.55, 'run'),
  textGain: { mean: 0.05, interval: [-0.01, 0.11], p: 0.04 },
});

describe('the front of a run', () => {
  it('corrects the p-values of texts that were looked at for as many, and leaves the chosen one its own', () => {
    const front = frontOfRun({ ...run, textsOnTest: [looked('Freest.', 0.04), looked('Freer.', 0.03)] })!;
    expect(front.lookedAt).toBe(2);
    expect(front.texts.map(({ test }) => test?.p)).toEqual([undefined, 0.04, 0.06, 0.06]);
  });

  it('says which text is the original and which was chosen, and has no number of one that nobody looked at', () => {
    const front = frontOfRun(run)!;
    expect(front.texts.map(({ isOriginal, isChosen }) => [isOriginal, isChosen])).toEqual([
      [true, false],
      [false, true],
      [false, false],
      [false, false],
    ]);
    expect(front.texts.map(({ test }) => test?.result.accuracy)).toEqual([0.5, 0.55, undefined, undefined]);
  });

  it('takes no number on dev for one on test', () => {
    const onDev = { ...result('hard', 0.5, 'run'), split: 'dev' as const };
    expect(frontOfRun({ ...run, originalResult: onDev, textResult: onDev })!.texts.map(({ test }) => test)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('is none of a run of an earlier version, whose record still reads, with texts without a bound too', () => {
    const { front, ...without } = rewritten;
    expect(frontOfRun({ ...run, rewritten: without })).toBeUndefined();
    expect(isRunRecord({ ...run, rewritten: without })).toBe(true);
    const first = front.map((each) => ({ ...each, bound: undefined }));
    expect(isRunRecord({ ...run, rewritten: { ...without, front: first } })).toBe(true);
  });
});
