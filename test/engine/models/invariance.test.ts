import { afterAll, describe, expect, it } from 'vitest';
import { openModel, type LanguageModel } from '../../../src/model/openModel';
import { floats, int64s, openSession } from '../../../src/onnx/runtime/session';
import { layOut, type BatchOptions } from '../../../src/objective/batch';
import type { Example } from '../../../src/objective/example';
import { openObjective, type ObjectiveValue, type OpenObjective } from '../../../src/objective/objective';
import type { SoftPrompt } from '../../../src/objective/prompt';
import { openSource } from '../../../src/objective/rows/source';
import { batchOptions } from '../../../src/objective/batch';
import { shortStories } from '../../support/models/shortStories';
import { initialPrompt, makeWorkspace, type Workspace, type WorkspaceOptions } from '../../support/engine/workspace';

/** Rounding in float32 over the model's two layers. */
const rounding = 2e-5;

interface Scene {
  readonly objective: OpenObjective;
  readonly examples: readonly Example[];
  readonly prompt: SoftPrompt;
  readonly options: BatchOptions;
}

const workspaces: Workspace[] = [];
const folder = await shortStories();
const model = openModel(folder, '/');
const objective = model.then((opened) => openObjective(opened, 1));
afterAll(async () => {
  await (await objective).close();
  await Promise.all(workspaces.map((workspace) => workspace.dispose()));
});

async function scene(workspace: WorkspaceOptions = {}, set: Readonly<Record<string, unknown>> = {}): Promise<Scene> {
  const made = makeWorkspace({ model: folder, ...workspace });
  workspaces.push(made);
  const { task, model: opened } = await made.task('soft', { 'tune.length': 5, ...set });
  const source = openSource(task, opened, 'train');
  return {
    objective: await objective,
    examples: await source.examples([0, 1, 2, 3, 4, 5, 6, 7]),
    prompt: initialPrompt(task, opened),
    options: batchOptions(task, opened, 'training'),
  };
}

const step = (
  { objective, prompt, options }: Scene,
  examples: readonly Example[],
  changes: Partial<BatchOptions> = {},
): Promise<ObjectiveValue> => objective.step(layOut(examples, { ...options, ...changes }), prompt);

function expectSame(actual: ObjectiveValue, expected: ObjectiveValue): void {
  const largest = Math.max(...expected.gradient!.map(Math.abs));
  expect(largest).toBeGreaterThan(0);
  expect(Math.abs(actual.loss - expected.loss)).toBeLessThan(rounding * expected.loss);
  expect(Math.max(...expected.gradient!.map((value, i) => Math.abs(value - actual.gradient![i]!)))).toBeLessThan(
    rounding * 5 * largest,
  );
}

const multiToken = '{ good: [" a great delight", " a great wonder", " good"], bad: " misfortune" }';

describe.each([
  ['virtual tokens in front', {}, {}],
  ['virtual tokens in the middle', { body: '{{soft 3}} Text: {{text}}\nThe day was{{soft 2}}{{label}}' }, {}],
  ['label words of several tokens', { labels: multiToken }, {}],
  ['the token objective', { labels: multiToken }, { 'tune.objective': 'token' }],
] as const)('with %s, loss and gradient do not change', (_, workspace, set) => {
  it('when the shared opening is run once instead of in every sequence', async () => {
    const made = await scene(workspace, set);
    const whole = layOut(made.examples, { ...made.options, sharePrefix: false, deepRows: 0 });
    const shared = layOut(made.examples, { ...made.options, sharePrefix: true });
    expect(whole.prefixLength).toBe(0);
    expect(shared.prefixLength).toBeGreaterThan(3);
    expect(shared.tokens).toBeLessThan(whole.tokens);
    expectSame(
      await step(made, made.examples, { sharePrefix: true }),
      await step(made, made.examples, { sharePrefix: false }),
    );
  });

  it.each([
    ['left', 0],
    ['left', 7],
    ['right', 7],
  ] as const)('when sequences are padded on the %s by %i more', async (side, extra) => {
    const made = await scene(workspace, set);
    expectSame(await step(made, made.examples, { padding: { side, extra } }), await step(made, made.examples));
  });

  it('when a batch is taken apart and its parts are averaged', async () => {
    const made = await scene(workspace, set);
    const parts = [made.examples.slice(0, 3), made.examples.slice(3, 4), made.examples.slice(4)];
    const weights = parts.map((part) => layOut(part, made.options).weight);
    const measured = await Promise.all(parts.map((part) => step(made, part)));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const mean = (of: (part: ObjectiveValue) => number): number =>
      measured.reduce((sum, part, i) => sum + (of(part) * weights[i]!) / total, 0);
    expectSame(
      {
        loss: mean((part) => part.loss),
        gradient: measured[0]!.gradient!.map((__, i) => mean((part) => part.gradient![i]!)),
      },
      await step(made, made.examples),
    );
  });

  it('when the padding of unlike lengths is skipped', async () => {
    const made = await scene(workspace, set);
    expect(layOut(made.examples, made.options).packed).toBe(true);
    expectSame(await step(made, made.examples), await step(made, made.examples, { packFrom: 1 }));
  });

  it('when rows of one length are laid out as those of unlike lengths', async () => {
    const made = await scene(workspace, set);
    const alike = [made.examples[0]!, made.examples[0]!];
    const changes = { sharePrefix: false, packFrom: 'always' } as const;
    expect(layOut(alike, { ...made.options, ...changes, packFrom: 0 }).packed).toBe(false);
    expect(layOut(alike, { ...made.options, ...changes }).packed).toBe(true);
    expectSame(await step(made, alike, changes), await step(made, alike, { ...changes, packFrom: 0 }));
  });

  it('when the order of the rows changes', async () => {
    const made = await scene(workspace, set);
    expectSame(await step(made, [...made.examples].reverse()), await step(made, made.examples));
  });
});

