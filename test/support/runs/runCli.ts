import { spawn, type ChildProcess } from 'node:child_process';
import { cp, mkdtemp, rm, mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { onTestFinished } from 'vitest';
import { assembleModel, assembleWeights } from '../models/models';
import { carryOut } from '../running/commandProcess';
import { stopAt, untilStopped } from '../running/stopAt';
import { days } from './weatherDays';

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** What it has printed so far. */
  out(): string;
  /** Resolves when the output holds the text. */
  says(text: string): Promise<void>;
}

const program = resolve('dist/cli.js');

interface StartOptions {
  /** `pipe` where something is to be written to it. */
  readonly input?: 'ignore' | 'pipe';
  /** A text at which the process stops itself. */
  readonly stopsAt?: string;
}

/** Starts the built program in a folder, in a process of its own. */
export function start(folder: string, args: readonly string[], options: StartOptions = {}): Started {
  const { input = 'ignore', stopsAt } = options;
  const child = spawn(process.execPath, [program, ...args], {
    cwd: folder,
    stdio: [input, 'pipe', 'pipe'],
    env: { ...process.env, ...(stopsAt !== undefined && stopAt(stopsAt)) },
  });
  let [out, err] = ['', ''];
  const waiting = new Set<() => void>();
  const hear = () => {
    for (const look of waiting) look();
  };
  child.stdout!.on('data', (chunk: Buffer) => {
    out += chunk.toString();
    hear();
  });
  child.stderr!.on('data', (chunk: Buffer) => {
    err += chunk.toString();
    hear();
  });
  const ended = new Promise<Ended>((fulfil) => child.on('close', (code) => fulfil({ code, out, err })));
  const says = (text: string) =>
    Promise.race([
      new Promise<void>((fulfil) => {
        const look = () => {
          if (out.includes(text) || err.includes(text)) fulfil();
        };
        waiting.add(look);
        look();
      }),
      ended.then(() => {
        throw new Error(`The program ended without saying "${text}":\n${out}\n${err}`);
      }),
    ]);
  return { child, ended, says, out: () => out };
}

/**
 * Runs a command of the built program in a folder to its end, in a process that carries out others before and after it:
 * what it prints, leaves and ends with is the same (`program/processes.test.ts`), in a fraction of the time.
 */
export function run(folder: string, ...args: readonly string[]): Promise<Ended> {
  return carryOut(folder, args);
}

/** Runs the built program in a folder to its end, in a process of its own. */
export function runProcess(folder: string, ...args: readonly string[]): Promise<Ended> {
  return start(folder, args).ended;
}

/**
 * Starts the built program and gives it a signal where it says a text, neither before nor after, however late this
 * process hears it.
 */
export async function signalAt(
  folder: string,
  args: readonly string[],
  text: string,
  signal: NodeJS.Signals = 'SIGINT',
): Promise<Ended> {
  const { child, says, ended } = start(folder, args, { stopsAt: text });
  await says(text);
  await untilStopped(child.pid!);
  child.kill(signal);
  child.kill('SIGCONT');
  return ended;
}

/** Runs a command that must succeed and reads the one JSON value it prints. */
export async function json<T>(folder: string, ...args: readonly string[]): Promise<T> {
  const { code, out, err } = await run(folder, ...args, '--json');
  if (code !== 0) throw new Error(`Exit code ${code}: ${err}`);
  return JSON.parse(out) as T;
}

/** The JSON lines of an output. */
export function jsonLines(out: string): readonly Record<string, unknown>[] {
  return out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** A folder with these files, gone after the test. */
export async function workspace(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await newWorkspace(files);
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A folder with these files. */
async function newWorkspace(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'prompt-tuner-cli-'));
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  return folder;
}

/** A folder in which something was done once, for tests that follow one another and each begin with it as it was. */
export interface SharedWorkspace {
  readonly folder: string;
  /** Makes the folder what it was when all was done, at the same path: a run names its files by theirs. */
  restore(): Promise<void>;
  remove(): Promise<void>;
}

export async function sharedWorkspace(
  files: Readonly<Record<string, string>>,
  work: (folder: string) => Promise<unknown>,
): Promise<SharedWorkspace> {
  const folder = await newWorkspace(files);
  await work(folder);
  const kept = `${folder}-kept`;
  await cp(folder, kept, { recursive: true, preserveTimestamps: true });
  const remove = () => rm(folder, { recursive: true, force: true });
  return {
    folder,
    async restore() {
      await remove();
      await cp(kept, folder, { recursive: true, preserveTimestamps: true });
    },
    async remove() {
      await remove();
      await rm(kept, { recursive: true, force: true });
    },
  };
}

const rows = (list: readonly (readonly [string, string])[]) =>
  list.map(([text, label]) => `${JSON.stringify({ text, label })}\n`).join('');

/** Some of the days, told otherwise: rows that no other split has. */
const otherDays = (when: string, from: number, to: number) =>
  days.slice(from, to).map(([text, label]) => [`${text}, ${when}`, label] as const);

/** A small task with its data: quick to train on, the same everywhere. */
export const weather: Readonly<Record<string, string>> = {
  'weather.prompt': `---
output:
  schema:
    label(enum): [wet, dry]
tune.data: { train: train.jsonl, dev: dev.jsonl, test: test.jsonl }
tune.length: 4
tune.steps: 6
tune.batchSize: 4
tune.evalEvery: 3
tune.learningRate: 0.05
---
{{text}}. The weather was{{label}}
`,
  'train.jsonl': rows(days),
  'dev.jsonl': rows(otherDays('yesterday', 0, 4)),
  'test.jsonl': rows(otherDays('last week', 2, 8)),
};

/** A random model of two small layers. */
export const tinyModel = assembleWeights('architectures/llama');

/**
 * The same task for a random model of two small layers, which opens and trains in a fraction of the time: for what a
 * program does whatever the model knows. Of the words it knows those of the labels alone.
 */
export const tinyWeather: Readonly<Record<string, string>> = {
  ...weather,
  'weather.prompt': weather['weather.prompt']!.replace(
    '---\n',
    `---\nmodel: ${tinyModel}\ntune.labels: { wet: " <11>", dry: " <12>" }\n`,
  ),
};

/** The first layer of a small model that was taught by stories. */
export const storiesModel = assembleModel('reference/stories1');

/** The same task for a model that knows enough words to search among them. */
export const storiesWeather: Readonly<Record<string, string>> = {
  ...weather,
  'weather.prompt': weather['weather.prompt']!.replace('---\n', `---\nmodel: ${storiesModel}\n`),
};
