import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';

/** What to load, and the prompts whose next-token logits are wanted. */
export interface LogitsJob {
  /** Folder with weights for transformers. */
  readonly base: string;
  readonly adapter: string;
  readonly prompts: readonly (readonly number[])[];
}

interface Program {
  readonly folder: string;
  readonly script: string;
  readonly args: readonly string[];
  readonly input?: string;
}

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

interface Forks {
  readonly child: ChildProcessWithoutNullStreams;
  readonly answers: Interface;
  /** Fails when the process has ended. */
  readonly ended: Promise<never>;
}

let forks: Forks | undefined;

/** One process that has loaded torch, transformers and PEFT, and forks for each program; it ends with this one. */
function startForks(): Forks {
  // One thread: these models are small, and tests run beside each other.
  const env = { ...process.env, OMP_NUM_THREADS: '1', MKL_NUM_THREADS: '1' };
  const child = spawn(process.env.PROMPT_TUNER_PYTHON ?? 'python3', [join(__dirname, '../..', 'peft', 'forks.py')], {
    env,
  });
  let err = '';
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString();
  });
  const ended = once(child, 'close').then(() => Promise.reject(new Error(`Python has ended:\n${err}`)));
  ended.catch(() => undefined);
  return { child, answers: createInterface({ input: child.stdout }), ended };
}

async function runProgram(program: Program): Promise<string> {
  forks ??= startForks();
  const { child, answers, ended } = forks;
  child.stdin.write(`${JSON.stringify(program)}\n`);
  const [line] = (await Promise.race([once(answers, 'line'), ended])) as [string];
  const { code, out, err } = JSON.parse(line) as Ended;
  if (code !== 0) throw new Error(`${program.script} ended with ${code}:\n${err}`);
  return out;
}

/** PEFT's logits after the last token. @returns `[job][prompt][token]` */
export async function peftLogits(jobs: readonly LogitsJob[]): Promise<readonly (readonly (readonly number[])[])[]> {
  const script = join(__dirname, '../..', 'peft', 'logits.py');
  const out = await runProgram({ folder: __dirname, script, args: [], input: JSON.stringify(jobs) });
  return JSON.parse(out) as readonly (readonly (readonly number[])[])[];
}

/** Runs a script in its folder, one at a time, and gives what it prints. */
export function runPython(folder: string, script: string, args: readonly string[]): Promise<string> {
  return runProgram({ folder, script, args });
}
