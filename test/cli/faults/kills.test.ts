import { stepsTaken } from '../../../src/runs/record/runStage';
import { spawn } from 'node:child_process';
import { statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/data/random';
import { enqueueRun, resumeRun, tidyRuns } from '../../../src/runs/queue/queue';
import { readRun } from '../../../src/runs/store/runFolder';
import { until } from '../../support/running/until.mjs';
import { storiesWeather, tinyWeather, workspace } from '../../support/runs/runCli';
import { numbersOf } from '../../support/runs/runNumbers';

/**
 * 200 together. More of them with a model show at length what a few show on every day: `PROMPT_TUNER_MODEL_KILLS=200`,
 * and `PROMPT_TUNER_KILL_METHOD=v2` for another method.
 */
const kills = {
  counting: Number(process.env.PROMPT_TUNER_KILLS ?? 185),
  real: Number(process.env.PROMPT_TUNER_MODEL_KILLS ?? 12),
  held: Number(process.env.PROMPT_TUNER_HELD_KILLS ?? 3),
};
const method = (process.env.PROMPT_TUNER_KILL_METHOD ?? 'soft') as 'soft' | 'v1' | 'v2';
const seed = Number(process.env.PROMPT_TUNER_KILL_SEED ?? 7);
/** Only what hangs takes that long: a life of the trainer takes seconds, beside ten other things a minute. */
const limit = (count: number) => 600_000 + count * 60_000;

const request = (folder: string) => ({
  file: join(folder, 'weather.prompt'),
  method,
  set: {
    'tune.steps': '12',
    'tune.evalEvery': '2',
    ...(method !== 'soft' && { 'tune.learningRate': 'auto', 'tune.searchBudget': '300' }),
  },
  runs: join(folder, 'runs'),
});

/** The weather as JSON, drawn token by token and held to its schema at each evaluation. */
const heldWeather: Readonly<Record<string, string>> = {
  ...storiesWeather,
  'weather.prompt': storiesWeather['weather.prompt']!.replace(
    'output:\n',
    'config: { temperature: 1, maxOutputTokens: 40 }\ntune.metrics: [length, json]\noutput:\n  format: json\n',
  )
    .replace('[wet, dry]', '[wet, dry]\n    sure?: boolean')
    .replace('{{label}}', '\n{{output}}'),
};

function startTrainer(module: string, runs: string) {
  const child = spawn(process.execPath, [module, '--serve', runs], { stdio: ['ignore', 'ignore', 'inherit'] });
  return { child, exited: new Promise<void>((fulfil) => child.on('exit', () => fulfil())) };
}

/** A file that is written anew is another; to ask for that costs a hundredth of reading it. */
function identityOf(path: string): string | undefined {
  const file = statSync(path, { bigint: true, throwIfNoEntry: false });
  return file && `${file.ino} ${file.mtimeNs} ${file.size}`;
}

/** Looks often, so that lives can be short, and reads the record only where it has been written. */
async function reaches(run: string, ...wanted: readonly string[]): Promise<void> {
  let before: string | undefined;
  for (;;) {
    const written = identityOf(join(run, 'run.json'));
    if (written !== before) {
      const { status, error } = await readRun(run);
      if (wanted.includes(status)) return;
      if (status === 'failed') throw new Error(`The run is ${status}: ${error?.message}`);
    }
    before = written;
    await setTimeout(5);
  }
}

async function takesStep(run: string): Promise<void> {
  await until('a step', async () => {
    const { status, progress } = await readRun(run);
    return stepsTaken(progress) > 0 || status !== 'running';
  });
}

/** Lets a trainer finish the run. @returns how long its work took, in milliseconds */
async function finish(module: string, run: string, runs: string): Promise<number> {
  const { child, exited } = startTrainer(module, runs);
  await reaches(run, 'running', 'done');
  const began = performance.now();
  await reaches(run, 'done');
  const took = performance.now() - began;
  child.kill('SIGKILL');
  await exited;
  await tidyRuns(runs);
  return took;
}

/**
 * Kills the trainer again and again, resumes the run each time, and begins another when it is done.
 * @returns the step at each kill
 */
async function killAgainAndAgain(
  task: Readonly<Record<string, string>>,
  module: string,
  count: number,
): Promise<readonly number[]> {
  const folder = await workspace(task);
  const { runs } = request(folder);
  const undisturbed = await enqueueRun(request(folder));
  const milliseconds = await finish(module, undisturbed, runs);
  const expected = await numbersOf(undisturbed);
  const files = (await readdir(undisturbed)).sort();
  const random = createRandom(seed);
  const steps: number[] = [];

  let run = await enqueueRun(request(folder));
  for (let done = 0; done < count; done++) {
    const { child, exited } = startTrainer(module, runs);
    await reaches(run, 'running', 'done');
    // Most of a short life goes into opening the model, so every third begins to be counted at a step.
    if (done % 3 === 0) await takesStep(run);
    // Short lives most of the time, so that a run is killed often; at times one that reaches the end.
    await setTimeout(random.next() ** 2 * milliseconds);
    child.kill('SIGKILL');
    await exited;
    const { status, progress } = await readRun(run);
    steps.push(stepsTaken(progress));
    if (status === 'done') {
      run = await enqueueRun(request(folder));
    } else {
      expect(['lost', 'queued']).toContain(status);
      await resumeRun(run);
    }
  }
  await finish(module, run, runs);
  for (const id of (await readdir(runs)).filter((name) => !name.startsWith('.'))) {
    expect(await numbersOf(join(runs, id))).toEqual(expected);
    expect((await readdir(join(runs, id))).sort()).toEqual(files);
  }
  return steps;
}

describe('a trainer that is killed at random instants and resumed each time', () => {
  /** Kills that all fell before the first step would show nothing. */
  const fellInto = (steps: readonly number[], share: number) =>
    expect(steps.filter((step) => step > 0).length).toBeGreaterThan(steps.length * share);

  it(
    `keeps to the numbers of an undisturbed run, and leaves no temporary file, ` +
      `after ${kills.counting} kills of one that counts`,
    async () => {
      const outfile = resolve('out/test/countingTrainer.cjs');
      await build({
        entryPoints: ['test/support/standIns/countingTrainer.ts'],
        outfile,
        bundle: true,
        platform: 'node',
        format: 'cjs',
        target: 'node20',
        external: ['onnxruntime-node'],
        logLevel: 'silent',
        minify: true,
      });
      fellInto(await killAgainAndAgain(tinyWeather, outfile, kills.counting), 1 / 4);
    },
    limit(kills.counting),
  );

  it(
    `does so after ${kills.real} kills of the real one, which trains a model by ${method}`,
    async () => {
      fellInto(await killAgainAndAgain(tinyWeather, resolve('dist/trainer.js'), kills.real), 1 / 10);
    },
    limit(kills.real),
  );

  it(
    `does so after ${kills.held} kills of one whose answers on dev are held to a schema`,
    async () => {
      expect(heldWeather['weather.prompt']).toMatch(/format: json[\s\S]*sure\?: boolean[\s\S]*\{\{output\}\}/);
      fellInto(await killAgainAndAgain(heldWeather, resolve('dist/trainer.js'), kills.held), 1 / 10);
    },
    limit(kills.held),
  );
});
