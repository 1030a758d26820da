import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { EvaluationResult, RunRecord } from '../../../src/runs/record/record';
import { jsonLines, run, storiesWeather, tinyWeather, type Ended } from './runCli';

/** What `train --json` ends with. */
export interface TrainingResult extends EvaluationResult {
  readonly status: string;
  readonly folder: string;
  readonly originalResult?: EvaluationResult;
  readonly textResult?: EvaluationResult;
  readonly textGain?: { readonly mean: number };
  readonly rewritten?: { readonly original: string; readonly instruction: string };
}

/** The instruction that stands in the templates. */
export const original = 'Say how the weather was.';

/** The weather with an instruction that a short search may rewrite. */
const withInstruction = (files: Readonly<Record<string, string>>): Readonly<Record<string, string>> => ({
  ...files,
  'weather.prompt': files['weather.prompt']!.replace(
    '{{text}}',
    `{{#instruction}}${original}{{/instruction}}\n{{text}}`,
  ).replace('tune.length: 4', 'tune.length: 4\ntune.searchBudget: 120'),
});
/** For what a search does. */
export const instructed = withInstruction(storiesWeather);
/** For what is done with the text. */
export const tinyInstructed = withInstruction(tinyWeather);

const resultOf = ({ out }: Ended) => jsonLines(out).at(-1) as unknown as TrainingResult;
/** The figures of a result, as far as they come out the same again. */
export const measures = ({ n, accuracy, loss, tokenLoss }: EvaluationResult) => ({
  n,
  accuracy,
  loss: loss.toFixed(5),
  tokenLoss: tokenLoss.toFixed(5),
});
export const recordOf = async (folder: string) =>
  JSON.parse(await readFile(join(folder, 'run.json'), 'utf8')) as RunRecord;
/** A file of the run without how long things took. */
export const numbersOf = async (folder: string, file: string) =>
  (await readFile(join(folder, file), 'utf8')).replace(/,"seconds":[^,}]+/g, '');
/** The lines of a run's metrics without how fast it was. */
export const metricsOf = async (folder: string) =>
  (await readFile(join(folder, 'metrics.jsonl'), 'utf8'))
    .split('\n')
    .map((line) => line.replace(/,"examplesPerSecond":[^}]*/, ''));

/** Trains the weather of a folder. */
export async function train(folder: string, method: string, ...args: readonly string[]): Promise<TrainingResult> {
  const ended = await run(folder, 'train', 'weather.prompt', '--method', method, '--json', ...args);
  expect({ code: ended.code, err: ended.err }).toEqual({ code: 0, err: '' });
  return resultOf(ended);
}

/** The folder of the one run that a workspace has. */
export async function onlyRun(folder: string): Promise<string> {
  const [id] = await readdir(join(folder, '.prompt-tuner', 'runs'));
  return join(folder, '.prompt-tuner', 'runs', id!);
}
