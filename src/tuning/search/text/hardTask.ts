import {
  instructionSource,
  isReadBack,
  textWith,
  type InstructionSource,
} from '../../../template/edit/replaceInstruction';
import { analyse } from '../../../template/read/analysis';
import { readAnalysis, type PromptTemplate } from '../../../template/read/template';
import { compileFrom } from '../../../template/render/render';
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

const instructions = new WeakMap<PromptTemplate, InstructionSource>();

/** Looked for once in a template, into which a search writes thousands of others. @throws Failure */
function instructionOf(template: PromptTemplate): InstructionSource {
  const known = instructions.get(template) ?? instructionSource(template.text, template.path);
  instructions.set(template, known);
  return known;
}

/** The task with another instruction, given as it stands in the file; undefined when no valid template comes of it. */
export function withInstruction(task: Task, source: string): Task | undefined {
  const { text, path, partials } = task.template;
  const analysis = analyse(textWith(text, instructionOf(task.template), source), path, (name) => partials[name]);
  // Braces of the new instruction may end it or break the template.
  if (!isReadBack(source, () => analysis)) return undefined;
  const { template } = readAnalysis(analysis);
  if (!template?.hasInstruction) return undefined;
  compileFrom(template, analysis, task.encoder.mask !== undefined);
  return { ...task, template };
}
