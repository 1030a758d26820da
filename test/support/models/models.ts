import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { models, repository } from '../running/paths';

const tokenizerFiles = ['tokenizer.json', 'tokenizer_config.json'];
let assembled: string | undefined;

/**
 * The file of a model, or of all models of its kind where it has none of its own.
 * @param model such as `architectures/llama`
 */
export function modelFile(model: string, file: string): string {
  const own = join(models, model, file);
  return existsSync(own) ? own : join(models, dirname(model), file);
}

/**
 * A model of test/models as a folder that can be opened: its own files, and the tokenizer that its kind shares. It lies
 * in a temporary folder until the process ends.
 */
export function assembleModel(model: string): string {
  assembled ??= temporaryFolder();
  const folder = join(assembled, model);
  if (existsSync(folder)) return folder;
  mkdirSync(folder, { recursive: true });
  for (const entry of readdirSync(join(models, model), { withFileTypes: true }))
    if (entry.isFile()) copyFileSync(join(models, model, entry.name), join(folder, entry.name));
  for (const file of tokenizerFiles) copyFileSync(modelFile(model, file), join(folder, file));
  return folder;
}

/**
 * Such a folder with the weights alone, of which the graph is built: it is prepared faster than an exported graph, and
 * comes to the same.
 */
export function assembleWeights(model: string): string {
  const whole = assembleModel(model);
  const folder = join(dirname(whole), 'weights', basename(whole));
  if (existsSync(folder)) return folder;
  mkdirSync(folder, { recursive: true });
  for (const file of ['config.json', 'model.safetensors', ...tokenizerFiles])
    copyFileSync(join(whole, file), join(folder, file));
  return folder;
}

/** The embedded model with other entries in its configuration. */
export function embeddedModelWith(entries: Readonly<Record<string, unknown>>): string {
  const embedded = join(repository, 'media', 'models', 'prompt-tuner-base');
  assembled ??= temporaryFolder();
  const folder = mkdtempSync(join(assembled, 'embedded-'));
  for (const file of ['model.onnx', ...tokenizerFiles]) copyFileSync(join(embedded, file), join(folder, file));
  const configuration = JSON.parse(readFileSync(join(embedded, 'config.json'), 'utf8')) as object;
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ ...configuration, ...entries }));
  return folder;
}

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'prompt-tuner-models-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
