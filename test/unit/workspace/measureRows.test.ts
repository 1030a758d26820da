import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeRow, longestAnswer } from '../../../src/objective/example';
import { prepareTask } from '../../../src/objective/task';
import { closeTask } from '../../../src/objective/rows/splits';
import { openModel, type LanguageModel } from '../../../src/model/openModel';
import { loadTemplate } from '../../../src/template/read/loadTemplate';
import { resolveSettings } from '../../../src/template/read/resolveSettings';
import { checkTemplate } from '../../../src/template/check/check';
import { readTemplateContext } from '../../../src/workspace/readTemplateContext';

let folder: string;
let model: LanguageModel;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'prompt-tuner-'));
  model = await openModel('builtin', folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const words = (count: number) => Array.from({ length: count }, (_, i) => `word${i % 10}`).join(' ');
const line = (text: string) => `${JSON.stringify({ text, label: 'a' })}\n`;

function template(more = ''): { readonly text: string; readonly path: string } {
  const text =
    '---\nmodel: builtin\noutput:\n  schema:\n    label(enum): [a, b]\n' +
    `tune.data: { train: train.jsonl, test: test.jsonl }\n${more}---\nSay it.\n{{text}}\nIt is{{label}}`;
  return { text, path: join(folder, 'a.prompt') };
}

describe('the rows of the data files', () => {
  it('are all measured, far behind the first, and named with line and length', async () => {
    const short = Array.from({ length: 3000 }, (_, i) => line(`row ${i} is short`));
    writeFileSync(join(folder, 'train.jsonl'), [...short, line(words(900)), ...short].join(''));
    writeFileSync(
      join(folder, 'test.jsonl'),
      [line('short'), ...Array.from({ length: 7 }, () => line(words(800)))].join(''),
    );
    const { text, path } = template();
    writeFileSync(path, text);
    const context = await readTemplateContext(text, path, { rows: true, tokens: true });
    const findings = checkTemplate(text, path, context).filter(({ code }) => code === 'prompt-too-long');
    const loaded = await loadTemplate(path);
    const task = await prepareTask(loaded, resolveSettings(loaded, 'soft', { 'tune.maxLength': 0 }), model);
    // What a run would count, where it does not refuse the row.
    const lengthOf = (row: string) => {
      const given = { dataset: task.splits.train!, row: { text: row, label: 'a' }, index: 0 };
      const example = encodeRow({ ...task, contextLength: 1e6 }, model, given);
      return example.prompt.length + longestAnswer(example);
    };
    const said = (count: number) => lengthOf(words(count)).toLocaleString('en-US');
    expect(findings.map(({ severity, message }) => [severity, message])).toEqual([
      ['error', `1 row of train does not fit into 1,024 tokens, answer included: line 3001 has ${said(900)} tokens.`],
      [
        'error',
        '7 rows of test do not fit into 1,024 tokens, answer included: ' +
          `${[2, 3, 4, 5, 6].map((at) => `line ${at} has ${said(800)} tokens`).join(', ')} ` +
          `… (the longest of them ${said(800)}).`,
      ],
    ]);
    expect(findings[0]!.fixes.map(({ title }) => title)).toEqual(
      ['middle', 'start', 'end'].map((where) => `Cut the longest value: tune.truncate: ${where}`),
    );
    await closeTask(task);
  });

  it('are no errors where they are cut, nor measured against less than they may have', async () => {
    const cut = template('tune.truncate: end\n');
    const context = await readTemplateContext(cut.text, cut.path, { rows: true, tokens: true });
    const severities = checkTemplate(cut.text, cut.path, context)
      .filter(({ code }) => code === 'prompt-too-long')
      .map(({ severity }) => severity);
    expect(severities).toEqual(['information', 'information']);
  });

  it('stop being measured when the look is no longer wanted', async () => {
    const { text, path } = template('tune.length: 7\n');
    const looking = new AbortController();
    looking.abort();
    await expect(readTemplateContext(text, path, { rows: true, tokens: true, signal: looking.signal })).rejects.toThrow(
      /abort/,
    );
  });
});
