import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openJudge } from '../../../../../src/metrics/judge';
import { importPromptfoo } from '../../../../../src/template/import/promptfoo/importPromptfoo';
import type { Imported } from '../../../../../src/template/import/imported';
import { writtenMetrics } from '../../../../../src/template/metrics/writtenMetrics';
import { readTemplate } from '../../../../../src/template/read/template';
import { temporaryFolder } from '../../../../support/comparison/comparisons';
import { around, checked, rowsOf } from '../../../../support/imports/imports';

/** Two tests with answers of their own, all held to the same. @param own further assertions of the first test */
function withAsserts(common: readonly object[], own: readonly object[] = [], type = 'equals'): Imported {
  const configuration = {
    prompts: ['Say {{x}}.'],
    defaultTest: { assert: common },
    tests: ['The long answer', 'Some other answer'].map((answer, row) => ({
      vars: { x: String(row) },
      assert: [{ type, value: answer }, ...(row === 0 ? own : [])],
    })),
  };
  return importPromptfoo(JSON.stringify(configuration), { name: 'x', ...around('promptfoo') });
}

const settingsOf = ({ files }: Imported) => readTemplate(files[0]!.text, 'x.prompt').template!.written.metrics ?? [];

const metricsOf = (imported: Imported): string =>
  settingsOf(imported).length === 0 ? 'none' : writtenMetrics(settingsOf(imported));

describe('the metrics of promptfoo assertions', () => {
  it.each([
    ['equals', 'none'],
    ['contains', 'contains'],
    ['icontains', '{ contains: { ignoreCase: true } }'],
    ['starts-with', 'startsWith'],
    ['levenshtein', 'levenshtein'],
    ['rouge-n', 'rouge1'],
    ['bleu', 'bleu'],
  ])('judge answers as "%s" does', (type, metrics) => {
    const made = withAsserts([], [], type);
    expect(rowsOf(made).map(({ answer }) => answer)).toEqual(['The long answer', 'Some other answer']);
    expect(metricsOf(made)).toBe(metrics);
    expect(made.notCarried.filter((note) => !note.startsWith(`The limit of "${type}", `))).toEqual([]);
    checked(made);
  });

  it.each([
    [{ type: 'regex', value: '^[A-Z]' }, '{ regex: { pattern: "^[A-Z]" } }'],
    [{ type: 'not-regex', value: '\\d' }, '{ regex: { pattern: "\\\\d", not: true } }'],
    [{ type: 'contains', value: 'a, b' }, '{ contains: { texts: ["a, b"] } }'],
    [{ type: 'not-icontains', value: 'AI' }, '{ contains: { texts: ["AI"], ignoreCase: true, not: true } }'],
    [{ type: 'contains-all', value: ['a', 'b'] }, '{ contains: { texts: ["a","b"] } }'],
    [{ type: 'contains-any', value: 'a, b' }, '{ contains: { texts: ["a","b"], need: "any" } }'],
    [{ type: 'icontains-any', value: ['a'] }, '{ contains: { texts: ["a"], need: "any", ignoreCase: true } }'],
    [{ type: 'starts-with', value: 'Dear' }, '{ startsWith: { texts: ["Dear"] } }'],
    [{ type: 'is-json' }, '{ json: { measure: "parses", reading: "strict" } }'],
    [{ type: 'contains-json' }, '{ json: { measure: "parses" } }'],
    [{ type: 'not-contains-json' }, '{ json: { measure: "parses", not: true } }'],
    [{ type: 'word-count', value: 3 }, '{ length: { min: 3, max: 3 } }'],
    [{ type: 'word-count', value: { max: 9 } }, '{ length: { max: 9 } }'],
  ])('hold every row to %j', (assertion, metric) => {
    const made = withAsserts([assertion]);
    expect([metricsOf(made), made.notCarried]).toEqual([`[exact, ${metric}]`, []]);
    checked(made);
  });

  // The limits of promptfoo where none is written; of a distance it takes 0 for none.
  it.each([
    [{ type: 'levenshtein' }, 'a distance of at most 5'],
    [{ type: 'levenshtein', threshold: 0 }, 'a distance of at most 5'],
    [{ type: 'rouge-n', threshold: 0 }, 'a score of at least 0'],
    [{ type: 'rouge-l' }, 'a score of at least 0.75'],
    [{ type: 'bleu' }, 'a score of at least 0.5'],
    [{ type: 'javascript', value: 'output.length', threshold: 0.8 }, 'a score of at least 0.8'],
  ])('give scores, and name the limit that %j has there', (assertion, limit) => {
    const tests = [
      {
        vars: { x: 'a' },
        threshold: 0.5,
        assert: [
          { type: 'equals', value: 'yes' },
          { value: 'yes', ...assertion },
        ],
      },
    ];
    const made = importPromptfoo(JSON.stringify({ prompts: ['{{x}}'], tests }), { name: 'x', ...around('promptfoo') });
    expect(made.notCarried).toEqual([
      '"threshold" of tests, a score of at least 0.5 over all assertions of a test: each metric stands by itself.',
      `The limit of "${assertion.type}", ${limit}: metrics give scores, and pass no answer.`,
    ]);
  });

  it('measure the answer in more than one way where all tests do', () => {
    const tests = ['one', 'two'].map((x) => ({
      vars: { x },
      assert: [
        { type: 'equals', value: `${x} answers` },
        { type: 'rouge-n', value: '{{x}} answers' },
        { type: 'levenshtein', value: `${x} answers`, threshold: 3 },
      ],
    }));
    const made = importPromptfoo(JSON.stringify({ prompts: ['{{x}}'], tests }), { name: 'x', ...around('promptfoo') });
    expect(metricsOf(made)).toBe('[exact, rouge1, levenshtein]');
    expect(made.notCarried).toEqual([
      'The limit of "rouge-n", a score of at least 0.75: metrics give scores, and pass no answer.',
      'The limit of "levenshtein", a distance of at most 3: metrics give scores, and pass no answer.',
    ]);
  });

  it.each([
    [{ type: 'llm-rubric', value: 'is kind' }, 'Assertions of type "llm-rubric".'],
    [{ type: 'not-model-graded-closedqa', value: 'x' }, 'Assertions of type "not-model-graded-closedqa".'],
    [{ type: 'similar', value: 'x' }, 'Assertions of type "similar".'],
    [{ type: 'python', value: 'x' }, 'Assertions of type "python".'],
    [{ type: 'latency', threshold: 5 }, 'Assertions of type "latency".'],
    [{ type: 'no-such-type' }, 'Assertions of type "no-such-type".'],
    [{ type: 'not-equals', value: 'x' }, 'Assertions of type "not-equals", since a row has one answer.'],
    [{ type: 'rouge-n', value: 'another' }, 'Assertions of type "rouge-n", since a row has one answer.'],
    [{ type: 'regex', value: '^{{x}}' }, 'Assertions of type "regex", since it asks for a row\'s own value.'],
    [
      { type: 'regex', value: '(' },
      'Assertions of type "regex", since: Invalid regular expression: /(/: Unterminated group.',
    ],
    [{ type: 'not-javascript', value: 'true' }, 'Assertions of type "not-javascript", since a check has no contrary.'],
    [{ type: 'javascript', value: 'file://a.ts' }, 'Assertions of type "javascript", since its file is no JavaScript.'],
    [
      { type: 'javascript', value: 'output == "{{x}}"' },
      'Assertions of type "javascript", since Nunjucks fills in its code.',
    ],
    [{ type: 'word-count', value: 'few' }, 'Assertions of type "word-count", since it has no number of words.'],
  ])('leave out by name what has no counterpart: %j', (assertion, note) => {
    const made = withAsserts([assertion]);
    expect([metricsOf(made), made.notCarried]).toEqual(['none', [note]]);
  });

  it('carry JSON without its schema, and say where that belongs', () => {
    const made = withAsserts([{ type: 'is-json', value: { type: 'object' } }]);
    expect(metricsOf(made)).toBe('[exact, { json: { measure: "parses", reading: "strict" } }]');
    expect(made.notCarried).toEqual(['The schema of "is-json": write it under output.schema, and json: valid.']);
  });

  it('are not those of single rows, which are listed', () => {
    const made = withAsserts([], [{ type: 'regex', value: 'a' }]);
    expect([metricsOf(made), made.notCarried]).toEqual([
      'none',
      ['Assertions of type "regex" of 1 of 2 rows: a metric judges every row.'],
    ]);
  });

  it('have a name each where a type is used twice', () => {
    const made = withAsserts([
      { type: 'regex', value: 'a' },
      { type: 'regex', value: 'b' },
    ]);
    expect(settingsOf(made).map(({ name }) => name)).toEqual(['exact', 'regex', 'regex2']);
  });

  it('leave a choice among labels to be right or wrong', () => {
    const tests = ['yes', 'no', 'yes', 'no'].map((value, row) => ({
      vars: { x: String(row) },
      assert: [{ type: 'icontains', value }],
    }));
    const made = importPromptfoo(JSON.stringify({ prompts: ['{{x}}'], tests }), { name: 'x', ...around('promptfoo') });
    expect(made.files[0]!.text).toContain('(enum)');
    expect(metricsOf(made)).toBe('none');
  });
});

