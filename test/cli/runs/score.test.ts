import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { json, run, workspace } from '../../support/runs/runCli';

const template = `---
model: ./no-model-here
input: { schema: { x: string } }
output: { schema: { answer: string } }
tune.data: { test: rows.jsonl }
tune.metrics: [contains, f1]
---
Say {{x}}: {{answer}}
`;
const rows = [
  { x: 'one', answer: ['a', 'b'] },
  { x: 'two', answer: 'c' },
];
const files = {
  'a.prompt': template,
  'rows.jsonl': rows.map((row) => `${JSON.stringify(row)}\n`).join(''),
  'answers.csv': 'x;prediction\r\ntwo;\r\none;"it is b"\r\n',
};

interface Scored {
  readonly metrics: Readonly<Record<string, { readonly value: number; readonly interval: readonly number[] }>>;
  readonly rows: readonly { readonly predicted: string; readonly scores: Readonly<Record<string, number>> }[];
  readonly run?: string;
}

interface Bad {
  readonly metrics?: string;
  readonly config?: string;
  readonly output?: string;
  readonly rows?: string;
}

describe('score', () => {
  it('measures a file of answers without a model, and prints metrics and rows', async () => {
    const folder = await workspace(files);
    const {
      metrics,
      rows: scored,
      run: kept,
    } = await json<Scored>(folder, ...['score', 'a.prompt', '--predictions', 'answers.csv']);
    expect(Object.keys(metrics)).toEqual(['contains', 'f1']);
    expect(metrics.contains).toMatchObject({ value: 0.5, interval: [expect.any(Number), expect.any(Number)] });
    expect(scored.map(({ predicted }) => predicted)).toEqual(['it is b', '']);
    // "it is b" against "b": 2 * 1 / (3 + 1).
    expect(scored.map(({ scores }) => scores)).toEqual([
      { contains: 1, f1: 0.5 },
      { contains: 0, f1: 0 },
    ]);
    expect(kept).toBeUndefined();
  });

  it('keeps answers with a name, which runs and reports show as not produced here', async () => {
    const folder = await workspace(files);
    const { run: id } = await json<Scored>(
      folder,
      ...['score', 'a.prompt', '--predictions', 'answers.csv', '--name', 'people'],
    );
    expect((await run(folder, 'runs', 'list')).out).toMatch(/answers, not produced here +contains 0\.500 .* people/);
    expect((await run(folder, 'report', id!, '--format', 'markdown')).out).toContain('people (not produced here)');
    await run(folder, 'report', id!, '--to', 'report.html');
    const report = await readFile(join(folder, 'report.html'), 'utf8');
    expect(report).toContain('people (not produced here)');
    expect(report).toContain('prompt-tuner score a.prompt');
    expect(report).not.toContain('NaN');
    const refused = await run(folder, 'evaluate', 'a.prompt', '--run', id!);
    expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('[not-produced-here]') as string });
    expect((await run(folder, 'runs', 'delete', id!)).out).toContain('Deleted');
  });

  it('refuses what does not fit with the line of it', async () => {
    const folder = await workspace(files);
    await writeFile(join(folder, 'answers.csv'), 'x;prediction\r\ntwo;c\r\nthree;d\r\n');
    const { code, err } = await run(folder, 'score', 'a.prompt', '--predictions', 'answers.csv');
    expect(code).toBe(1);
    expect(err.trim().split('\n')).toHaveLength(1);
    expect(err).toMatch(/answers\.csv:3: 1 answer of the file is to no row of test: line 3/);
  });

  it.each([
    [
      'an unknown metric',
      { metrics: 'rouge9' },
      /^a\.prompt:\d+:\d+: There is no metric "rouge9".* \[invalid-value\]$/,
    ],
    [
      'an invalid pattern',
      { metrics: "[{ regex: '(' }]" },
      /^a\.prompt:\d+:\d+: regex\.pattern cannot be read.*invalid-value\]$/,
    ],
    [
      'a stop sequence that is empty',
      { config: '{ stopSequences: [""] }' },
      /^a\.prompt:\d+:\d+: config\.stopSequences/,
    ],
    ['a temperature below 0', { config: '{ temperature: -1 }' }, /^a\.prompt:\d+:\d+: config\.temperature/],
    [
      'a schema that is none',
      {
        metrics: '{ json: valid }',
        output: '{ format: json, schema: { type: object, properties: { answer: { type: strnig } } } }',
      },
      /^a\.prompt:\d+:\d+: Answers .* because properties\.answer\.type is "strnig" and must be one of .*\]$/,
    ],
    [
      'a row without the answer that a metric needs',
      { rows: '{"x":"one","answer":"a"}\n{"x":"two"}\n' },
      /^\S*rows\.jsonl:2: The column "answer" is empty\. .*\[answer-empty\]$/,
    ],
    ['a check that cannot be loaded', { metrics: '{ javascript: syntax.mjs }' }, /syntax\.mjs:1.* \[check-broken\]$/],
  ] as const)(
    'says %s in one sentence',
    async (_, { metrics = 'f1', config = '{}', output, rows: written }: Bad, says) => {
      const bad = template.replace('[contains, f1]', `${metrics}\nconfig: ${config}`);
      const told = output === undefined ? bad : bad.replace('{ schema: { answer: string } }', output);
      const folder = await workspace({
        ...files,
        ...(written !== undefined && { 'rows.jsonl': written }),
        'a.prompt': told,
        'syntax.mjs': 'export default (a => ;',
      });
      const { code, err } = await run(folder, 'score', 'a.prompt', '--predictions', 'answers.csv');
      expect(code).toBe(1);
      expect(err.trim().split('\n')).toHaveLength(1);
      expect(err.trim()).toMatch(says);
    },
  );

  it('loses no answer to a check that throws, loops or returns nonsense, nor to an answer of any length', async () => {
    const check = `export default (answer, { x }) => {
      if (x === 'two') {
        if (answer === 'throw') throw new Error('no two');
        if (answer === 'loop') for (;;);
        return 'yes';
      }
      return true;
    };`;
    const bad = template.replace('[contains, f1]', '[f1, { javascript: { file: c.mjs, timeLimit: 0.5 } }]');
    const folder = await workspace({ ...files, 'a.prompt': bad, 'c.mjs': check });
    for (const [answer, reason] of [
      ['throw', 'threw Error: no two.'],
      ['loop', 'took longer than 0.5 s'],
      ['word '.repeat(100_000), 'returned "yes"'],
    ] as const) {
      await writeFile(join(folder, 'answers.csv'), `x;prediction\r\none;b\r\ntwo;${answer}\r\n`);
      const scored = await json<Scored>(folder, 'score', 'a.prompt', '--predictions', 'answers.csv');
      expect(scored.metrics.c).toMatchObject({ value: 1, failed: { rows: 1 } });
      expect(JSON.stringify(scored.metrics.c)).toContain(reason.replaceAll('"', '\\"'));
      expect(scored.rows).toHaveLength(2);
    }
  });
});
