import * as l10n from '@vscode/l10n';
import { basename, dirname, join, resolve } from 'node:path';
import { stat } from 'node:fs/promises';
import { adapterFiles, baseModelMismatch } from '../adapters/peft';
import { readPlacement } from '../adapters/placement';
import { Failure } from '../failure';
import { formDifference, formOf } from '../objective/recordedForm';
import { openRunPrompt, type RunPrompt } from '../runs/ask/openRunPrompt';
import { hasRecord } from '../runs/record/recordFile';
import { findRun } from '../runs/store/scanRuns';
import { openAdapter, requireNoExamplesOfRun, withInstruction, type OpenAdapter } from '../runs/work/openAdapter';
import { openTaskWithoutRows, requireFitting } from '../runs/work/openTask';
import { loadTemplate } from '../template/read/loadTemplate';
import { resolveSettings } from '../template/read/resolveSettings';
import { requireTemplate, type PromptTemplate } from '../template/read/template';
import { partialReader } from '../template/read/partials';

/** A prompt that is ready to be used, and what it is. */
export interface UsedPrompt extends RunPrompt {
  readonly kind: 'run' | 'adapter' | 'template';
  /** Of a run its id, else the name of the folder or template. */
  readonly name: string;
  /** What may make its answers other than those that were measured, in sentences. */
  readonly warnings: readonly string[];
}

export interface PromptChoice {
  /** The runs folder. */
  readonly runs: string;
  /** The template of an adapter that brings none. */
  readonly template?: string;
  /** Settings that outrank those of a template. */
  readonly set?: Readonly<Record<string, unknown>>;
}

/**
 * Opens what answers: a run by its id or folder, an adapter folder, or a template, whose text is used alone.
 * @throws Failure when there is no such thing, or it cannot be used
 */
export async function openPromptAt(reference: string, choice: PromptChoice): Promise<UsedPrompt> {
  const path = resolve(reference);
  const isFile = await stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
  if (isFile || /\.prompt$/.test(reference)) return openText(path, choice);
  if (await isAdapter(path)) {
    const ofRun = basename(path) === 'adapter' && (await hasRecord(dirname(path)));
    return ofRun && choice.template === undefined ? openRun(dirname(path), choice) : openAdapterAt(path, choice);
  }
  return openRun(await findRun(choice.runs, reference), choice);
}

async function openRun(folder: string, { template, set = {} }: PromptChoice): Promise<UsedPrompt> {
  const [setting] = Object.keys(set);
  if (template !== undefined || setting !== undefined)
    throw new Failure(
      'invalid-value',
      template === undefined
        ? l10n.t`A run is used with the settings that it was measured with.`
        : l10n.t`A run is used with the template that it was measured with.`,
      { file: folder },
      l10n.t`Leave out ${setting ?? '--template'}, or name the template itself.`,
    );
  return { ...(await openRunPrompt(folder)), kind: 'run', name: basename(folder), warnings: [] };
}

async function openText(path: string, { set = {} }: PromptChoice): Promise<UsedPrompt> {
  const template = await loadTemplate(path);
  const opened = await openTaskWithoutRows(template, resolveSettings(template, 'hard', set));
  return { ...opened, kind: 'template', name: template.name, warnings: [] };
}

async function openAdapterAt(folder: string, { template: file, set = {} }: PromptChoice): Promise<UsedPrompt> {
  const adapter = await openAdapter(folder);
  requireNoExamplesOfRun(adapter);
  const { prompt, use, form, base } = adapter;
  const template = file === undefined ? await ownTemplate(adapter) : await templateFor(adapter, file);
  const { format = 'auto' } = template.written;
  const settings = resolveSettings(template, use.method, {
    ...(form && format === 'auto' && { 'tune.format': form.format }),
    ...use.set,
    ...set,
  });
  const opened = await openTaskWithoutRows(template, settings, form?.chatTemplate?.day);
  requireFitting(prompt, opened, folder);
  const otherForm = formDifference(form, formOf(opened.task));
  const mismatch = baseModelMismatch(base, opened.model);
  return {
    ...opened,
    prompt,
    kind: 'adapter',
    name: basename(folder),
    warnings: [
      ...(mismatch === undefined ? [] : [mismatch]),
      ...(otherForm === undefined ? [] : [l10n.t`Not as in the adapter's training: ${otherForm}.`]),
    ],
  };
}

const templateFor = async ({ instruction }: OpenAdapter, file: string): Promise<PromptTemplate> =>
  withInstruction(await loadTemplate(file), instruction);

/** The template that lies beside an adapter that was made here. */
async function ownTemplate({ folder }: OpenAdapter): Promise<PromptTemplate> {
  const path = join(folder, adapterFiles.placement);
  const placement = await readPlacement(path);
  if (placement) return requireTemplate(placement.template, path, partialReader(path));
  throw new Failure(
    'template-missing',
    l10n.t`The adapter was made elsewhere, and does not say what text its vectors belong to.`,
    { file: folder },
    l10n.t`Name its template: --template FILE.prompt.`,
  );
}

const isAdapter = (folder: string): Promise<boolean> =>
  stat(join(folder, adapterFiles.config)).then(
    () => true,
    () => false,
  );
