import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import type { Ended } from '../runs/runCli';

/** A command of the program, and where and with what around it it is carried out. */
interface Request {
  readonly folder: string;
  readonly args: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
}

interface CommandProcess {
  /** A second command must wait for the first. */
  carryOut(request: Request): Promise<Ended>;
}

/** Code that each command evaluates anew is run too seldom to be worth what V8 by default spends on it. */
const lateOptimizing = '--interrupt-budget=1000000';

let living: CommandProcess | undefined;
let turn: Promise<unknown> = Promise.resolve();

/** Carries out a command in the one process that all share, after those that were asked for before it. */
export function carryOut(folder: string, args: readonly string[]): Promise<Ended> {
  const request = { folder, args, environment: { ...process.env } };
  const mine = turn.then(() => (living ??= startProcess()).carryOut(request));
  turn = mine.catch(() => undefined);
  return mine;
}

/** A command that ends its process ends this one, as it does one of its own; the next command has another. */
function startProcess(): CommandProcess {
  const child = spawn(
    process.execPath,
    [lateOptimizing, join(__dirname, 'commandProcess.cjs'), resolve('dist/cli.js')],
    {
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    },
  );
  // It ends with the process of the tests, which does not wait for it.
  child.unref();
  const [, out, err, requests] = child.stdio as unknown as readonly [null, Readable, Readable, Writable];
  const gone = new Promise<number | null>((fulfil) => child.on('close', fulfil));
  void gone.then(() => (living = undefined));
  let count = 0;
  return {
    async carryOut(request) {
      const id = `command ${++count}`;
      const heard = [out, err].map((stream) => hear(stream, `\0${id} `));
      requests.write(`${JSON.stringify({ id, ...request })}\n`);
      const ended = Promise.all(heard.map(({ whole }) => whole));
      const code = await Promise.race([ended.then(([said]) => said!.code), gone]);
      const [said, complained] = heard.map(({ text }) => text());
      return { code, out: said!, err: complained! };
    },
  };
}

/** Reads a stream up to a mark, behind which the exit code stands. */
function hear(stream: Readable, mark: string) {
  let text = '';
  const whole = new Promise<{ readonly code: number }>((fulfil) => {
    const listen = (chunk: string) => {
      text += chunk;
      const end = text.indexOf(mark);
      if (end < 0 || !text.endsWith('\n')) return;
      stream.off('data', listen);
      const code = Number(text.slice(end + mark.length));
      text = text.slice(0, end);
      fulfil({ code });
    };
    stream.setEncoding('utf8').on('data', listen);
  });
  return { whole, text: () => text };
}
