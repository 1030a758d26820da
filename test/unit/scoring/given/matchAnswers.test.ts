import fc from 'fast-check';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Failure } from '../../../../src/failure';
import { asCsv } from '../../../../src/words/writeTable';
import { answersFolder, askedRows, scoreIn } from '../../../support/runs/givenAnswers';
import { lines } from '../../../support/text/lines';

const labels = askedRows.map(({ label }) => label);
const jsonLines = (rows: readonly object[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('');
const answered = (answers: readonly string[]): readonly { readonly text: string; readonly prediction: string }[] =>
  askedRows.map(({ text }, i) => ({ text, prediction: answers[i]! }));
const table = (separator: string, lineEnd = '\r\n'): string =>
  asCsv({ headings: ['prediction', 'text'], rows: answered(labels).map(({ text, prediction }) => [prediction, text]) })
    .replace(/,(?=text|"?[A-Z])/g, separator)
    .replaceAll('\r\n', lineEnd);

const failureOf = async (work: Promise<unknown>): Promise<Failure> => {
  const failure: unknown = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(failure).toBeInstanceOf(Failure);
  return failure as Failure;
};

describe('Answers from elsewhere', () => {
  it.each([
    ['a.jsonl', jsonLines(answered(labels))],
    ['a.ndjson', jsonLines(answered(labels))],
    ['a.json', JSON.stringify(answered(labels))],
    ['a.csv', table(',')],
    ['semicolons.csv', table(';')],
    ['a.tsv', table('\t', '\n')],
    ['a.tab', table('\t')],
    ['a.psv', table('|')],
    ['marked.csv', `\ufeff${table(';')}`],
    ['wide.csv', Buffer.from(`\ufeff${table('\t')}`, 'utf16le')],
  ])('are read from %s as data are, and matched by the inputs', async (name, content) => {
    const folder = answersFolder({ [name]: content });
    const { result, given, predictions } = await scoreIn(folder, name);
    expect(given.matched).toBe('inputs');
    expect(result).toMatchObject({ n: 5, accuracy: 1, split: 'test', method: 'answers' });
    expect(predictions.map(({ predicted }) => predicted)).toEqual(labels);
  });

  it('are read in an encoding that is named, and refused with its name where none is', async () => {
    const folder = answersFolder({ 'old.csv': Buffer.from(table(';'), 'latin1') });
    const { message, remedy } = await failureOf(scoreIn(folder, 'old.csv'));
    expect(`${message} ${remedy}`).toContain('latin1');
    expect(remedy).toContain('--predictions');
    const written = `{ file: ${join(folder, 'old.csv')}, separator: ";", encoding: latin1 }`;
    expect((await scoreIn(folder, written)).result.accuracy).toBe(1);
  });

  it('find their rows in any order, whatever is answered', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('good', 'bad', '', 'neither', ' good '), { minLength: 5, maxLength: 5 }),
        fc.shuffledSubarray([0, 1, 2, 3, 4], { minLength: 5 }),
        async (answers, order) => {
          const folder = answersFolder({ 'a.jsonl': jsonLines(order.map((i) => answered(answers)[i]!)) });
          const { predictions, result, given } = await scoreIn(folder, 'a.jsonl');
          // Rows that are the same take the answers in the order of the file.
          const twins = order.filter((i) => i === 1 || i === 3).map((i) => answers[i]!);
          const expected = answers.map((answer, i) => (i === 1 ? twins[0]! : i === 3 ? twins[1]! : answer).trim());
          expect(predictions.map(({ predicted }) => predicted)).toEqual(expected);
          expect(result.accuracy).toBeCloseTo(expected.filter((answer, i) => answer === labels[i]).length / 5, 12);
          expect(given.unlisted).toBe(expected.filter((answer) => !['good', 'bad'].includes(answer)).length);
        },
      ),
      { numRuns: 20 },
    );
  });

  it('are matched by their order without all inputs, and what other columns say is held against the rows', async () => {
    const folder = answersFolder({
      'a.jsonl': jsonLines(labels.map((prediction) => ({ prediction }))),
      'same.jsonl': jsonLines(labels.map((prediction) => ({ prediction, label: prediction, id: 7 }))),
      'turned.jsonl': jsonLines([...labels].reverse().map((label) => ({ prediction: 'good', label }))),
      'swapped.jsonl': jsonLines(labels.map((_, i) => ({ prediction: 'good', label: labels[(i + 1) % 5] }))),
    });
    expect((await scoreIn(folder, 'a.jsonl')).given.matched).toBe('order');
    expect((await scoreIn(folder, 'same.jsonl')).result.accuracy).toBe(1);
    // Read backwards these labels are the same.
    expect(labels).toEqual([...labels].reverse());
    await scoreIn(folder, 'turned.jsonl');
    const { message, location } = await failureOf(scoreIn(folder, 'swapped.jsonl'));
    expect(message).toContain('another order than the rows of test: "label" is "good" here and "bad" on line 1');
    expect(location).toEqual({ file: join(folder, 'swapped.jsonl'), line: 1 });
  });

  it.each([
    [
      'a row without an answer',
      answered(labels).slice(1),
      /no answer to 1 row of test: line 1 of .*test\.jsonl/,
      undefined,
    ],
    [
      'rows without an answer',
      answered(labels).filter((_, i) => i === 2),
      /no answer to 4 rows of test: lines 1, 2, 4 and 5/,
      undefined,
    ],
    [
      'answers that are over',
      [...answered(labels), ...answered(labels).slice(0, 2)],
      /rows of test more often than test has them: lines 6 and 7 are over/,
      6,
    ],
    [
      'an answer to another row',
      [{ text: 'Fog', prediction: 'bad' }, ...answered(labels)],
      /1 answer of the file is to no row of test: line 1 has other values in "text"/,
      1,
    ],
    [
      'an answer that is null',
      [...answered(labels).slice(0, 4), { text: 'Snow\nand ice', prediction: null }],
      /null/,
      5,
    ],
    [
      'a row that lacks the column',
      [...answered(labels).slice(0, 4), { text: 'Snow\nand ice' }],
      /has no "prediction"/,
      5,
    ],
    [
      'too few of them',
      labels.slice(1).map((prediction) => ({ prediction })),
      /Without "text".*4 where test has 5 rows/,
      undefined,
    ],
    [
      'no column of answers',
      [{ text: 'Sun', output: 'good' }],
      /no column "prediction"; it has "text" and "output"/,
      1,
    ],
  ] as const)('refuse %s by its line', async (_, rows, says, line) => {
    const folder = answersFolder({ 'a.jsonl': jsonLines(rows) });
    const { code, message, location, remedy } = await failureOf(scoreIn(folder, 'a.jsonl'));
    expect(code).toBe('answers-mismatch');
    expect(message).toMatch(says);
    expect(location.line).toBe(line);
    expect(remedy).not.toBe('');
  });

  it('name the columns as the table has them, whatever separates them', async () => {
    const folder = answersFolder({ 'a.csv': 'text;output\r\nSun;good\r\n' });
    expect((await failureOf(scoreIn(folder, 'a.csv'))).message).toContain('it has "text" and "output".');
  });

  it('refuse two columns of one name, and a kind of file that is not read', async () => {
    const folder = answersFolder({ 'two.csv': 'prediction,text,prediction\ngood,Sun,bad\n', 'a.xlsx': 'PK' });
    expect((await failureOf(scoreIn(folder, 'two.csv'))).message).toBe(
      'Several columns of the file are named "prediction".',
    );
    const { message, remedy } = await failureOf(scoreIn(folder, 'a.xlsx'));
    expect(message).toBe('Data files of kind ".xlsx" cannot be read.');
    expect(remedy).toContain('--predictions');
  });

  it('know the same value in a table and in JSON', async () => {
    const rows = [
      { text: 12, label: 'good' },
      { text: true, label: 'bad' },
      { text: ['a', 1], label: 'bad' },
      { text: { b: 1, a: 'é\r\n' }, label: 'good' },
    ];
    const folder = answersFolder({
      'test.jsonl': jsonLines(rows),
      'a.tsv': lines('text\tprediction', '12\tgood', 'true\tbad', '["a", 1]\tbad', '{"a":"e\u0301\\n","b":1}\tgood'),
    });
    expect(await scoreIn(folder, 'a.tsv')).toMatchObject({ result: { accuracy: 1 }, given: { matched: 'inputs' } });
  });
});
