import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { examplePrompt, type ExamplePrompt } from '../../../src/adapters/exportedPrompt';
import { writeAdapter } from '../../../src/adapters/peft';
import { placementOf } from '../../../src/adapters/placement';
import { createRandom, normal } from '../../../src/data/random';
import type { LanguageModel } from '../../../src/model/openModel';
import type { ExportFormat } from '../../../src/use/export/exportFormats';
import { exportRun } from '../../../src/use/export/exportRun';
import { newRecord, withSources } from '../../../src/runs/record/newRecord';
import { createRun } from '../../../src/runs/store/runFolder';
import type { Method } from '../../../src/template/settings/settings';
import { loadTemplate } from '../../../src/template/read/loadTemplate';
import { layOut } from '../../../src/objective/batch';
import { openObjective } from '../../../src/objective/objective';
import { prefixWidth } from '../../../src/objective/prompt';
import type { SoftPrompt } from '../../../src/objective/prompt';
import { type Task } from '../../../src/objective/task';
import { batchOptions } from '../../../src/objective/batch';
import { shortStories } from '../models/shortStories';
import { generatedTokens } from './generatedTokens';
import { makeWorkspace, type Workspace, type WorkspaceOptions } from './workspace';

const workspaces: Workspace[] = [];
const folders: string[] = [];
afterAll(async () => {
  await Promise.all(workspaces.map((workspace) => workspace.dispose()));
  await Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })));
});

export function newWorkspace(options: WorkspaceOptions = {}): Workspace {
  const workspace = makeWorkspace(options);
  workspaces.push(workspace);
  return workspace;
}

const stories = await shortStories();

/** A workspace on a small model that knows words, for what holds whatever the model. */
export const newSmallWorkspace = (options: WorkspaceOptions = {}): Workspace =>
  newWorkspace({ model: stories, ...options });

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'prompt-tuner-export-'));
  folders.push(folder);
  return folder;
}

/** Vectors strong enough that a misplaced one shows. */
export function randomPrompt(task: Task, model: LanguageModel): SoftPrompt {
  const { hiddenSize } = model.configuration;
  const random = createRandom(7);
  const numbers = (count: number, spread: number): Float32Array =>
    Float32Array.from({ length: count }, () => spread * normal(random));
  const width = prefixWidth(model);
  return {
    rows: task.promptRows,
    hiddenSize,
    values: numbers(task.promptRows * hiddenSize, 0.1),
    ...(task.prefixRows > 0 && {
      prefix: { rows: task.prefixRows, width, values: numbers(task.prefixRows * width, 0.5) },
    }),
  };
}

const middle = 'Say how the day went.\n{{soft 3}}\nText: {{text}}\n{{soft 2}}The day was{{label}}';
export const described = '{{#instruction}}Say how the day went.{{/instruction}}\nText: {{text}}\nThe day was{{label}}';

/** Messages, the last of which the model's answer goes on with. */
export const conversation = [
  '{{role "system"}}',
  'Say how the day went.',
  '{{role "user"}}',
  'Text: {{text}} "so"',
  '{{role "model"}}',
  'The day was{{label}}',
].join('\n');

/** A way a prompt can lie in its template, and what becomes of it inside an ONNX model, of the small model's tokens. */
export interface PromptCase {
  readonly name: string;
  readonly method: Method;
  readonly set?: Readonly<Record<string, unknown>>;
  readonly body?: string;
  readonly front: number;
  readonly placed: number;
}

export const promptCases: readonly PromptCase[] = [
  { name: 'virtual tokens in front', method: 'soft', set: { 'tune.length': 5 }, front: 5, placed: 0 },
  { name: 'virtual tokens inside the template', method: 'v1', body: middle, front: 0, placed: 5 },
  {
    name: 'a prefix in every layer',
    method: 'v2',
    set: { 'tune.length': 4, 'tune.instruction': 'fixed' },
    front: 4,
    placed: 0,
  },
  {
    name: 'a prefix beside a trained instruction',
    method: 'v2',
    body: described,
    set: { 'tune.length': 4, 'tune.instruction': 'embeddings' },
    front: 4,
    placed: 9,
  },
  {
    name: 'virtual tokens in front of a trained instruction',
    method: 'v2',
    body: described,
    set: { 'tune.length': 4, 'tune.layers': 'input', 'tune.instruction': 'embeddings' },
    front: 4,
    placed: 9,
  },
  {
    name: 'virtual tokens in front of messages',
    method: 'soft',
    body: conversation.replace('The day was', ''),
    set: { 'tune.length': 5, 'tune.format': 'chat' },
    front: 5,
    placed: 0,
  },
  {
    name: 'a prefix before messages with a beginning of the answer',
    method: 'v2',
    body: conversation,
    set: { 'tune.length': 4, 'tune.instruction': 'fixed', 'tune.format': 'chat' },
    front: 4,
    placed: 0,
  },
];

export interface LeftRun {
  readonly run: string;
  readonly runs: string;
  readonly task: Task;
  readonly model: LanguageModel;
}

/** A finished run's folder around a random prompt, as training leaves it. */
export async function leaveRun(
  workspace: Workspace,
  method: Method,
  set: Readonly<Record<string, unknown>> = {},
  day?: string,
): Promise<LeftRun> {
  const { task, model } = await workspace.task(method, set, day);
  const runs = temporaryFolder();
  const record = withSources(newRecord(await loadTemplate(workspace.file), task.settings), task, model);
  const folder = await createRun(runs, { ...record, status: 'done' });
  if (method !== 'hard') await writeAdapter(join(folder, 'adapter'), randomPrompt(task, model), { task, model });
  return { run: record.id, runs, task, model };
}

export async function exportTo(format: ExportFormat, { run, runs }: LeftRun): Promise<string> {
  const to = join(temporaryFolder(), 'exported');
  await exportRun({ run, runs, format, to });
  return to;
}

/** The template with a placeholder for each variable, as the engine takes it. */
function placeholderPrompt({ task, model }: LeftRun): ExamplePrompt {
  return examplePrompt(task.template, placementOf(task, model), {
    tokenizer: model.tokenizer,
    front: 0,
    firstVirtualToken: model.tokenizer.firstVirtualToken,
    settings: task.settings,
    day: task.encoder.chat?.day,
    configuration: model.configuration,
  });
}

/** The engine's probability of a token after the template with a placeholder for each variable. */
export async function placeholderProbability(left: LeftRun, token: number): Promise<number> {
  const { task, model } = left;
  const { ids, mask } = placeholderPrompt(left);
  const example = { row: 0, prompt: ids, masks: mask?.at, expected: '', label: 0, answer: [token] };
  const objective = openObjective(model, 1);
  const batch = layOut([example], { ...batchOptions(task, model, 'scoring'), objective: 'token', verbalizer: [] });
  const { logLikelihoods } = await objective.score(batch, randomPrompt(task, model));
  await objective.close();
  return Math.exp(logLikelihoods![0]!);
}

/** What the engine writes after the template with a placeholder for each variable. */
export async function placeholderAnswer(left: LeftRun): Promise<string> {
  const { task, model } = left;
  const { ids, answer } = placeholderPrompt(left);
  const [written] = await generatedTokens(model, [ids], { most: answer!.most, soft: randomPrompt(task, model) });
  return model.tokenizer.decode(written!).trim();
}

/** A free text task whose answers are told over several tokens. */
export const freeText = {
  body: 'Say how the day went.\nText: {{text}}\nThe day was{{label}}',
  output: 'label: string',
} as const;
