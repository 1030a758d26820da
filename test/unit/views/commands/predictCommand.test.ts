import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { WatchedRun } from '../../../../src/views/runs/runWatcher';
import { outputBeside, predictCommand, progressText, resultText } from '../../../../src/views/commands/predictCommand';
import { until } from '../../../support/running/until.mjs';
import { runRecord } from '../../../support/pages/views';
import { editor, resetEditor, Uri } from '../../../support/standIns/vscodeStub';

let folder: string;
let rows: string;
beforeEach(() => {
  resetEditor(true);
  folder = mkdtempSync(join(tmpdir(), 'prompt-tuner-predicting-'));
  rows = join(folder, 'rows.csv');
  writeFileSync(rows, 'text\nrain\n');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const run = (id: string): WatchedRun => ({ folder: join(folder, 'runs', id), record: runRecord(id) });
const output = (id: string): string => join(folder, `rows.${id}.csv`);
const wordsFile = (): string => join(folder, 'words.jsonl');

/** A program in the place of the command line, which notes what it was called with, and then does this. */
function program(does: string): string {
  const path = join(folder, 'program.cjs');
  const file = JSON.stringify(wordsFile());
  const note = `require('fs').appendFileSync(${file}, JSON.stringify(process.argv.slice(2)) + '\\n');`;
  writeFileSync(path, `${note}\n${does}\n`);
  return path;
}

/** What the program was called with, call by call. */
const calls = (): readonly (readonly string[])[] =>
  !existsSync(wordsFile())
    ? []
    : readFileSync(wordsFile(), 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as readonly string[]);

const answers = (fields: object): string =>
  `console.log(${JSON.stringify(JSON.stringify({ kind: 'progress', rows: 512, share: 0.5, secondsLeft: 60 }))});
console.log(JSON.stringify({ kind: 'result', ...${JSON.stringify(fields)}, output: 'x' }));`;

const predict = (does: string, runs: readonly WatchedRun[], selected: unknown): Promise<unknown> =>
  Promise.resolve(predictCommand({ watcher: { runs }, program: program(does) }).run(selected as never));

const shownOf = (kind: string): readonly unknown[] =>
  editor.shown.filter(([shown]) => shown === kind).map(([, what]) => what);

describe('Predict Rows…', () => {
  it('answers a data file with the only run that can, beside the file, and opens what was written', async () => {
    const unfit = { ...run('2'), record: runRecord('2', { status: 'queued' }) };
    await predict(answers({ rows: 1024, errors: 2, truncated: 0 }), [run('1'), unfit], Uri.file(rows));
    expect(calls()).toEqual([['predict', run('1').folder, rows, '--to', output('1'), '--json']]);
    expect(shownOf('progress')).toEqual([{ message: '512 rows, 60 s left', increment: 50 }]);
    expect(editor.executed).toEqual([['vscode.open', Uri.file(output('1'))]]);
    expect(shownOf('showInformationMessage')).toEqual([
      '1,024 rows predicted in rows.1.csv. 2 rows without a prediction: see the column "error".',
    ]);
  });

  it('asks which run where several can, and does nothing where none is chosen', async () => {
    await predict(answers({}), [run('1'), run('2')], Uri.file(rows));
    expect(calls()).toEqual([]);
    editor.pick = (items) => items[1];
    await predict(answers({ rows: 1, errors: 0, truncated: 0 }), [run('1'), run('2')], Uri.file(rows));
    expect(calls()[0]!.slice(0, 2)).toEqual(['predict', run('2').folder]);
  });

  it('writes over predictions that are there only where it is told to', async () => {
    writeFileSync(output('1'), 'earlier');
    await predict(answers({}), [run('1')], Uri.file(rows));
    editor.answer = () => 'Open';
    await predict(answers({}), [run('1')], Uri.file(rows));
    expect(calls()).toEqual([]);
    expect(editor.executed).toEqual([['vscode.open', Uri.file(output('1'))]]);
    editor.answer = (_, given) => given.find((button) => button === 'Predict Again');
    await predict(answers({ rows: 1, errors: 0, truncated: 0 }), [run('1')], Uri.file(rows));
    expect(calls()[0]).toContain('--force');
  });

  it('is stopped as the terminal stops it, and says that it goes on later', async () => {
    const predicting = predict('setInterval(() => {}, 1000);', [run('1')], Uri.file(rows));
    await until('the program to run', () => calls().length === 1);
    editor.cancel!();
    await predicting;
    expect(shownOf('showInformationMessage')).toEqual(['Stopped. Predict Rows… goes on behind the last row.']);
  });

  it('begins again where rows or run have changed, if a person wants that', async () => {
    const changed = `if (!process.argv.includes('--force')) {
  console.error('The rows are others. Give --force. [output-changed]');
  process.exit(1);
}
${answers({ rows: 1, errors: 0, truncated: 0 })}`;
    await predict(changed, [run('1')], Uri.file(rows));
    expect(calls()).toHaveLength(1);
    editor.answer = (_, [text, again]) => (String(text).includes('no longer what was begun with') ? again : undefined);
    await predict(changed, [run('1')], Uri.file(rows));
    expect(calls().map((words) => words.includes('--force'))).toEqual([false, false, true]);
  });

  it('fails with what the program says', async () => {
    const failing = predict(
      'console.error(\'A row lacks "text". [data-columns]\'); process.exit(1);',
      [run('1')],
      rows,
    );
    // A text is no file that the Explorer gives: the rows are asked for, and nobody answers.
    await failing;
    expect(shownOf('showOpenDialog')).toHaveLength(1);
    await expect(
      predict('console.error(\'A row lacks "text". [data-columns]\'); process.exit(1);', [run('1')], Uri.file(rows)),
    ).rejects.toMatchObject({ code: 'data-columns', message: 'A row lacks "text".' });
  });

  it('has words for what goes on and for what became of it', () => {
    expect(progressText({ kind: 'progress', rows: 1 })).toBe('1 row');
    expect(outputBeside(join('a.b', 'rows.v2.jsonl'), 'id')).toBe(join('a.b', 'rows.v2.id.jsonl'));
    const all = { kind: 'result', rows: 3, errors: 1, truncated: 2, output: 'x' } as const;
    expect(resultText(all, 'out.csv')).toBe(
      '3 rows predicted in out.csv. 1 row without a prediction: see the column "error". ' +
        '2 answers cut off by the budget of tokens.',
    );
  });
});
