import { Worker } from 'node:worker_threads';

/** Longer than anything that is done in one turn, also on a busy machine. */
const silentMilliseconds = 60_000;

/** Asks the main thread's debugger, which also answers in the middle of a loop without an end. */
const watching = `
const { parentPort, workerData: { path, silent } } = require('node:worker_threads');
const { Session } = require('node:inspector/promises');
const { appendFileSync } = require('node:fs');
let heard = Date.now();
let hasTold = false;
parentPort.on('message', () => ([heard, hasTold] = [Date.now(), false]));
setInterval(() => !hasTold && Date.now() - heard > silent && tell(), 1000);

async function tell() {
  hasTold = true;
  const session = new Session();
  session.connectToMainThread();
  const files = new Map();
  session.on('Debugger.scriptParsed', ({ params: { scriptId, url } }) => files.set(scriptId, url));
  session.on('Debugger.paused', ({ params: { callFrames } }) => {
    const lines = callFrames.map(({ functionName, location }) =>
      [functionName, files.get(location.scriptId), location.lineNumber + 1, location.columnNumber + 1].join(':'));
    appendFileSync(path, ['The process has been at this for a minute:', ...lines, ''].join('\\n'));
    void session.post('Debugger.resume');
  });
  await session.post('Debugger.enable');
  for (let look = 0; look < 3; look++) {
    await session.post('Debugger.pause');
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
  session.disconnect();
}`;

/**
 * Writes down what this process is at where it does not come to its next turn any more: from outside there is nothing
 * to be seen of that but silence.
 * @returns how to end the watch
 */
export function watchForStuck(path: string): () => void {
  const worker = new Worker(watching, { eval: true, workerData: { path, silent: silentMilliseconds } });
  worker.unref();
  const timer = setInterval(() => worker.postMessage('alive'), 1000);
  return () => {
    clearInterval(timer);
    void worker.terminate();
  };
}
