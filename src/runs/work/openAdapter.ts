import * as l10n from '@vscode/l10n';
import { basename, join, resolve } from 'node:path';
import { readAdapter, readAdapterBase, readAdapterUse, type AdapterBase, type AdapterUse } from '../../adapters/peft';
import { placementName, readPlacement } from '../../adapters/placement';
import { Failure } from '../../failure';
import { instructionSource, replaceInstruction } from '../../template/edit/replaceInstruction';
import { requireTemplate, type PromptTemplate } from '../../template/read/template';
import type { SoftPrompt } from '../../objective/prompt';
import type { RecordedForm } from '../../objective/recordedForm';

/** An adapter, and what a template needs for it to fit. */
export interface OpenAdapter {
  readonly folder: string;
  readonly prompt: SoftPrompt;
  readonly use: AdapterUse;
  readonly base: AdapterBase;
  /** The task description whose embeddings were trained, as it stands in a file: another text has no vectors. */
  readonly instruction?: string;
  /** How the model read the prompt in the training, where the adapter says so. */
  readonly form?: RecordedForm;
  /** Each row was shown rows like it, which only the run has. */
  readonly examples?: 'similar';
}

/** @throws Failure "examples-similar" for an adapter that only its run can use */
export function requireNoExamplesOfRun({ folder, examples }: Pick<OpenAdapter, 'folder' | 'examples'>): void {
  if (!examples) return;
  throw new Failure(
    'examples-similar',
    l10n.t`The adapter was trained on prompts that show each row the rows of train most like it, which only its run \
has.`,
    { file: folder },
    l10n.t`Use the run, or train with examples that every row has.`,
  );
}

/** Opens an adapter folder. @throws Failure "adapter-missing", "adapter-damaged", "adapter-kind" … */
export async function openAdapter(path: string): Promise<OpenAdapter> {
  const folder = resolve(path);
  const prompt = await readAdapter(folder);
  const use = await readAdapterUse(folder, prompt);
  const base = await readAdapterBase(folder);
  const placement = await readPlacement(join(folder, placementName));
  const adapter = {
    folder,
    prompt,
    use,
    base,
    ...(placement?.form && { form: placement.form }),
    ...(placement?.examples && { examples: placement.examples }),
  };
  if (!placement?.instruction.length) return adapter;
  return { ...adapter, instruction: instructionSource(placement.template, basename(folder)).text };
}

/**
 * The template with another task description, as it stands in a file; itself when there is none to take over.
 * @throws Failure "instruction-missing" … when the template has no place for it, or the first error that comes of it
 */
export function withInstruction(template: PromptTemplate, instruction: string | undefined): PromptTemplate {
  if (instruction === undefined) return template;
  const { path, partials } = template;
  return requireTemplate(replaceInstruction(template.text, path, instruction), path, (name) => partials[name]);
}
