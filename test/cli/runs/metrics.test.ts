import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lines } from '../../support/text/lines';
import { json, run, start, workspace } from '../../support/runs/runCli';
import { until } from '../../support/running/until.mjs';

const template = (metrics: string) =>
  lines(
    '---',
    'model: builtin',
    'input: { schema: { x: string } }',
    'output: { schema: { answer: string } }',
    'config: { maxOutputTokens: 4 }',
    'tune.data: { test: rows.jsonl }',
    `tune.metrics: ${metrics}`,
    '---',
    'Say {{x}}:{{answer}}',
  );

const rows = '{"x":"one","answer":["a","b"]}\n{"x":"two","answer":"c"}\n';

/** A workspace with a template in a folder of its own, and a check beside that folder. */
async function withCheck(metrics: string, check: string): Promise<string> {
  const folder = await workspace({});
  await mkdir(join(folder, 'prompts'));
  await writeFile(join(folder, 'prompts', 'rows.jsonl'), rows);
  await writeFile(join(folder, 'prompts', 'a.prompt'), template(metrics));
  await writeFile(join(folder, 'prompts', 'inner.mjs'), check);
  await writeFile(join(folder, 'outer.mjs'), check);
  return folder;
}

const evaluate = ['evaluate', 'prompts/a.prompt', '--method', 'hard'] as const;

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

interface Measured {
  readonly metrics: Readonly<Record<string, { readonly value: number }>>;
}

describe('metrics on the command line', () => {
  it('are measured as the template names them, and what a check does wrong loses no run', async () => {
    const check =
      'export default ({ length }, { x }) => { if (x === "two") throw new Error("not two"); return length > 0; }';
    const folder = await withCheck('[{ javascript: inner.mjs }, exact, length]', check);
    const { metrics } = await json<Measured>(folder, ...evaluate);
    expect(Object.keys(metrics)).toEqual(['inner', 'exact', 'length']);
    expect(metrics.inner!.value).toBe(1);
    expect(JSON.stringify(metrics.inner)).toContain('inner.mjs:1:');
    expect(JSON.stringify(metrics.inner)).toContain('threw Error: not two.');
  });

  it('run no check from outside the folder of the template, unless that is allowed', async () => {
    const folder = await withCheck('{ javascript: ../outer.mjs }', 'export default () => true;');
    const refused = await run(folder, ...evaluate);
    expect(refused.code).toBe(1);
    expect(refused.err).toContain('The check lies outside the folder of the template.');
    expect(refused.err).toContain('--outside-checks');
    const { metrics } = await json<Measured>(folder, ...evaluate, '--outside-checks');
    expect(metrics.outer!.value).toBe(1);
  });

  it('leave no check behind that loops when the program is killed', async () => {
    const check = lines(
      'import { writeFileSync } from "node:fs";',
      'export default () => { writeFileSync("pid", String(process.pid)); for (;;); };',
    );
    const folder = await withCheck('{ javascript: { file: inner.mjs, timeLimit: 1000 } }', check);
    const { child, ended } = start(folder, evaluate);
    const pid = await until('the check at work', async () =>
      Number(await readFile(join(folder, 'prompts', 'pid'), 'utf8').catch(() => 0)),
    );
    child.kill('SIGKILL');
    await ended;
    await until('the end of the check', () => !isAlive(pid));
  });

  it('stop before anything is measured where a check cannot be loaded, with its line', async () => {
    const folder = await withCheck('{ javascript: inner.mjs }', 'const a = 1;\nexport default () => +* a;\n');
    const { code, err } = await run(folder, ...evaluate);
    expect(code).toBe(1);
    expect(err).toMatch(/inner\.mjs:2(:\d+)?: The check cannot be loaded: SyntaxError: .* \[check-broken\]/);
  });

  it('stop a training before its first step where a check cannot be loaded', async () => {
    const folder = await withCheck('{ javascript: inner.mjs }', 'export default 1 +;');
    const file = join(folder, 'prompts', 'a.prompt');
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace('test: rows.jsonl', 'train: rows.jsonl, test: rows.jsonl'));
    const { code, err } = await run(folder, 'train', 'prompts/a.prompt', '--method', 'soft');
    expect(code).toBe(1);
    expect(err).toContain('The check cannot be loaded');
    expect(err).not.toMatch(/rate 1 of|Step \d/);
  });

  it.each([
    ['[exact, rogue1]', 'There is no metric "rogue1"; did you mean "rouge1"?'],
    ['[{ regex: "(" }]', 'regex.pattern cannot be read: Invalid regular expression: /(/: Unterminated group.'],
    ['[exact, exact]', 'tune.metrics names "exact" twice'],
    ['[{ number: { absolute: -1 } }]', 'number.absolute must be a number, at least 0, not -1.'],
  ])('are refused where they stand: %s', async (metrics, sentence) => {
    const folder = await withCheck(metrics, '');
    const checked = await run(folder, 'check', 'prompts/a.prompt');
    expect([checked.code, checked.out]).toEqual([1, expect.stringMatching(/a\.prompt:7:\d+: error: /)]);
    expect(checked.out).toContain(sentence);
    const measured = await run(folder, ...evaluate);
    expect(measured.code).toBe(1);
    expect(measured.err).toContain(sentence);
  });

  it('outrank those of the template by --set, as one list', async () => {
    const folder = await withCheck('exact', '');
    const { metrics } = await json<Measured>(folder, ...evaluate, '--set', 'tune.metrics=[f1, chrf]');
    expect(Object.keys(metrics)).toEqual(['f1', 'chrf']);
  });
});
