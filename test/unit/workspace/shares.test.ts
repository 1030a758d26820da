import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkFiles } from '../../../src/workspace/checkFiles';
import { renderFile } from '../../../src/commands/render';
import { applied } from '../../support/text/marked';
import { lines } from '../../support/text/lines';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'shares-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const template = (data: string, keys: readonly string[] = []) =>
  write(
    't.prompt',
    lines(
      '---',
      'model: builtin',
      'input:',
      '  schema: { text: string }',
      'output:',
      '  schema:',
      '    label(enum): [pos, neg]',
      `tune.data: ${data}`,
      ...keys,
      '---',
      'Is it good or bad? {{text}}',
      'It is{{label}}',
    ),
  );
const rows = (count: number, neg: number) =>
  `text,label\n${Array.from({ length: count }, (_, i) => `text ${i},${i < neg ? 'neg' : 'pos'}\n`).join('')}`;
const foundIn = async (path: string, codes: readonly string[]) =>
  (await checkFiles([path])).filter(({ code }) => codes.includes(code));

describe('a template whose dev and test are shares of train', () => {
  it('has no finding of its own, and rows of each split to render', async () => {
    write('rows.csv', rows(60, 30));
    const path = template('{ train: rows.csv, dev: 15%, test: 15% }');
    expect(await checkFiles([path])).toEqual([]);
    const shown = await Promise.all(
      (['train', 'dev', 'test'] as const).map((split) => renderFile({ file: path, split, row: 0, set: {} })),
    );
    expect(new Set(shown.map(({ text }) => text)).size).toBe(3);
    expect(shown.reduce((sum, { rows: counted }) => sum + (counted ?? 0), 0)).toBe(60);
  });

  it('is told where a label has no row in one of them, and a fix finds a seed under which it has', async () => {
    write('rows.csv', rows(40, 3));
    for (let seed = 1; ; seed++) {
      const path = template('{ train: rows.csv, dev: 20%, test: 20% }', [`tune.splitSeed: ${seed}`]);
      const [finding] = await foundIn(path, ['data-split']);
      if (!finding) continue;
      expect(finding.severity).toBe('warning');
      expect(finding.message).toMatch(
        /^No row of (dev|test) has the label "neg" \(3 rows\): it is not measured there\.$/,
      );
      const text = applied(readFileSync(path, 'utf8'), finding.fixes[0]!.edits);
      writeFileSync(path, text);
      expect(await foundIn(path, ['data-split', 'label-without-rows'])).toEqual([]);
      break;
    }
  });

  it('is told of rows that are too long at the split that has them, each once', async () => {
    const long = (i: number) => (i % 4 === 0 ? 'word '.repeat(1200) : '');
    const lines60 = Array.from({ length: 60 }, (_, i) => `text ${i} ${long(i)},${i % 2 ? 'neg' : 'pos'}\n`);
    write('rows.csv', `text,label\n${lines60.join('')}`);
    const found = await foundIn(template('{ train: rows.csv, dev: 30%, test: 30% }'), ['prompt-too-long']);
    const counts = found.map(({ message }) => Number(/^(\d+) rows? of (?:train|dev|test)/.exec(message)?.[1]));
    expect(found.map(({ message }) => / of (\w+)/.exec(message)?.[1])).toEqual(['train', 'dev', 'test']);
    expect(counts.reduce((sum, each) => sum + each, 0)).toBe(15);
    const named = found.flatMap(({ message }) => message.match(/line \d+/g) ?? []);
    expect(new Set(named).size).toBe(named.length);
  });

  it('says of a file that is not there, or lacks a column, once and at train', async () => {
    const [missing, ...others] = await foundIn(template('{ train: gone.csv, dev: 15%, test: 15% }'), ['data-missing']);
    expect(missing!.range.start.line).toBe(7);
    expect(others).toEqual([]);
    write('other.csv', 'words,label\na,pos\nb,neg\n');
    const path = template('{ train: other.csv, dev: 15%, test: 15% }');
    expect((await checkFiles([path])).filter(({ severity }) => severity === 'error')).toHaveLength(1);
  });
});

describe('a template that names train alone', () => {
  it('learns what that costs, and holds rows out by a fix after which nothing is found', async () => {
    write('rows.csv', rows(60, 20));
    const path = template('{ train: rows.csv }');
    const [finding] = await foundIn(path, ['data-held-out']);
    expect(finding!.message).toContain('No rows are held out');
    expect(finding!.fixes.map(({ title }) => title)).toEqual(['Hold Out dev and test']);
    writeFileSync(path, applied(readFileSync(path, 'utf8'), finding!.fixes[0]!.edits));
    expect(readFileSync(path, 'utf8')).toContain('tune.data: { train: rows.csv, dev: 15%, test: 15% }');
    expect(await checkFiles([path])).toEqual([]);
  });
});
