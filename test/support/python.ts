import { execFile, spawn } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** What to load, and the prompts whose next-token logits are wanted. */
export interface LogitsJob {
  /** Folder with weights for transformers. */
  readonly base: string;
  readonly adapter: string;
  readonly prompts: readonly (readonly number[])[];
}

const program = process.env.PROMPT_TUNER_PYTHON ?? 'python3';

/** PEFT's logits after the last token. @returns `[job][prompt][token]` */
export async function peftLogits(jobs: readonly LogitsJob[]): Promise<readonly (readonly (readonly number[])[])[]> {
  const child = spawn(program, [join(__dirname, '..', 'peft', 'logits.py')], { stdio: ['pipe', 'pipe', 'ignore'] });
  child.stdin.end(JSON.stringify(jobs));
  let output = '';
  for await (const chunk of child.stdout) output += String(chunk);
  return JSON.parse(output) as readonly (readonly (readonly number[])[])[];
}

/** Runs a script in its folder and gives what it prints. */
export async function runPython(folder: string, script: string, args: readonly string[]): Promise<string> {
  // One thread: these models are small, and tests run beside each other.
  const env = { ...process.env, OMP_NUM_THREADS: '1', MKL_NUM_THREADS: '1' };
  return (await promisify(execFile)(program, [script, ...args], { cwd: folder, env })).stdout;
}
