// `npm test`: every ring, from the types inwards to the real editor. Ends with the sum of all tests.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { createInterface } from 'node:readline';

const results = 'out/results';
const verdict = /^(\d+) passed, (\d+) failed$/;
const vitest = (name, config) => ({
  name,
  command: [
    'node',
    'node_modules/vitest/vitest.mjs',
    'run',
    '--config',
    config,
    '--reporter=dot',
    '--reporter=json',
    `--outputFile.json=${results}/${name}.json`,
  ],
  report: `${results}/${name}.json`,
});

const rings = [
  { name: 'types', command: ['npm', 'run', '--silent', 'check-types'] },
  { name: 'lint', command: ['npm', 'run', '--silent', 'lint'] },
  { name: 'build', command: ['npm', 'run', '--silent', 'build'] },
  vitest('unit', 'test/vitest.config.mts'),
  vitest('cli', 'test/cli/vitest.config.mts'),
  { name: 'peft', command: ['node', 'test/peft/run.mjs'] },
  vitest('webview', 'test/webview/vitest.config.mts'),
  { name: 'package', command: ['node', 'test/package/run.mjs'] },
  { name: 'vscode', command: ['node', 'test/vscode/runBrowser.mjs'] },
];

/** Runs a ring and shows its output as it comes, without its own verdict. */
async function runRing({ name, command: [program, ...args], report }) {
  console.log(`\n— ${name}: ${[program, ...args].join(' ')}`);
  if (report) rmSync(report, { force: true });
  let said;
  let reason;
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'], shell: process.platform === 'win32' });
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => {
    const match = verdict.exec(line.trim());
    reason ??= /^skipped: .*/.exec(line)?.[0];
    if (match) said = { passed: Number(match[1]), failed: Number(match[2]) };
    else console.log(line);
  });
  const ended = new Promise((resolve) => child.on('error', () => resolve(127)).on('close', resolve));
  const [code] = await Promise.all([ended, new Promise((resolve) => lines.on('close', resolve))]);
  const counts = report ? readReport(report) : said;
  // A ring that counts nothing is one check; one that fails outside its tests has failed all the same.
  const passed = counts?.passed ?? (code === 0 ? 1 : 0);
  const failed = Math.max(counts?.failed ?? 0, code === 0 ? 0 : 1);
  return { name, passed, failed, skipped: counts?.skipped ?? 0, reason };
}

function readReport(path) {
  if (!existsSync(path)) return undefined;
  const { numPassedTests, numFailedTests, numPendingTests } = JSON.parse(readFileSync(path, 'utf8'));
  return { passed: numPassedTests, failed: numFailedTests, skipped: numPendingTests };
}

mkdirSync(results, { recursive: true });
const outcomes = [];
for (const ring of rings) outcomes.push(await runRing(ring));

console.log('\nRings');
for (const { name, passed, failed, skipped, reason } of outcomes) {
  if (passed + failed === 0 && reason) console.log(`– ${name} ${reason}`);
  else
    console.log(
      `${failed ? '✗' : '✓'} ${name}: ${passed} of ${passed + failed}${skipped ? ` (${skipped} skipped)` : ''}`,
    );
}
const sum = (field) => outcomes.reduce((total, outcome) => total + outcome[field], 0);
console.log(`${sum('passed')} passed, ${sum('failed')} failed`);
process.exitCode = sum('failed') > 0 ? 1 : 0;
