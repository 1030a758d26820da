/**
 * What the process of a check runs. It is a text, since it must import what no bundler knows: the check of a template.
 * It is told `{ load: url }`, then `{ answer, row }` again and again, and says of each one of `{ loaded: true }`,
 * `{ score, reason }`, `{ nonsense }` and `{ thrown, stack }`. It ends itself once the `seconds` of a message are over:
 * those in which it has computed or waited, and not those in which other processes had the processor.
 */
export const checkProgram = String.raw`
'use strict';
// A check that loops learns neither that its time is over nor that nobody waits for it; a thread beside it does.
const { Worker } = require('node:worker_threads');
const end = () => process.kill(process.pid, 'SIGKILL');
const watch = "const { parentPort, workerData: parent } = require('node:worker_threads');" +
  'const isThere = () => { try { return process.kill(parent, 0); } catch { return false; } };' +
  'const isAlone = () => process.ppid !== parent || !isThere();' +
  'const spent = () => { const { user, system } = process.cpuUsage(); return (user + system) / 1e6; };' +
  'let due = { work: Infinity, time: Infinity };' +
  'const begin = (seconds) => ({ work: spent() + seconds, time: performance.now() / 1000 + seconds });' +
  "parentPort.on('message', (seconds) => { due = begin(seconds); });" +
  'const isOver = () => performance.now() / 1000 > due.time && spent() > due.work;' +
  "setInterval(() => (isOver() || isAlone()) && process.kill(process.pid, 'SIGKILL'), 100);";
const watcher = new Worker(watch, { eval: true, workerData: process.ppid });
watcher.unref();
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
  // What waits is over by the clock, once nothing has come meanwhile; what computes, by how much it has computed.
  watcher.postMessage(message.seconds);
  const waiting = setTimeout(() => setImmediate(() => reply ?? end()), message.seconds * 1000);
  try {
    if (message.load !== undefined) reply = await load(message.load);
    else reply = resultOf(await check(message.answer, JSON.parse(message.row)));
  } catch (error) {
    reply = thrown(error);
  }
  clearTimeout(waiting);
  watcher.postMessage(Infinity);
  if (process.connected) send(reply);
});
process.on('uncaughtException', (error) => send({ ...thrown(error), crashed: true }, () => process.exit(1)));
process.on('disconnect', () => process.exit(0));
`;
