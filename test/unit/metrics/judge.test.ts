import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { allowModelFolders, confineReading } from '../../../src/fileAccess';
import { openJudge, type Judge } from '../../../src/metrics/judge';
import type { MetricOptions, MetricSetting } from '../../../src/metrics/metricSetting';
import { temporaryFolder } from '../../support/comparison/comparisons';

const opened: Judge[] = [];

/** Opens a check of this text. */
async function check(text: string, options: Partial<MetricOptions['javascript']> = {}, name = 'checks/polite.mjs') {
  const folder = await temporaryFolder();
  await mkdir(dirname(join(folder, name)), { recursive: true });
  await writeFile(join(folder, name), text);
  const judge = await openJudge([{ kind: 'javascript', name: 'polite', file: name, ...options }], { folder });
  opened.push(judge);
  return { folder, judge, file: join(folder, name) };
}

/** What a check of this text says of some answers, one after the other. */
async function scores(text: string, answers: readonly unknown[], options?: Partial<MetricOptions['javascript']>) {
  const { judge } = await check(text, options);
  const judged = await judge.judge(
    answers.map((answer) => ({ answer: String(answer), references: [], row: { answer } })),
  );
  return judged.map(([score]) => score);
}

const failure = (text: string, name?: string) =>
  check(text, {}, name).then(
    () => undefined,
    (error: unknown) => error,
  );

afterEach(async () => {
  for (const judge of opened.splice(0)) await judge.close();
  allowModelFolders(true);
});

describe('a JavaScript check', () => {
  it('is a function of the answer and the row, of true and false, a number, or a score with its reason', async () => {
    const text = 'export default (answer, row) => row.answer;';
    expect(await scores(text, [true, false, 0.25, { score: true, reason: 'please' }, { score: 0 }])).toEqual([
      { value: 1, counts: [1, 1] },
      { value: 0, counts: [0, 1] },
      { value: 0.25, counts: [0.25, 1] },
      { value: 1, counts: [1, 1], reason: 'please' },
      { value: 0, counts: [0, 1] },
    ]);
    expect(await scores('export default async (answer) => answer.includes("please");', ['yes please', 'no'])).toEqual([
      { value: 1, counts: [1, 1] },
      { value: 0, counts: [0, 1] },
    ]);
  });

  it.each([
    ['checks/a.cjs', 'module.exports = (answer) => answer === "a";'],
    ['a.cjs', 'exports.default = (answer) => answer === "a";'],
    ['a.js', 'module.exports = { default: (answer) => answer === "a" };'],
    [
      'with space é.mjs',
      'import { ok } from "node:assert"; export default (answer) => { ok(answer); return answer === "a"; };',
    ],
  ])('may be a module of either kind: %s', async (name, text) => {
    const { judge } = await check(text, {}, name);
    expect(await judge.judge([{ answer: 'a', references: [], row: {} }])).toEqual([[{ value: 1, counts: [1, 1] }]]);
  });

  it('loses one row alone by what it does wrong, and says what and where', async () => {
    const text = `let calls = 0;
export default function polite(answer, row) {
  calls++;
  if (answer === 'throws') throw new TypeError('no such thing');
  if (answer === 'throws a text') throw 'just so';
  if (answer === 'within') row.missing.field;
  if (answer === 'exits') process.exit(3);
  if (answer === 'prints') console.log('{"score":1}', '\\n');
  if (answer === 'sends') process.send?.({ score: 1 });
  if (answer === 'crashes later') setTimeout(() => { throw new Error('later'); });
  if (answer === 'crashes later') return new Promise(() => {});
  if (answer === 'big') return 1n;
  if (answer === 'nothing') return;
  if (answer === 'nan') return NaN;
  if (answer === 'text') return 'yes';
  if (answer === 'reason') return { score: 1, reason: 7 };
  if (answer === 'function') return () => 1;
  if (answer === 'seven') return 7;
  return true;
}
`;
    const answers = [
      ...['fine', 'throws', 'throws a text', 'within', 'exits', 'fine', 'prints', 'sends', 'crashes later', 'big'],
      ...['nothing', 'nan', 'text', 'reason', 'function', 'seven', 'fine'],
    ];
    const nonsense = (returned: string) => ({
      error: `checks/polite.mjs returned ${returned}, which is neither true, false, a number nor { score, reason }.`,
    });
    const fine = { value: 1, counts: [1, 1] };
    expect(await scores(text, answers)).toEqual([
      fine,
      { error: 'checks/polite.mjs:4:34 threw TypeError: no such thing.' },
      { error: 'checks/polite.mjs threw "just so".' },
      { error: "checks/polite.mjs:6:40 threw TypeError: Cannot read properties of undefined (reading 'field')." },
      { error: 'checks/polite.mjs ended its process with code 3 instead of returning a score.' },
      fine,
      fine,
      fine,
      { error: 'checks/polite.mjs:10:60 threw Error: later.' },
      nonsense('1n'),
      nonsense('undefined'),
      nonsense('NaN'),
      nonsense('"yes"'),
      nonsense('{"score":1,"reason":7}'),
      nonsense('a function'),
      {
        error:
          'checks/polite.mjs returned 7, and scores are from 0 to 1; for others write ' +
          'javascript: { file: checks/polite.mjs, scale: count }.',
      },
      fine,
    ]);
  });

  it('may have scores beyond a share where it says so', async () => {
    const { judge } = await check('export default (answer) => -answer.length', { scale: 'count', better: 'lower' });
    expect(judge.metrics).toMatchObject([{ name: 'polite', scale: 'count', better: 'lower', binary: false }]);
    expect(await judge.judge([{ answer: 'four', references: [], row: {} }])).toEqual([
      [{ value: -4, counts: [-4, 1] }],
    ]);
  });

  it('is ended where it loops, and asked again for the next row', async () => {
    const text = 'export default (answer) => { while (answer === "loop"); return true; };';
    expect(await scores(text, ['loop', 'a'], { timeLimit: 3 })).toEqual([
      { error: 'checks/polite.mjs took longer than 3 s, and was ended.' },
      { value: 1, counts: [1, 1] },
    ]);
  });

  it('is given up where it loops again and again', async () => {
    const late = { error: 'checks/polite.mjs took longer than 0.1 s, and was ended.' };
    const givenUp = {
      error: 'checks/polite.mjs took longer than 0.1 s for 3 answers in turn, and is not asked again.',
    };
    const answers = Array(5).fill('a');
    expect(await scores('export default () => { for (;;); };', answers, { timeLimit: 0.1 })).toEqual([
      late,
      late,
      late,
      givenUp,
      givenUp,
    ]);
  });

  it('keeps its row to itself: what it changes of it is gone at the next', async () => {
    const { judge } = await check('export default (answer, row) => { row.n = (row.n ?? 0) + 1; return row.n === 1; };');
    const row = {};
    const rows = [1, 2].map(() => ({ answer: '', references: [], row }));
    expect(await judge.judge(rows)).toEqual(Array(2).fill([{ value: 1, counts: [1, 1] }]));
    expect(row).toEqual({});
  });

  it('answers many who ask at once, each its own', async () => {
    const { judge } = await check('export default (answer) => Number(answer) / 10;');
    const asked = [1, 2, 3, 4].map((n) => judge.judge([{ answer: String(n), references: [], row: {} }]));
    expect((await Promise.all(asked)).map(([row]) => row![0])).toMatchObject(
      [1, 2, 3, 4].map((n) => ({ value: n / 10 })),
    );
  });

  it.each([
    [
      'a.mjs',
      'const a = 1;\nexport default function () {\n  return a +* 2;\n}',
      "SyntaxError: Unexpected token '*'.",
      3,
    ],
    ['a.cjs', 'module.exports = () => {\n  return 1 +* 2;\n}', "SyntaxError: Unexpected token '*'.", 2],
    ['a.mjs', '\n\nnull.x;\nexport default () => 1;', "TypeError: Cannot read properties of null (reading 'x').", 3],
  ])(
    'that cannot be loaded is refused before anything is measured, with its line: %s',
    async (name, text, said, line) => {
      expect(await failure(text, name)).toMatchObject({
        code: 'check-broken',
        message: `The check cannot be loaded: ${said}`,
        location: { file: expect.stringContaining(name) as string, line },
      });
    },
  );

  it('says what else is wrong with its module', async () => {
    expect(await failure('import "./gone.mjs"; export default () => 1;')).toMatchObject({
      message: expect.stringContaining('Cannot find module') as string,
    });
    expect(await failure('export const polite = () => 1;')).toMatchObject({
      message: 'The check exports no function.',
    });
    expect(await failure('process.exit(0);')).toMatchObject({
      message: 'The check ended its process while it was loaded.',
    });
  });

  it('stands among other metrics, in their order', async () => {
    const { folder } = await check('export default () => true;');
    const settings: readonly MetricSetting[] = [
      { kind: 'exact', name: 'exact' },
      { kind: 'javascript', name: 'polite', file: 'checks/polite.mjs' },
      { kind: 'length', name: 'length' },
    ];
    const judge = await openJudge(settings, { folder });
    opened.push(judge);
    expect(judge.metrics.map(({ name }) => name)).toEqual(['exact', 'polite', 'length']);
    const [row] = await judge.judge([{ answer: 'a b', references: ['a b'], row: {} }]);
    expect(row).toMatchObject([{ value: 1 }, { value: 1 }, { value: 2 }]);
  });
});

