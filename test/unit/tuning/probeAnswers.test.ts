import { afterAll, describe, expect, it, vi } from 'vitest';
import { estimateTraining, workSeconds } from '../../../src/inspection/estimate/estimateTraining';
import { openSource } from '../../../src/objective/rows/source';
import * as writing from '../../../src/scoring/writeAnswers';
import { probeAnswers } from '../../../src/tuning/probeAnswers';
import { probeStep } from '../../../src/tuning/probeStep';
import { assembleModel } from '../../support/models/models';
import { initialPrompt, makeWorkspace, makeTinyWorkspace, type WorkspaceOptions } from '../../support/engine/workspace';

const text = makeWorkspace({
  model: assembleModel('reference/stories260k'),
  output: 'label: string',
});
const json: WorkspaceOptions = {
  model: assembleModel('reference/stories260k'),
  output: 'label: string\n    sure?: boolean\n  format: json',
  body: 'Text: {{text}}\n{{output}}',
};
const held = makeWorkspace(json);
const labels = makeTinyWorkspace();
afterAll(() => Promise.all([text, held, labels].map((workspace) => workspace.dispose())));

const set = { 'tune.length': 3, 'tune.steps': 10, 'tune.evalEvery': 5, 'tune.evalRows': 3, 'tune.learningRate': 0.1 };

describe('the time of a free text answer', () => {
  it.each([
    ['free', text],
    ['held to a schema', held],
  ] as const)('is the mean of some that are really written as the run writes them: %s', async (_, workspace) => {
    const { task, model } = await workspace.task('soft', { ...set, config: { maxOutputTokens: 12 } });
    const written = vi.spyOn(writing, 'writeAnswers');
    const source = openSource(task, model, 'train');
    const seconds = await probeAnswers({ task, model, source, split: 'train' }, initialPrompt(task, model), undefined);
    const answers = [
      ...((await written.mock.results[0]!.value) as Awaited<ReturnType<typeof writing.writeAnswers>>).values(),
    ];
    written.mockRestore();
    expect(answers).toHaveLength(4);
    for (const { tokens } of answers) expect(tokens.length).toBeGreaterThan(0);
    expect(seconds).toBeCloseTo(answers.reduce((sum, answer) => sum + answer.seconds, 0) / 4, 12);
    expect(seconds).toBeGreaterThan(0);
  });

  it('is not asked for where labels are chosen', async () => {
    const { task, model } = await labels.task('soft', set);
    expect((await probeStep(task, model)).answerSeconds).toBeUndefined();
  });

  it('is part of a step’s cost where text is written, and can be stopped', async () => {
    const { task, model } = await text.task('soft', { ...set, config: { maxOutputTokens: 8 } });
    expect((await probeStep(task, model)).answerSeconds).toBeGreaterThan(0);
    const source = openSource(task, model, 'train');
    const stopped = probeAnswers(
      { task, model, source, split: 'train' },
      initialPrompt(task, model),
      AbortSignal.abort(new Error('stopped')),
    );
    await expect(stopped).rejects.toThrow('stopped');
  });

  it('is counted for the rows of each evaluation and of the test in the estimate of a training', async () => {
    const words = Object.fromEntries(Object.entries(set).map(([name, value]) => [name, String(value)]));
    const { answers, ...cost } = await estimateTraining({ file: text.file, method: 'soft', set: words });
    expect(answers).toMatchObject({ rows: 3 });
    const { task } = await text.task('soft', set);
    const of = (answerSeconds: number): number => workSeconds(task, { ...cost, answerSeconds });
    // Two evaluations, and the eight rows of the test.
    const each = answers!.seconds / 3;
    expect(of(each) - of(0)).toBeCloseTo(each * (2 * 3 + 8), 9);
    expect(cost.seconds).toBeGreaterThan(of(each));
  });
});
