import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { LanguageModel } from '../../../src/model/openModel';
import { renderMessages, renderText } from '../../../src/template/render/render';
import { textOf } from '../../../src/template/render/renderedPrompt';
import { resolveSettings } from '../../../src/template/read/resolveSettings';
import { readTemplate, requireTemplate } from '../../../src/template/read/template';
import { formatSettings } from '../../../src/template/settings/formatSettings';
import { loadTemplate } from '../../../src/template/read/loadTemplate';
import { layOut } from '../../../src/objective/batch';
import { embeddings } from '../../../src/tuning/start/initialise';
import { openObjective } from '../../../src/objective/objective';
import { openContinuations } from '../../../src/tuning/search/proposals/continuations';
import { scoreFluency } from '../../../src/tuning/search/judging/fluency';
import { hardTask, withInstruction } from '../../../src/tuning/search/text/hardTask';
import type { SearchEvent } from '../../../src/tuning/search/searchEvent';
import { searchInstruction, type SearchResult } from '../../../src/tuning/search/searchInstruction';
import { instructionSpanOf } from '../../../src/tuning/search/text/instructionSpan';
import { wordGradients } from '../../../src/tuning/search/proposals/instructionGradients';
import { readWords } from '../../../src/tuning/search/text/words';
import { openSource } from '../../../src/objective/rows/source';
import { prepareTask, type Task } from '../../../src/objective/task';
import { closeTask } from '../../../src/objective/rows/splits';
import { batchOptions } from '../../../src/objective/batch';
import { makeWorkspace, openOnce, type Workspace, type WorkspaceOptions } from '../../support/engine/workspace';

const workspaces: Workspace[] = [];
afterAll(() => workspaces.forEach((workspace) => workspace.dispose()));

const body =
  '{{#instruction}}Please say with one of your own words how the day of the writer went, good or bad.{{/instruction}}' +
  '\nText: {{text}}\nThe day was{{label}}';

async function open(
  options: WorkspaceOptions = { body },
): Promise<{ readonly task: Task; readonly model: LanguageModel }> {
  const workspace = makeWorkspace(options);
  workspaces.push(workspace);
  return workspace.task('v2', { 'tune.instruction': 'text' });
}

/** The example that comes with the product: enough rows to tell a gain from chance. */
async function openExample(
  changed: (text: string) => string = (text) => text,
): Promise<{ readonly task: Task; readonly model: LanguageModel }> {
  const path = join(__dirname, '../../..', 'media', 'examples', 'questions', 'questions.prompt');
  const template = requireTemplate(changed((await loadTemplate(path)).text), path);
  const model = await openOnce(template.model, '/');
  return {
    model,
    task: withoutTest(
      await prepareTask(template, resolveSettings(template, 'v2', { 'tune.instruction': 'text' }), model),
    ),
  };
}

/** The example as messages: what to do is the system's, the question the user's, and the model begins its turn. */
const asMessages = (text: string): string =>
  text
    .replace('---\n', '---\ntune.format: chat\n')
    .replace(/\n---\n/, '\n---\n{{role "system"}}\n')
    .replace('Question:', '{{role "user"}}\nQuestion:')
    .replace('The question asks', '{{role "model"}}\nThe question asks');

/** Its test rows cannot be read: neither choosing a text nor training may look at them. */
function withoutTest(task: Task): Task {
  const sealed = { ...task.splits.test!, read: () => Promise.reject(new Error('The test split was read.')) };
  return { ...task, splits: { ...task.splits, test: sealed } };
}

async function finish(
  task: Task,
  model: LanguageModel,
  options: { readonly budget: number; readonly seed: number; readonly signal?: AbortSignal },
  watch: (event: SearchEvent) => void = () => undefined,
): Promise<{ readonly events: readonly SearchEvent[]; readonly result: SearchResult }> {
  const events: SearchEvent[] = [];
  const search = searchInstruction(task, model, options);
  for (;;) {
    const next = await search.next();
    if (next.done) return { events, result: next.value };
    events.push(next.value);
    watch(next.value);
  }
}

const accepted = (events: readonly SearchEvent[]): readonly Extract<SearchEvent, { kind: 'accepted' }>[] =>
  events.flatMap((event) => (event.kind === 'accepted' ? [event] : []));