describe.each([
  ['one prompt in front', {}, {}],
  ['virtual tokens in the middle', { body: '{{soft 3}} Text: {{text}}\nThe day was{{soft 2}}{{label}}' }, {}],
  ['nothing shared by the rows', { body: '{{text}}{{soft 2}}{{label}}' }, {}],
] as const)('words of several tokens, with %s', (_, workspace, set) => {
  const labels = '{ good: [" a great delight", " a great wonder"], bad: [" a misfortune", " a dark, dark day"] }';

  it.each([
    ['alone', {}],
    ['with padding on the left', { padding: { side: 'left', extra: 2 } }],
    ['with padding kept', { packFrom: 1 }],
    ['with no opening run once', { sharePrefix: false }],
  ] as const)('give the same loss and gradient where they share a prompt that is run once, %s', async (__, changes) => {
    const made = await scene({ ...workspace, labels }, set);
    const shared = layOut(made.examples, { ...made.options, ...changes });
    const apart = layOut(made.examples, { ...made.options, ...changes, sharePrompts: false });
    expect([shared.continued, apart.continued]).toEqual([true, false]);
    expect(shared.tokens).toBeLessThan(apart.tokens);
    expectSame(await step(made, made.examples, changes), await step(made, made.examples, { sharePrompts: false }));
  });

  it('give the same scores and likelihoods', async () => {
    const made = await scene({ ...workspace, labels }, set);
    const [shared, apart] = await Promise.all(
      [true, false].map((sharePrompts) =>
        made.objective.score(layOut(made.examples, { ...made.options, sharePrompts }), made.prompt),
      ),
    );
    shared!.scores!.forEach((score, i) => expect(score).toBeCloseTo(apart!.scores![i]!, 4));
    shared!.logLikelihoods!.forEach((value, i) => expect(value).toBeCloseTo(apart!.logLikelihoods![i]!, 4));
  });
});

describe('reading the answer positions only', () => {
  it('gives the log-likelihoods of a run that computes the logits of every position', async () => {
    const made = makeWorkspace({ model: folder });
    workspaces.push(made);
    const { task, model: opened } = await made.task('hard');
    const examples = await openSource(task, opened, 'train').examples([0, 2, 4]);
    const batch = layOut(examples, { ...batchOptions(task, opened, 'scoring'), objective: 'token' });
    const { logLikelihoods } = await (await objective).score(batch, undefined);
    const whole = await Promise.all(examples.map((example) => wholeLogLikelihood(opened, example)));
    const firsts = examples.map((_, i) => examples.slice(0, i).reduce((sum, { answer }) => sum + answer.length, 0));
    whole.forEach((value, i) => expect(logLikelihoods![firsts[i]!]).toBeCloseTo(value, 4));
  });
});

/** The plain exported graph, unchanged: all logits, then the softmax of the one that predicts the answer. */
async function wholeLogLikelihood(
  { trainingModel, configuration, signature }: LanguageModel,
  { prompt, answer }: Example,
): Promise<number> {
  const session = await openSession(trainingModel, { threads: 1 });
  const empty = floats([1, configuration.keyValueHeads, 0, configuration.headSize], new Float32Array());
  const { logits } = await session.run({
    input_ids: int64s([1, prompt.length], prompt),
    attention_mask: int64s(
      [1, prompt.length],
      prompt.map(() => 1),
    ),
    position_ids: int64s(
      [1, prompt.length],
      prompt.map((_, i) => i),
    ),
    ...Object.fromEntries(
      signature.cache.flatMap((layer) => [
        [layer.pastKey, empty],
        [layer.pastValue, empty],
      ]),
    ),
  });
  await session.release();
  const width = logits!.dims[2]!;
  const last = (logits!.data as Float32Array).subarray((prompt.length - 1) * width);
  const highest = Math.max(...last);
  return last[answer[0]!]! - highest - Math.log(last.reduce((sum, value) => sum + Math.exp(value - highest), 0));
}
