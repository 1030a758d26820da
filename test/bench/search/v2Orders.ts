import { openModel, type LanguageModel } from '../../../src/model/openModel';
import { openTaskObjective } from '../../../src/objective/objective';
import { trainedParameters, type SoftPrompt } from '../../../src/objective/prompt';
import { closeTask } from '../../../src/objective/rows/splits';
import { prepareTask, type Task } from '../../../src/objective/task';
import { numbersEdition } from '../../../src/runs/record/versions';
import { evaluate } from '../../../src/scoring/evaluate';
import type { PromptTemplate } from '../../../src/template/read/template';
import { loadTemplate } from '../../../src/template/read/loadTemplate';
import { resolveSettings } from '../../../src/template/read/resolveSettings';
import type { Method } from '../../../src/template/settings/settings';
import { unpackPrompt, type Best } from '../../../src/tuning/checkpoint';
import { openLearner } from '../../../src/tuning/learner';
import { openDevScorer } from '../../../src/tuning/scoreDev';
import { searchInstruction, type SearchResult } from '../../../src/tuning/search/searchInstruction';
import { hardTask, withInstruction } from '../../../src/tuning/search/text/hardTask';
import { devRows, train } from '../../../src/tuning/train';

/**
 * One training of a method, with text and vectors in some order, and what it comes to on dev and test; what
 * `v2Orders.mjs` starts for each task, order and seed. Prints one JSON object.
 * usage: v2Orders.js TEMPLATE ORDER SEED SET; SET holds settings as JSON
 */

/** A part of the steps of a training, or of the prompts of a search. */
interface Stage {
  readonly kind: 'train' | 'search';
  readonly share: number;
}

interface Order {
  readonly method: Method;
  readonly stages: readonly Stage[];
}

const training = (share: number): Stage => ({ kind: 'train', share });
const search = (share: number): Stage => ({ kind: 'search', share });

/** All of `v2` have the same number of steps, and those that search the same number of prompts. */
const orders: Readonly<Record<string, Order>> = {
  v1: { method: 'v1', stages: [training(1)] },
  'no-search': { method: 'v2', stages: [training(1)] },
  'text-first': { method: 'v2', stages: [search(1), training(1)] },
  'vectors-first': { method: 'v2', stages: [training(1 / 2), search(1), training(1 / 2)] },
  alternate: {
    method: 'v2',
    stages: [training(1 / 3), search(1 / 2), training(1 / 3), search(1 / 2), training(1 / 3)],
  },
};

interface Setting {
  readonly model: LanguageModel;
  readonly method: Method;
  readonly set: Readonly<Record<string, unknown>>;
  readonly seed: number;
}

/** What the stages so far have come to. */
interface State {
  readonly template: PromptTemplate;
  /** Trained before this template's text; of its instruction nothing is trained yet. */
  readonly prompt?: SoftPrompt;
  readonly learningRate?: number;
  /** Loss on dev after a short training at each rate. */
  readonly sweep?: Readonly<Record<string, number>>;
  /** Share of the steps that is taken. */
  readonly trained: number;
  readonly spent: number;
  /** On dev, after each stage that trains. */
  readonly best: readonly Best[];
}

async function main([file, name, seed, set]: readonly string[]): Promise<void> {
  const { method, stages } = orders[name!]!;
  const written = await loadTemplate(file!);
  const model = await openModel(written.model, process.cwd());
  const setting: Setting = { model, method, seed: Number(seed), set: JSON.parse(set ?? '{}') };
  const began = performance.now();
  let state: State = { template: written, trained: 0, spent: 0, best: [] };
  for (const [at, { kind, share }] of stages.entries()) {
    const isLast = !stages.slice(at + 1).some((stage) => stage.kind === 'search');
    state = kind === 'search' ? await searchText(setting, state, share) : await trainOn(setting, state, share, isLast);
    process.stderr.write(`${name} ${kind} ${((performance.now() - began) / 1000).toFixed(0)} s\n`);
  }
  const seconds = (performance.now() - began) / 1000;
  const isRewritten = state.template.text !== written.text;
  const task = await taskOf(setting, state.template);
  const result = {
    order: name,
    seed: Number(seed),
    edition: numbersEdition,
    seconds,
    processorSeconds: (process.cpuUsage().user + process.cpuUsage().system) / 1e6,
    spent: state.spent,
    learningRate: state.learningRate,
    sweep: state.sweep,
    trained: trainedParameters(state.prompt!),
    stages: state.best,
    dev: await onSplit('dev', task, model, state.prompt),
    test: await onSplit('test', task, model, state.prompt),
    ...(isRewritten && {
      text: instructionIn(state.template),
      textAlone: await onSplit('test', hardTask(task), model),
    }),
  };
  await closeTask(task);
  process.stdout.write(`${JSON.stringify(result)}\n`);
}

function taskOf(
  { model, method, set, seed }: Setting,
  template: PromptTemplate,
  more: Readonly<Record<string, unknown>> = {},
): Promise<Task> {
  const instruction = method === 'v2' ? { 'tune.instruction': 'embeddings' } : {};
  const settings = resolveSettings(template, method, { ...instruction, 'tune.seed': seed, ...set, ...more });
  return prepareTask(template, settings, model);
}