// A search builds several graphs and runs hundreds of prompts; on a busy machine that takes minutes.
describe('searching a better instruction', () => {
  it('gives the same edits twice: gains beyond error, readable, label words untouched, a valid template', async () => {
    const { task, model } = await openExample();
    const [first, second] = [
      await finish(task, model, { budget: 2000, seed: 1 }),
      await finish(task, model, { budget: 2000, seed: 1 }),
    ];
    await closeTask(task);
    expect(second).toEqual(first);
    const { events, result } = first;
    expect(accepted(events).length).toBeGreaterThan(0);
    const strict = result.front.filter(({ bound }) => (bound ?? Infinity) <= 0.3);
    for (const { text, edits, readability } of strict) {
      const named = text.toLowerCase().match(/\b(?:person|place|number|reason|time)\w*/g);
      expect([...named!].sort()).toEqual([...task.labels].sort());
      for (const { gain, standardError } of edits) expect(gain).toBeGreaterThan(2 * standardError);
      expect(readability).toBeLessThanOrEqual(0.3);
    }
    expect(result.rewritten).not.toBe(result.original);
    expect(strict.map(({ text }) => text)).toContain(result.rewritten);
    expect(accepted(events).map(({ edit }) => edit)).toEqual(expect.arrayContaining([...result.edits]));
    const { template } = withInstruction(hardTask(task), result.rewritten)!;
    expect(readTemplate(template.text, template.path).findings.filter(({ severity }) => severity === 'error')).toEqual(
      [],
    );
    expect(renderText(template, { question: 'Q' })).toBe(`${result.rewritten}\nQuestion: Q\nThe question asks for a`);
  });

  it('rewrites the system message of a chat, and leaves the other messages and the turns as they are', async () => {
    const { task, model } = await openExample(asMessages);
    const { events, result } = await finish(task, model, { budget: 2000, seed: 1 });
    await closeTask(task);
    expect(accepted(events).length).toBeGreaterThan(0);
    expect(result.rewritten).not.toBe(result.original);
    const { template } = withInstruction(hardTask(task), result.rewritten)!;
    const messages = renderMessages(template, { question: 'Q' }, formatSettings(task.settings));
    expect(messages.map(({ role, segments }) => [role, textOf(segments)])).toEqual([
      ['system', result.rewritten],
      ['user', 'Question: Q'],
      ['model', 'The question asks for a'],
    ]);
  });

  it('spends no more than its budget, and nothing of it when that is too little for an edit', async () => {
    const { task, model } = await open();
    const { events } = await finish(task, model, { budget: 400, seed: 1 });
    for (const event of events) if (event.kind === 'progress') expect(event.done).toBeLessThanOrEqual(400);
    const { result } = await finish(task, model, { budget: 10, seed: 1 });
    expect(result).toMatchObject({ rewritten: result.original, edits: [], stopped: false });
  });

  it('stops when asked, with the best text until then', async () => {
    const { task, model } = await open();
    const controller = new AbortController();
    const { result, events } = await finish(
      task,
      model,
      { budget: 1e6, seed: 1, signal: controller.signal },
      (event) => {
        if (event.kind === 'progress') controller.abort();
      },
    );
    expect(result.stopped).toBe(true);
    expect(events.filter((event) => event.kind === 'progress').length).toBe(1);
    expect([result.original, ...accepted(events).map(({ text }) => text)]).toContain(result.rewritten);
  });

  it('leaves the format alone where nothing marks the instruction', async () => {
    const { task, model } = await open({
      body: 'Please say with your own words how the day went.\nText: {{text}}\nThe day was{{label}}',
    });
    const { result } = await finish(task, model, { budget: 700, seed: 1 });
    expect(result.rewritten).toMatch(/\nText: $/);
  });

  it('says so when there is no instruction', async () => {
    const { task, model } = await open({ body: '{{text}}\nThe day was{{label}}' });
    await expect(finish(task, model, { budget: 100, seed: 1 })).rejects.toMatchObject({ code: 'instruction-missing' });
  });
});

describe('what the search goes by', () => {
  it('is the gradient of the loss at each word, to first order', async () => {
    const { task, model } = await open();
    const hard = hardTask(task);
    const objective = openObjective(model);
    const rows = [0, 1, 2, 3, 4, 5, 6, 7];
    const { words } = readWords(
      'Please say with one of your own words how the day of the writer went, good or bad.',
      () => true,
    );
    const found = await wordGradients({ task: hard, model, objective }, words, rows);
    const { token, gradient } = found[8]!;
    expect(model.tokenizer.decode([token]).trim()).toBe('how');
    const virtual = model.tokenizer.firstVirtualToken;
    const examples = (await openSource(hard, model, 'train').examples(rows)).map((example) => ({
      ...example,
      prompt: example.prompt.map((id, i) => (id === token && i === example.prompt.indexOf(token) ? virtual : id)),
    }));
    const own = embeddings(model, [token]);
    const lossAt = async (scale: number): Promise<number> => {
      const values = own.map((value, d) => value + scale * gradient[d]!);
      return (
        await objective.score(layOut(examples, batchOptions(hard, model, 'training')), {
          rows: 1,
          hiddenSize: own.length,
          values,
        })
      ).loss;
    };
    const norm = gradient.reduce((sum, value) => sum + value * value, 0);
    const step = 1e-3 / Math.sqrt(norm);
    const slope = ((await lossAt(step)) - (await lossAt(-step))) / (2 * step);
    await objective.close();
    expect(Math.abs(slope / norm - 1)).toBeLessThan(0.02);
  });

  it("is the fluency that the model's own expectations of each token add up to", async () => {
    const { task, model } = await open();
    const hard = hardTask(task);
    const [objective, continuations] = [openObjective(model), await openContinuations(model)];
    const span = instructionSpanOf(hard, model, [{ text: 'One.' }, { text: 'Two.' }])!;
    const [fluencyScore] = await scoreFluency(model, objective, [span]);
    const ids = [...span.context, ...span.tokens];
    const expectations = await continuations.after(
      [ids],
      span.tokens.map((_, i) => [0, span.context.length + i - 1]),
    );
    await Promise.all([objective.close(), continuations.close()]);
    const surprise = expectations.map((logProbabilities, i) => -logProbabilities[span.tokens[i]!]!);
    surprise.forEach((value, i) => expect(fluencyScore!.surprise[i]).toBeCloseTo(value, 3));
    expect(fluencyScore!.fluency).toBeCloseTo(surprise.reduce((sum, value) => sum + value, 0) / surprise.length, 3);
    expect(model.tokenizer.decode(span.tail)).toBe('\nText');
  });
});