describe('the checks of promptfoo', () => {
  /** What a check scores that is made of an assertion, for answers of one row. */
  async function scores(value: string, answers: readonly string[], files: Readonly<Record<string, string>> = {}) {
    const made = withAsserts([{ type: 'javascript', value }]);
    expect(made.notCarried).toEqual([]);
    expect(metricsOf(made)).toBe('[exact, { javascript: { file: "checks/x.mjs" } }]');
    const folder = await temporaryFolder();
    const written = { ...Object.fromEntries(made.files.map(({ path, text }) => [path, text])), ...files };
    for (const [path, text] of Object.entries(written)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    }
    const judge = await openJudge(settingsOf(made).slice(1), { folder });
    const judged = await judge.judge(answers.map((answer) => ({ answer, references: [], row: { x: '7' } })));
    await judge.close();
    return judged.map(([score]) => (score && 'value' in score ? [score.value, score.reason] : score));
  }

  it('run as they stood there: an expression, a body, another file', async () => {
    expect(await scores('output.length > 3;', ['four', 'two'])).toEqual([
      [1, undefined],
      [0, undefined],
    ]);
    const body = 'const wanted = context.vars.x;\nreturn { pass: output === wanted, score: 0.5, reason: wanted };';
    expect(await scores(body, ['7'])).toEqual([[0.5, '7']]);
    expect(
      await scores('file://asserts/a.js', ['7'], { 'asserts/a.js': 'module.exports = (o, c) => o === c.vars.x;' }),
    ).toEqual([[1, undefined]]);
    const named = { 'a.mjs': 'export const graded = async (output) => ({ pass: output === "7" });' };
    expect(await scores('file://./a.mjs:graded', ['7', '8'], named)).toEqual([
      [1, undefined],
      [0, undefined],
    ]);
  });
});
