import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { stateOfFiles } from '../../../src/files/fileState';
import { openModel, type LanguageModel } from '../../../src/model/openModel';
import { once } from '../../../src/once';
import { resolveSettings } from '../../../src/template/read/resolveSettings';
import type { Method } from '../../../src/template/settings/settings';
import { loadTemplate } from '../../../src/template/read/loadTemplate';
import { initialTokens } from '../../../src/tuning/start/initialise';
import type { SoftPrompt } from '../../../src/objective/prompt';
import { assembleWeights } from '../models/models';
import { prepareTask, type Task } from '../../../src/objective/task';
import { closeTask } from '../../../src/objective/rows/splits';

const opened = new Map<string, Promise<LanguageModel>>();

/** The model, opened once in a process while the files beside it stay as they are, with the graphs built of it. */
export async function openOnce(reference: string, from: string): Promise<LanguageModel> {
  if (reference !== 'builtin' && !isAbsolute(reference)) return openModel(reference, from);
  const files = reference === 'builtin' ? [] : filesOf(reference);
  return once(opened, [reference, files, (await stateOfFiles(files)).mark], () => openModel(reference, from));
}

/** The files of a model's folder. */
function filesOf(reference: string): readonly string[] {
  const path = reference.replace(/#[^#/]*$/, '');
  if (!existsSync(path)) return [];
  const folder = statSync(path).isDirectory() ? path : dirname(path);
  return readdirSync(folder).map((name) => join(folder, name));
}

/** The virtual tokens that training would start from. */
export function initialPrompt(task: Task, model: LanguageModel): SoftPrompt {
  return { rows: task.layout.total, hiddenSize: model.configuration.hiddenSize, values: initialTokens(task, model) };
}

/** A folder with one template and its data, removed by `dispose`. */
export interface Workspace {
  readonly file: string;
  task(
    method: Method,
    set?: Readonly<Record<string, unknown>>,
    day?: string,
  ): Promise<{ readonly task: Task; readonly model: LanguageModel }>;
  dispose(): Promise<void>;
}

const rows = [
  ['The soup was warm and the bread was fresh.', 'good'],
  ['He lost the key.', 'bad'],
  ['A long walk by the river made her happy, and she sang all the way home to her mother.', 'good'],
  ['Rain came in through the roof and spoiled the books.', 'bad'],
  ['They laughed.', 'good'],
  ['The horse would not move and the road was dark.', 'bad'],
  ['My brother gave me the better half of the cake.', 'good'],
  ['The letter never came, though we waited for it day after day until the winter.', 'bad'],
] as const;

const body = 'Say how the day went.\nText: {{text}}\nThe day was{{label}}';

export interface WorkspaceOptions {
  readonly body?: string;
  readonly labels?: string;
  readonly model?: string;
  readonly output?: string;
}

export function makeWorkspace(options: WorkspaceOptions = {}): Workspace {
  const folder = mkdtempSync(join(tmpdir(), 'prompt-tuner-'));
  const lines = rows.map(([text, label]) => JSON.stringify({ text, label })).join('\n');
  mkdirSync(join(folder, 'data'));
  for (const split of ['train', 'dev', 'test']) writeFileSync(join(folder, 'data', `${split}.jsonl`), `${lines}\n`);
  const file = join(folder, 'day.prompt');
  writeFileSync(
    file,
    [
      '---',
      `model: ${options.model ?? 'builtin'}`,
      'input:',
      '  schema: { text: string }',
      'output:',
      '  schema:',
      `    ${options.output ?? 'label(enum): [good, bad]'}`,
      'tune.data: { train: data/train.jsonl, dev: data/dev.jsonl, test: data/test.jsonl }',
      ...(options.labels ? [`tune.labels: ${options.labels}`] : []),
      '---',
      options.body ?? body,
      '',
    ].join('\n'),
  );
  const tasks: Task[] = [];
  return {
    file,
    async task(method, set = {}, day?: string) {
      const template = await loadTemplate(file);
      const model = await openOnce(template.model, folder);
      const task = await prepareTask(template, resolveSettings(template, method, set), model, day);
      tasks.push(task);
      return { model, task };
    },
    async dispose() {
      await Promise.all(tasks.map(closeTask));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Takes a tiny workspace back to the embedded model, which knows words. */
export const embedded: WorkspaceOptions = { model: 'builtin', labels: undefined };

/**
 * A workspace on a random model of two small layers, whose sessions open in a fraction of the time: for what holds of a
 * training whatever its model knows. The model knows none of the words but those of the labels.
 */
export function makeTinyWorkspace(options: WorkspaceOptions = {}): Workspace {
  const labels = '{ good: " <11>", bad: " <12>" }';
  return makeWorkspace({ model: assembleWeights('architectures/llama'), labels, ...options });
}