describe('where a check may lie', () => {
  /** A template's folder beside one with a check. */
  async function scene() {
    const root = await temporaryFolder();
    await Promise.all(['template', 'other'].map((folder) => mkdir(join(root, folder))));
    await writeFile(join(root, 'other', 'check.mjs'), 'export default () => true;');
    await symlink(join(root, 'other', 'check.mjs'), join(root, 'template', 'link.mjs'));
    const open = async (file: string) => {
      const judge = await openJudge([{ kind: 'javascript', name: 'c', file }], { folder: join(root, 'template') });
      await judge.close();
      return 'opened';
    };
    return { root, open };
  }

  it('is what may be read where that is confined, by whatever way it is named', async () => {
    const { root, open } = await scene();
    confineReading([join(root, 'template')]);
    for (const file of ['../other/check.mjs', 'link.mjs', join(root, 'other', 'check.mjs')])
      await expect(open(file)).rejects.toMatchObject({ code: 'outside-workspace' });
    confineReading([root]);
    expect(await open('../other/check.mjs')).toBe('opened');
    confineReading(undefined);
    expect(await open('../other/check.mjs')).toBe('opened');
  });

  it('is nowhere in a workspace that nobody trusts', async () => {
    const { open } = await scene();
    allowModelFolders(false);
    await expect(open('../other/check.mjs')).rejects.toMatchObject({ code: 'untrusted' });
  });

  it('must have a check', async () => {
    const { open } = await scene();
    await expect(open('gone.mjs')).rejects.toMatchObject({ code: 'check-missing' });
  });
});
