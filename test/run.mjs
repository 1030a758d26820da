// `npm test`: every ring, from the types to the real editor, four at a time. Ends with the sum of all tests.
// `npm test -- unit cli` runs those alone, after what they need.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { constants, cpus, setPriority } from 'node:os';
import { createInterface } from 'node:readline';
import { failedInLines, failedInReport } from './support/running/failedTests.mjs';

const results = 'out/results';
const verdict = /^(\d+) passed, (\d+) failed$/;
/** Rings at work at once: each keeps about a core busy and waits for processes and pages in between. */
const abreast = 4;
/** One editor does one thing after another and waits a lot: the others take the cores whenever it leaves them. */
const goesFirst = new Set(['build', 'package', 'vscode']);

const npm = (name, script, after = []) => ({ name, command: ['npm', 'run', '--silent', script], after });
const node = (name, file, after = [], report = undefined) => ({
  name,
  command: ['node', ...file.split(' ')],
  after,
  report,
});
const vitest = (name, config, after = []) => {
  const report = `${results}/${name}.json`;
  const reporters = ['--reporter=dot', '--reporter=json', `--outputFile.json=${report}`];
  return {
    name,
    command: ['node', 'node_modules/vitest/vitest.mjs', 'run', '--config', config, ...reporters],
    report,
    after,
  };
};

/**
 * In the order in which they begin: what takes longest first, and what is short in between. The window comes after the
 * package, since both install VS Code where it is missing.
 */
const rings = [
  npm('build', 'build'),
  vitest('unit', 'test/vitest.config.mts'),
  node('package', 'test/package/run.mjs --built', ['build']),
  node('vscode', 'test/vscode/runBrowser.mjs', ['package']),
  vitest('cli', 'test/cli/vitest.config.mts', ['build']),
  node('peft', 'test/peft/run.mjs', [], `${results}/peft.json`),
  node('slurm', 'test/slurm/run.mjs', ['build'], `${results}/slurm.json`),
  vitest('webview', 'test/webview/vitest.config.mts', ['build']),
  npm('lint', 'lint'),
  npm('types', 'check-types'),
];

/** Runs a ring and keeps what it prints, without its own verdict. */
async function runRing({ name, command: [program, ...args], report }) {
  if (report) rmSync(report, { force: true });
  const begun = Date.now();
  const printed = [];
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32',
    env: { ...process.env, PROMPT_TUNER_FEW_PICTURES: '1' },
  });
  if (child.pid !== undefined && !goesFirst.has(name)) setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL);
  const closed = [child.stdout, child.stderr].map((stream) => {
    const lines = createInterface({ input: stream });
    lines.on('line', (line) => printed.push(line));
    return new Promise((resolve) => lines.on('close', resolve));
  });
  const ended = new Promise((resolve) => child.on('error', () => resolve(127)).on('close', resolve));
  const [code] = await Promise.all([ended, ...closed]);
  const written = report && existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : undefined;
  const counts = written ? countsOf(written) : countsIn(printed);
  // A ring that counts nothing is one check; one that fails outside its tests has failed all the same.
  const passed = counts?.passed ?? (code === 0 ? 1 : 0);
  const failed = Math.max(counts?.failed ?? 0, code === 0 ? 0 : 1);
  const named = written ? failedInReport(written) : [];
  return {
    name,
    passed,
    failed,
    failures: failed === 0 || named.length > 0 ? named : failedInLines(printed),
    skipped: counts?.skipped ?? 0,
    reason: printed.find((line) => line.startsWith('skipped: ')),
    seconds: (Date.now() - begun) / 1000,
    printed: printed.filter((line) => !verdict.test(line.trim())),
  };
}

function countsIn(lines) {
  const said = lines.map((line) => verdict.exec(line.trim())).findLast(Boolean);
  return said && { passed: Number(said[1]), failed: Number(said[2]) };
}

function countsOf({ numPassedTests, numFailedTests, numPendingTests }) {
  return { passed: numPassedTests, failed: numFailedTests, skipped: numPendingTests };
}

/** The rings that are asked for and those that they come after; all where none is named. */
function chosenRings(names) {
  const needed = new Set(names);
  // A ring stands behind those that it comes after, so one way through the list backwards finds them all.
  for (const ring of rings.toReversed()) if (needed.has(ring.name)) ring.after.forEach((name) => needed.add(name));
  return names.length === 0 ? rings : rings.filter(({ name }) => needed.has(name));
}

/** Runs the rings side by side, each after those that it needs, and prints each as a whole when it is through. */
async function runRings(chosen) {
  const waiting = [...chosen];
  const running = new Set();
  const outcomes = new Map();
  const begin = (ring) => {
    console.log(`… ${ring.name} begins`);
    const work = runRing(ring).then((outcome) => {
      running.delete(work);
      outcomes.set(ring.name, outcome);
      print(ring, outcome);
    });
    running.add(work);
  };
  do {
    while (running.size < abreast) {
      const next = waiting.findIndex(({ after }) => after.every((name) => outcomes.has(name)));
      if (next < 0) break;
      begin(...waiting.splice(next, 1));
    }
    await Promise.race(running);
  } while (running.size > 0 || waiting.length > 0);
  return chosen.map(({ name }) => outcomes.get(name));
}

function print({ name, command }, { printed, seconds }) {
  console.log(`\n— ${name}, ${duration(seconds)}: ${command.join(' ')}`);
  for (const line of printed) console.log(line);
}

function duration(seconds) {
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** Milliseconds that the cores have worked, and all of them. */
function coreTimes() {
  const times = cpus().map(({ times: { idle, ...busy } }) => ({ idle, busy: Object.values(busy) }));
  const busy = times.flatMap((core) => core.busy).reduce((sum, time) => sum + time, 0);
  return { busy, all: busy + times.reduce((sum, { idle }) => sum + idle, 0) };
}

mkdirSync(results, { recursive: true });
const before = coreTimes();
const begun = Date.now();
const outcomes = await runRings(chosenRings(process.argv.slice(2)));

const after = coreTimes();
const busy = Math.round((100 * (after.busy - before.busy)) / (after.all - before.all));
console.log(`\nRings, ${duration((Date.now() - begun) / 1000)} together, the cores busy for ${busy} % of it`);
for (const { name, passed, failed, skipped, reason, seconds } of outcomes) {
  if (passed + failed === 0 && reason) console.log(`– ${name} ${reason}`);
  else {
    const left = skipped ? ` (${skipped} skipped)` : '';
    console.log(`${failed ? '✗' : '✓'} ${name}: ${passed} of ${passed + failed}${left}, ${duration(seconds)}`);
  }
}
// Logs are cut to their last lines: what failed stands there by name.
for (const { name, failures } of outcomes) {
  for (const { test, reason } of failures) console.log(`✗ ${name}: ${test}\n    ${reason}`);
}
const sum = (field) => outcomes.reduce((total, outcome) => total + outcome[field], 0);
console.log(`${sum('passed')} passed, ${sum('failed')} failed`);
process.exitCode = sum('failed') > 0 ? 1 : 0;
