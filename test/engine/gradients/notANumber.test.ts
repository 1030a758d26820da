import { describe, expect, it } from 'vitest';
import { evaluate } from '../../../src/scoring/evaluate';
import { openGenerator } from '../../../src/decoding/generator';
import { train, type TrainEvent } from '../../../src/tuning/train';
import { weigh, type Judged } from '../../../src/tuning/progress';
import type { SoftPrompt } from '../../../src/objective/prompt';
import { newWorkspace, randomPrompt } from '../../support/engine/exportedRun';

const broken = ({ values, ...sizes }: SoftPrompt): SoftPrompt => ({ ...sizes, values: values.map(() => NaN) });

describe('a model that gives no numbers', () => {
  it.each([
    ['labels', undefined],
    ['free text', 'label: string'],
  ] as const)('is said to, with the row, where it is measured: %s', async (_, output) => {
    const { task, model } = await newWorkspace(output === undefined ? {} : { output }).task('soft');
    const prompt = broken(randomPrompt(task, model));
    await expect(evaluate(task, model, prompt, { split: 'test' })).rejects.toMatchObject({
      code: 'loss-not-finite',
      message: 'The model gives no numbers for this row (NaN).',
      location: { file: task.splits.test!.path, line: expect.any(Number) as number },
    });
  });

  it('generates nothing, rather than the first word it knows', async () => {
    const { task, model } = await newWorkspace({ output: 'label: string' }).task('soft');
    const prompt = broken(randomPrompt(task, model));
    const generator = await openGenerator(model);
    const asked = generator.generate([[1, 2, model.tokenizer.firstVirtualToken]], prompt, {
      most: 2,
      where: () => ({ file: 'rows.csv', line: 7 }),
    });
    await expect(asked).rejects.toMatchObject({ code: 'loss-not-finite', location: { file: 'rows.csv', line: 7 } });
    await generator.close();
  });

  it('never has the best prompt', () => {
    const prompt: SoftPrompt = { rows: 1, hiddenSize: 1, values: new Float32Array([1]) };
    const score = (loss: number, accuracy: number) => ({ loss, accuracy, macroF1: accuracy });
    const start: Judged = { step: 1, withoutGain: 0 };
    const first = weigh(start, score(NaN, 1), prompt);
    expect(first).toEqual({ step: 1, withoutGain: 1 });
    const second = weigh(first, score(2, 0.1), prompt);
    expect(second.best).toEqual({ step: 1, loss: 2, accuracy: 0.1 });
    expect(weigh(second, score(NaN, 1), prompt).best).toEqual(second.best);
  });

  it('ends a training with a sentence, however large the learning rate', async () => {
    const { task, model } = await newWorkspace().task('soft', {
      'tune.learningRate': 1e9,
      'tune.optimizer': 'sgd',
      'tune.clip': 0,
      'tune.steps': 4,
      'tune.evalEvery': 1,
    });
    const events: TrainEvent[] = [];
    const outcome = await (async () => {
      const training = train(task, model);
      for (;;) {
        const next = await training.next();
        if (next.done) return evaluate(task, model, next.value.prompt, { split: 'test' });
        events.push(next.value);
      }
    })().then(
      () => 'measured',
      (error: { readonly code?: string }) => error.code,
    );
    expect(['measured', 'loss-not-finite']).toContain(outcome);
    for (const event of events) if (event.kind === 'dev' && Number.isNaN(event.loss)) expect(event.best).toBe(false);
  });
});

describe('an answer that ends before it begins', () => {
  it('is the empty answer', async () => {
    const { task, model } = await newWorkspace({ output: 'label: string' }).task('hard');
    const endTokens = Array.from({ length: model.tokenizer.vocabularySize }, (_, id) => id);
    const silent = { ...model, configuration: { ...model.configuration, endTokens } };
    const { predictions, accuracy, tokensPerSecond } = await evaluate(task, silent, undefined, { split: 'test' });
    expect(predictions.map(({ predicted }) => predicted)).toEqual(predictions.map(() => ''));
    expect(accuracy).toBe(0);
    expect(Number.isFinite(tokensPerSecond)).toBe(true);
  });
});
