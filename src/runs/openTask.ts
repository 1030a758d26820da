import { dirname, resolve } from 'node:path';
import { Failure } from '../failure';
import { openModel, type LanguageModel } from '../model/openModel';
import type { PromptTemplate } from '../template/template';
import type { Settings } from '../template/settings';
import type { SoftPrompt } from '../tuning/prompt';
import { prepareTask, type Task } from '../tuning/task';
import type { Split } from './record';

export interface OpenTask {
  readonly task: Task;
  readonly model: LanguageModel;
}

/** Opens the model a template names and the data its settings name. @throws Failure when either is missing or does not fit the template */
export async function openTask(template: PromptTemplate, settings: Settings): Promise<OpenTask> {
  const model = await openModel(template.model, dirname(resolve(template.path)));
  return { model, task: await prepareTask(template, settings, model) };
}

/** The split that the final numbers come from: test, else dev, else what there is. */
export function finalSplit(task: Task): Split {
  return (['test', 'dev', 'train'] as const).find((split) => task.splits[split]) ?? 'test';
}

/**
 * Says whether a trained prompt can stand in this template.
 * @throws Failure "adapter-shape" when its rows or its width are not those of the template and the model
 */
export function requireFitting(prompt: SoftPrompt, { task, model }: OpenTask, place: string): void {
  const { hiddenSize } = model.configuration;
  if (prompt.hiddenSize !== hiddenSize) {
    throw new Failure('adapter-shape', `The trained prompt is ${prompt.hiddenSize} wide, the model "${model.id}" is ${hiddenSize} wide.`, { file: place }, 'Use the model that it was trained for.');
  }
  if (prompt.rows !== task.layout.total) {
    throw new Failure('adapter-shape', `The trained prompt has ${prompt.rows} virtual tokens, the template has ${task.layout.total}.`, { file: place }, 'Set tune.length, or the {{soft}} slots, to the same number.');
  }
}
