// Carries out commands of the built program one after another, for tests that ask what a command says and leaves, and
// not how its process begins and ends: that costs ten times what most commands do. Each command has modules of its own,
// evaluated anew from code that is compiled once, so that none finds what another has kept; but graphs that the runtime
// has prepared are prepared for all. Requests are lines of JSON at descriptor 3; what a command prints goes where it
// always goes, with the mark of its request behind it.
const Module = require('node:module');
const { Socket } = require('node:net');
const { dirname, sep } = require('node:path');
const { createInterface } = require('node:readline');
const { Script } = require('node:vm');

const program = process.argv[2];
const ours = dirname(program) + sep;
const scripts = new Map();
const compileOthers = Module.prototype._compile;

function scriptOf(path, text) {
  if (!scripts.has(path)) scripts.set(path, new Script(Module.wrap(text.replace(/^#!.*/, '')), { filename: path }));
  return scripts.get(path);
}

Module.prototype._compile = function compile(text, path) {
  if (!path.startsWith(ours)) return compileOthers.call(this, text, path);
  const evaluate = scriptOf(path, text).runInThisContext();
  return evaluate.call(this.exports, this.exports, (name) => required(this, name), this, path, dirname(path));
};

function required(module, name) {
  if (name === 'onnxruntime-node') require('./preparedSessions.cjs');
  return module.require(name);
}

function forgetModules() {
  for (const path of Object.keys(require.cache)) if (path.startsWith(ours)) Reflect.deleteProperty(require.cache, path);
}

/** Whatever a command may leave a listener at. */
const emitters = [process, process.stdout, process.stderr];
const listenersOf = (emitter) =>
  emitter.eventNames().flatMap((event) => emitter.rawListeners(event).map((listener) => ({ event, listener })));

/** Does what the end of a process does to the listeners that it has come to. */
function endListeners(before, code) {
  for (const [at, emitter] of emitters.entries())
    for (const { event, listener } of listenersOf(emitter)) {
      if (before[at].has(listener)) continue;
      emitter.removeListener(event, listener.listener ?? listener);
      if (emitter === process && event === 'exit') listener.call(process, code);
    }
}

/** How much there is that keeps a process alive. */
const tasks = () => process.getActiveResourcesInfo().length;

async function carryOut({ folder, args, environment }) {
  for (const name of Object.keys(process.env)) if (!(name in environment)) Reflect.deleteProperty(process.env, name);
  Object.assign(process.env, environment);
  process.chdir(folder);
  process.argv = [process.execPath, program, ...args];
  const listeners = emitters.map((emitter) => new Set(listenersOf(emitter).map(({ listener }) => listener)));
  const idle = tasks();
  await require(program).ended;
  // A process of its own would end no sooner.
  while (tasks() > idle) await new Promise((resolve) => setTimeout(resolve, 1));
  const code = process.exitCode ?? 0;
  process.exitCode = undefined;
  endListeners(listeners, code);
  forgetModules();
  // The folder may go.
  process.chdir('/');
  return code;
}

async function answer() {
  // Open before anything is counted.
  for (const stream of [process.stdout, process.stderr]) stream.write('');
  for await (const line of createInterface({ input: new Socket({ fd: 3 }) })) {
    const request = JSON.parse(line);
    const mark = `\0${request.id} ${await carryOut(request)}\n`;
    process.stdout.write(mark);
    process.stderr.write(mark);
  }
}

void answer();
