/**
 * What the process of a check runs. It is a text, since it must import what no bundler knows: the check of a template.
 * It is told `{ load: url }`, then `{ answer, row }` again and again, and says of each one of `{ loaded: true }`,
 * `{ score, reason }`, `{ nonsense }` and `{ thrown, stack }`.
 */
export const checkProgram = String.raw`
'use strict';
// A check that loops never learns that nobody waits for it any more; a thread beside it does.
const { Worker } = require('node:worker_threads');
const watch = "const { workerData: parent } = require('node:worker_threads');" +
  'const isThere = () => { try { return process.kill(parent, 0); } catch { return false; } };' +
  'const isAlone = () => process.ppid !== parent || !isThere();' +
  "setInterval(() => isAlone() && process.kill(process.pid, 'SIGKILL'), 1000);";
new Worker(watch, { eval: true, workerData: process.ppid }).unref();
const send = process.send.bind(process);
// What a check prints or sends is not an answer.
process.send = undefined;
let check;

const thrown = (error) => {
  const isError = error !== null && typeof error === 'object' && 'message' in error;
  return {
    thrown: isError ? String(error.message) : shown(error),
    name: isError && typeof error.name === 'string' ? error.name : '',
    stack: isError && typeof error.stack === 'string' ? error.stack : '',
  };
};

function shown(value) {
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'bigint') return value + 'n';
  if (typeof value === 'number' || value === undefined) return String(value);
  try {
    const text = JSON.stringify(value) ?? String(value);
    return text.length > 60 ? text.slice(0, 60) + '…' : text;
  } catch {
    return Object.prototype.toString.call(value);
  }
}

const numberOf = (score) => (typeof score === 'boolean' ? Number(score) : score);
const isScore = (score) => typeof score === 'boolean' || (typeof score === 'number' && Number.isFinite(score));

function resultOf(value) {
  if (isScore(value)) return { score: numberOf(value) };
  if (typeof value !== 'object' || value === null || !isScore(value.score)) return { nonsense: shown(value) };
  const { score, reason } = value;
  if (reason === undefined || reason === null) return { score: numberOf(score) };
  return typeof reason === 'string' ? { score: numberOf(score), reason } : { nonsense: shown(value) };
}

async function load(url) {
  let found = await import(url);
  // What a CommonJS module exports is the default; one that was compiled has its own default in there.
  for (let depth = 0; depth < 2 && typeof found !== 'function' && found?.default !== undefined; depth++)
    found = found.default;
  if (typeof found !== 'function') return { noFunction: true };
  check = found;
  return { loaded: true };
}

process.on('message', async (message) => {
  let reply;
  try {
    if (message.load !== undefined) reply = await load(message.load);
    else reply = resultOf(await check(message.answer, JSON.parse(message.row)));
  } catch (error) {
    reply = thrown(error);
  }
  if (process.connected) send(reply);
});
process.on('uncaughtException', (error) => send({ ...thrown(error), crashed: true }, () => process.exit(1)));
process.on('disconnect', () => process.exit(0));
`;
