import { Failure } from '../../../failure';
import { replaceInstruction } from '../../../template/edit/replaceInstruction';
import { readTemplate } from '../../../template/read/template';
import { softLayout } from '../../../template/render/tokens';
import type { Settings } from '../../../template/settings/settings';
import type { Task } from '../../../objective/task';

/** The task with its text alone: no virtual tokens, no prefix. A prompt that fits here still fits with them. */
export function hardTask(task: Task): Task {
  const settings: Settings = { ...task.settings, method: 'hard' };
  return {
    ...task,
    settings,
    layout: softLayout(task.template, settings, task.encoder),
    instruction: [],
    promptRows: 0,
    prefixRows: 0,
  };
}

/** The task with another instruction, given as it stands in the file; undefined when no valid template comes of it. */
export function withInstruction(task: Task, source: string): Task | undefined {
  const { text, path, partials } = task.template;
  const written = replaced(text, path, source);
  if (written === undefined) return undefined;
  const { template } = readTemplate(written, path, (name) => partials[name]);
  return template?.hasInstruction ? { ...task, template } : undefined;
}

/** Undefined where braces of the new instruction would end it or break the template. */
function replaced(text: string, path: string, source: string): string | undefined {
  try {
    return replaceInstruction(text, path, source);
  } catch (error) {
    if (error instanceof Failure && error.code === 'instruction-braces') return undefined;
    throw error;
  }
}
