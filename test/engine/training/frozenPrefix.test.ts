import { afterAll, describe, expect, it } from 'vitest';
import type { LanguageModel } from '../../../src/model/openModel';
import { batchOptions, layOut } from '../../../src/objective/batch';
import { openTaskObjective } from '../../../src/objective/objective';
import type { SoftPrompt } from '../../../src/objective/prompt';
import { openSource } from '../../../src/objective/rows/source';
import type { Task } from '../../../src/objective/task';
import { scoreSplit } from '../../../src/scoring/scoreSplit';
import { openLearner } from '../../../src/tuning/learner';
import { scoreFluency } from '../../../src/tuning/search/judging/fluency';
import { gradientsAt } from '../../../src/tuning/search/proposals/instructionGradients';
import { hardTask } from '../../../src/tuning/search/text/hardTask';
import { instructionSpanOf } from '../../../src/tuning/search/text/instructionSpan';
import { makeWorkspace, type Workspace } from '../../support/engine/workspace';

const workspaces: Workspace[] = [];
afterAll(() => workspaces.forEach((workspace) => workspace.dispose()));

const body =
  '{{#instruction}}Say how the day of the writer went, good or bad.{{/instruction}}' +
  '\nText: {{text}}\nThe day was{{label}}';
const rows = [0, 1, 2, 3, 4, 5, 6, 7];

/** A task of `v2` with the prompt that its training starts from, whose prefix acts as text does. */
async function open(
  instruction: 'fixed' | 'embeddings',
): Promise<{ readonly task: Task; readonly model: LanguageModel; readonly prompt: SoftPrompt }> {
  const workspace = makeWorkspace({ body });
  workspaces.push(workspace);
  const { task, model } = await workspace.task('v2', { 'tune.instruction': instruction, 'tune.length': 5 });
  const learner = await openLearner(task, model);
  const prompt = await learner.prompt(learner.start);
  await learner.close();
  return { task, model, prompt };
}

async function lossOf(task: Task, model: LanguageModel, prompt?: SoftPrompt): Promise<number> {
  const objective = openTaskObjective(task, model);
  const source = openSource(task, model, 'dev');
  const batch = batchOptions(task, model, 'scoring');
  const { loss } = await scoreSplit({ task, objective, batch, source, rows: source.rows }, prompt);
  await objective.close();
  return loss;
}

describe('a prefix that stays while the text changes', () => {
  it('gives texts the losses that they have behind it once it is trained', async () => {
    const { task, model, prompt } = await open('fixed');
    const frozen = await lossOf(hardTask({ ...task, frozenPrefix: prompt.prefix }), model);
    expect(frozen).toBeCloseTo(await lossOf(task, model, prompt), 5);
    expect(Math.abs(frozen - (await lossOf(hardTask(task), model)))).toBeGreaterThan(1e-3);
  });

  it('gives the words of the instruction the gradients that training their vectors has', async () => {
    const { task, model, prompt } = await open('embeddings');
    const objective = openTaskObjective(task, model);
    const batch = layOut(await openSource(task, model, 'train').examples(rows), batchOptions(task, model, 'training'));
    const { gradient } = await objective.step(batch, prompt);
    await objective.close();
    const hard = hardTask({ ...task, frozenPrefix: prompt.prefix });
    const behind = openTaskObjective(hard, model);
    const found = await gradientsAt({ task: hard, model, objective: behind }, rows, (tokens) =>
      tokens.map((_, i) => i),
    );
    await behind.close();
    expect(found.map((each) => each!.token)).toEqual(task.instruction);
    const flat = found.flatMap((each) => [...each!.gradient]);
    const largest = Math.max(...gradient!.map(Math.abs));
    expect(flat).toHaveLength(gradient!.length);
    flat.forEach((value, i) => expect(Math.abs(value - gradient![i]!)).toBeLessThan(1e-4 * largest));
  });

  it('leaves how readable a text is to the frozen model alone', async () => {
    const { task, model, prompt } = await open('fixed');
    const [alone, behind] = await Promise.all(
      [task, { ...task, frozenPrefix: prompt.prefix }].map(async (each) => {
        const hard = hardTask(each);
        const objective = openTaskObjective(hard, model);
        const scores = await scoreFluency(model, objective, [instructionSpanOf(hard, model, [{ text: 'One.' }])!]);
        await objective.close();
        return scores;
      }),
    );
    expect(behind).toEqual(alone);
  });
});
