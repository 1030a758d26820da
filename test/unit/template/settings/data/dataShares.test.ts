import { describe, expect, it } from 'vitest';
import { resolveSettings } from '../../../../../src/template/read/resolveSettings';
import { readTemplate } from '../../../../../src/template/read/template';
import { splitText } from '../../../../../src/template/settings/data/dataShares';
import { costOfMissing } from '../../../../../src/template/settings/data/missingSplits';
import { lines } from '../../../../support/text/lines';

const text = (data: string, body = '{{title}}{{text}}{{label}}') =>
  lines('---', 'output: { schema: { label(enum): [a, b] } }', `tune.data: ${data}`, 'tune.splitSeed: 4', '---', body);
const read = (data: string, body?: string) => readTemplate(text(data, body), 'a.prompt');
const dataOf = (data: string, set: Readonly<Record<string, string>> = {}) =>
  resolveSettings(read(data).template!, 'soft', set).data;
const problem = (data: string) => read(data).findings.find(({ severity }) => severity === 'error')?.message;

describe('shares in tune.data', () => {
  it('are parts of the file of train, by what the template reads', () => {
    const part = { dev: 15, test: 12.5, seed: 4, key: { names: ['text', 'title'] }, answer: 'label' };
    expect(dataOf('{ train: { file: r.csv, separator: ";" }, dev: 15%, test: 12.5% }')).toEqual({
      train: { file: 'r.csv', separator: ';', part: { take: 'train', ...part } },
      dev: { file: 'r.csv', separator: ';', part: { take: 'dev', ...part } },
      test: { file: 'r.csv', separator: ';', part: { take: 'test', ...part } },
    });
  });

  it('leave files beside them alone, and can be given beside the template', () => {
    expect(dataOf('{ train: r.csv, test: t.csv }', { 'tune.data.dev': '20%' })).toMatchObject({
      dev: { file: 'r.csv', part: { take: 'dev', dev: 20, test: 0 } },
      test: 't.csv',
    });
    expect(dataOf('{ train: r.csv, dev: 20% }', { 'tune.data.dev': 'd.csv' })).toEqual({
      train: 'r.csv',
      dev: 'd.csv',
    });
    const other = { 'tune.data.train': 'o.csv', 'tune.splitSeed': '9' };
    expect(dataOf('{ train: r.csv, dev: 20% }', other)).toMatchObject({
      train: { file: 'o.csv', part: { take: 'train', dev: 20, seed: 9 } },
    });
  });

  it('read back as they were written', () => {
    const { train, dev, test } = dataOf('{ train: r.csv, dev: 15%, test: 12.5% }');
    expect([train, dev, test].map((source) => splitText(source!))).toEqual(['r.csv', '15%', '12.5%']);
  });

  it.each([
    ['{ train: r.csv, dev: 0% }', 'tune.data.dev must be a share above 0% and below 100%, not "0%".'],
    ['{ train: r.csv, dev: 100% }', 'tune.data.dev must be a share above 0% and below 100%, not "100%".'],
    ['{ train: r.csv, dev: -5% }', 'tune.data.dev must be a share above 0% and below 100%, not "-5%".'],
    ['{ train: r.csv, dev: 60%, test: 40% }', 'dev and test take 100% of the rows together, which leaves train none.'],
    ['{ dev: 15% }', 'tune.data.dev takes a share of the rows of train, and no file is named for train.'],
    [
      '{ train: 70%, dev: d.csv }',
      'tune.data.train must be the path of a file; dev and test may take shares of its rows, and train has the rest.',
    ],
    ['{ train: r.csv, test: 0.15 }', 'tune.data.test must be a file or a share of the rows of train; write 15%.'],
    [
      '{ train: r.csv, test: 50 }',
      'tune.data.test must be a file or a share of the rows of train, such as 15%: with a number of rows, each row ' +
        'added to the file would move others from one split to another.',
    ],
    [
      '{ train: r.csv, dev: ./r.csv, test: 15% }',
      'tune.data.dev names all rows of the file that test takes a share of; write a share, such as 15%.',
    ],
  ])('%s is refused in a sentence', (data, message) => {
    expect(problem(data)).toBe(message);
  });

  it('divide by all inputs where the template reads no column by itself', () => {
    const { template } = read('{ train: r.csv, test: 15% }', 'What is it?{{label}}');
    expect(resolveSettings(template!, 'soft', {}).data.test).toMatchObject({
      part: { key: { all: true, except: ['label'] } },
    });
  });
});

describe('what a missing split costs', () => {
  it('is said for what is missing alone', () => {
    expect(costOfMissing({ train: 'a', dev: { share: 15 }, test: 'b' })).toBeUndefined();
    expect(costOfMissing({ test: 'b' })).toBeUndefined();
    expect(costOfMissing({ train: 'a' })).toContain('No rows are held out');
    expect(costOfMissing({ train: 'a', test: 'b' })).toContain('Without dev the last step is kept');
    expect(costOfMissing({ train: 'a', dev: 'b' })).toContain('Without test the final numbers come from dev');
  });
});