/** Searches with the prefix in place, where one is trained. */
async function searchText(setting: Setting, state: State, share: number): Promise<State> {
  const { model, seed } = setting;
  const task = await taskOf(setting, state.template);
  const budget = Math.round(task.settings.searchBudget * share);
  const events = searchInstruction({ ...task, frozenPrefix: state.prompt?.prefix }, model, { seed, budget });
  let [spent, found]: [number, SearchResult | undefined] = [0, undefined];
  while (!found) {
    const next = await events.next();
    if (next.done) found = next.value;
    else if (next.value.kind === 'progress') spent = next.value.done;
  }
  const { template } = withInstruction(task, found.rewritten)!;
  await closeTask(task);
  return { ...state, template, spent: state.spent + spent };
}

/**
 * Takes a share of the steps, from where the stages before have come to: at the rate that the schedule has there. What
 * it started from counts among what dev chooses from.
 */
async function trainOn(setting: Setting, state: State, share: number, isLast: boolean): Promise<State> {
  const { model } = setting;
  // Vectors of a text that a search is about to change would be lost.
  const instruction = isLast ? {} : { 'tune.instruction': 'fixed' };
  const whole = await taskOf(setting, state.template, instruction);
  const { steps } = whole.settings;
  const goesOn = state.prompt !== undefined && state.learningRate !== undefined;
  const rest = {
    'tune.steps': Math.round(steps * (1 - state.trained)),
    'tune.learningRate': (state.learningRate ?? 0) * (1 - state.trained),
  };
  const task = goesOn ? await taskOf(setting, state.template, { ...instruction, ...rest }) : whole;
  if (task !== whole) await closeTask(whole);
  const start = goesOn ? await behind(task, model, state.prompt) : undefined;
  const until = Math.round(steps * share);
  const trained = await trainUntil(task, model, { start, until });
  const before = start && { prompt: start, best: await onDev(task, model, start) };
  await closeTask(task);
  const kept = before && isBetter(before.best, trained.best) ? before : trained;
  return {
    ...state,
    prompt: kept.prompt,
    best: [...state.best, kept.best],
    trained: state.trained + share,
    learningRate: state.learningRate ?? trained.learningRate,
    sweep: state.sweep ?? trained.sweep,
  };
}

/** The prefix that was trained, with vectors of the instruction as its text has them. */
async function behind(task: Task, model: LanguageModel, prompt: SoftPrompt | undefined): Promise<SoftPrompt> {
  const learner = await openLearner(task, model);
  const start = await learner.prompt(learner.start);
  await learner.close();
  return { ...start, values: start.values.slice(), prefix: prompt!.prefix };
}

interface Trained extends Required<Pick<State, 'prompt' | 'learningRate' | 'sweep'>> {
  readonly best: Best;
}

async function trainUntil(
  task: Task,
  model: LanguageModel,
  { start, until }: { readonly start?: SoftPrompt; readonly until: number },
): Promise<Trained> {
  const learner = await openLearner(task, model);
  const shape = await learner.prompt(learner.start);
  await learner.close();
  const events = train(task, model, { start });
  const sweep: Record<string, number> = {};
  for (;;) {
    const next = await events.next();
    if (next.done) {
      const { prompt, best, learningRate } = next.value;
      return { prompt, best: best!, learningRate, sweep };
    }
    if (next.value.kind === 'sweep') sweep[next.value.rate] = next.value.devLoss;
    if (next.value.kind !== 'checkpoint' || next.value.checkpoint.step < until) continue;
    const { arrays, state } = next.value.checkpoint;
    const { best, learningRate } = state as { readonly best: Best; readonly learningRate: number };
    const prompt = unpackPrompt('best', arrays, shape)!;
    if (until === task.settings.steps) continue;
    await events.return(undefined as never);
    return { prompt, best, learningRate, sweep };
  }
}

async function onDev(task: Task, model: LanguageModel, prompt: SoftPrompt): Promise<Best> {
  const objective = openTaskObjective(task, model);
  const dev = await openDevScorer({ task, model, objective });
  const { loss, accuracy } = await dev.score(prompt, devRows);
  await dev.close();
  await objective.close();
  return { step: 0, loss, accuracy };
}

const isBetter = (one: Best, other: Best): boolean =>
  one.accuracy > other.accuracy || (one.accuracy === other.accuracy && one.loss < other.loss);

const instructionIn = ({ text }: PromptTemplate): string =>
  /\{\{#instruction\}\}([^]*?)\{\{\/instruction\}\}/.exec(text)?.[1] ?? '';

/** Which rows are answered rightly, a bit a row, and the loss. */
async function onSplit(
  split: 'dev' | 'test',
  task: Task,
  model: LanguageModel,
  prompt?: SoftPrompt,
): Promise<{ readonly right: string; readonly loss: number }> {
  const { predictions, loss } = await evaluate(task, model, prompt, { split });
  return { right: predictions.map(({ expected, predicted }) => (expected === predicted ? '1' : '0')).join(''), loss };
}

void main(process.argv.slice(2));
