import * as l10n from '@vscode/l10n';
import { dirname, resolve } from 'node:path';
import { Failure } from '../../failure';
import { openModel, type LanguageModel } from '../../model/openModel';
import { atModelLine } from '../../template/read/modelLocation';
import type { PromptTemplate } from '../../template/read/template';
import type { Settings } from '../../template/settings/settings';
import { prefixWidth } from '../../objective/prompt';
import type { SoftPrompt } from '../../objective/prompt';
import { prepareTask, prepareTaskWithoutRows, type Task } from '../../objective/task';
import type { Split } from '../record/words/recordWords';

export interface OpenTask {
  readonly task: Task;
  readonly model: LanguageModel;
}

/**
 * Opens the model a template names and the data its settings name.
 * @param day `2026-03-14`, which the model's chat template reads as today's, if it reads one
 * @throws Failure when either is missing or does not fit the template
 */
export async function openTask(template: PromptTemplate, settings: Settings, day?: string): Promise<OpenTask> {
  const model = await openModelOf(template);
  return { model, task: await prepareTask(template, settings, model, day) };
}

/** The same for rows that come later, without answers; the data that the settings name need not be there. */
export async function openTaskWithoutRows(
  template: PromptTemplate,
  settings: Settings,
  day?: string,
): Promise<OpenTask> {
  const model = await openModelOf(template);
  return { model, task: prepareTaskWithoutRows(template, settings, model, day) };
}

const openModelOf = (template: PromptTemplate): Promise<LanguageModel> =>
  openModel(template.model, dirname(resolve(template.path))).catch((error: unknown) => {
    throw atModelLine(error, template);
  });

/** The split that the final numbers come from: test, else dev, else what there is. */
export function finalSplit(task: Pick<Task, 'splits'>): Split {
  return (['test', 'dev', 'train'] as const).find((split) => task.splits[split]) ?? 'test';
}

/**
 * Says whether a trained prompt can stand in this template and act on this model.
 * @throws Failure "adapter-shape" when it has other sizes
 */
export function requireFitting(prompt: SoftPrompt, { task, model }: OpenTask, location: string): void {
  const unfit = (message: string, remedy: string): Failure =>
    new Failure('adapter-shape', message, { file: location }, remedy);
  const { hiddenSize } = model.configuration;
  const { prefix } = prompt;
  if (prefix && prefix.width !== prefixWidth(model)) {
    throw unfit(
      l10n.t`The trained prefix is ${prefix.width} wide, the keys and values of "${model.id}" are \
${prefixWidth(model)} wide.`,
      l10n.t`Use the model that it was trained for.`,
    );
  }
  if ((prefix?.rows ?? 0) !== task.prefixRows) {
    throw unfit(
      l10n.t`The trained prefix has ${prefix?.rows ?? 0} positions, the template asks for ${task.prefixRows}.`,
      prefix
        ? l10n.t`Choose the method v2 and set tune.length to the same number.`
        : l10n.t`Choose the method that it was trained with.`,
    );
  }
  if (prompt.rows > 0 && prompt.hiddenSize !== hiddenSize) {
    throw unfit(
      l10n.t`The trained prompt is ${prompt.hiddenSize} wide, the model "${model.id}" is ${hiddenSize} wide.`,
      l10n.t`Use the model that it was trained for.`,
    );
  }
  if (prompt.rows !== task.promptRows) {
    const remedy =
      task.instruction.length > 0
        ? l10n.t`Keep the instruction that it was trained with, or set tune.instruction to fixed.`
        : l10n.t`Set tune.length, or the {{soft}} slots, to the same number.`;
    throw unfit(
      l10n.t`The trained prompt has ${prompt.rows} virtual tokens, the template has ${task.promptRows}.`,
      remedy,
    );
  }
}
