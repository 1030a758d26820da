import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeInput, typedInput } from '../../../src/runs/ask/encodeInput';
import { openRunPrompt } from '../../../src/runs/ask/openRunPrompt';
import type { RunRecord } from '../../../src/runs/record/record';
import { recordedTemplate } from '../../../src/runs/record/recordedTemplate';
import { readPredictions } from '../../../src/runs/store/files/predictionsFile';
import { readRun } from '../../../src/runs/store/runFolder';
import { evaluateRun } from '../../../src/runs/work/measuring/evaluateRun';
import { trainRun } from '../../../src/runs/work/trainRun';
import { withExamplesText } from '../../../src/template/examples/insertExamples';
import { compareTasks } from '../../../src/comparison/compareTasks';
import { runComparison } from '../../../src/comparison/runComparison';
import { renderPrompt, renderText } from '../../../src/template/render/render';
import { textOf } from '../../../src/template/render/renderedPrompt';
import { assembleModel } from '../../support/models/models';

const days = ['Monday', 'Tuesday', 'Friday', 'Sunday'];
const rowsOf = (from: number, count: number) =>
  Array.from({ length: count }, (_, i) => {
    const at = from + i;
    const wet = at % 2 === 0;
    return { text: `${days[at % 4]} ${at} was ${wet ? 'full of rain' : 'a sunny day'}.`, label: wet ? 'wet' : 'dry' };
  });
/** The last two rows of train are one of dev and one of test. */
const data = {
  train: [...rowsOf(0, 18), rowsOf(100, 1)[0]!, rowsOf(201, 1)[0]!],
  dev: rowsOf(100, 4),
  test: rowsOf(200, 4),
};

let folder = '';
let file = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'prompt-tuner-examples-'));
  mkdirSync(join(folder, 'data'));
  for (const [split, rows] of Object.entries(data))
    writeFileSync(join(folder, 'data', `${split}.jsonl`), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  file = join(folder, 'days.prompt');
  writeFileSync(
    file,
    [
      '---',
      `model: ${assembleModel('reference/stories260k')}`,
      'input: { schema: { text: string } }',
      'output: { schema: { label(enum): [wet, dry] } }',
      'tune.data: { train: data/train.jsonl, dev: data/dev.jsonl, test: data/test.jsonl }',
      'tune.length: 2',
      'tune.steps: 2',
      'tune.learningRate: 0.1',
      '---',
      '{{#instruction}}Say how the day was.{{/instruction}}',
      '',
      '{{text}}',
      'The day was{{label}}',
      '',
    ].join('\n'),
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const set = (examples: string, more: Readonly<Record<string, string>> = {}) => ({ 'tune.examples': examples, ...more });
const runs = () => join(folder, 'runs');
const evaluate = (examples: string, more: Readonly<Record<string, string>> = {}) =>
  evaluateRun({ file, subject: { kind: 'hard' }, set: set(examples, more), runs: runs() });

async function measured(examples: string, more: Readonly<Record<string, string>> = {}): Promise<[string, RunRecord]> {
  const outcome = await evaluate(examples, more);
  return [outcome.folder!, await readRun(outcome.folder!)];
}

/** What was answered, without how long it took. */
const answersOf = ({ predictions }: { readonly predictions: readonly object[] }): readonly object[] =>
  predictions.map((prediction) => ({ ...prediction, seconds: 0 }));

const labelsOf = ({ examples }: RunRecord): readonly string[] =>
  examples!.rows.map(({ row }) => data.train[row]!.label).sort();

describe('examples of a run', () => {
  it('are as many of each label, none of them a row of dev or test, and recorded by row and hash', async () => {
    const [, record] = await measured('4');
    expect(labelsOf(record)).toEqual(['dry', 'dry', 'wet', 'wet']);
    expect(record.examples!.rows.every(({ row }) => row < 18)).toBe(true);
    expect(new Set(record.examples!.rows.map(({ sha256 }) => sha256)).size).toBe(4);
    for (const { row, line, text } of record.examples!.rows) {
      expect(line).toBe(row + 1);
      expect(text).toBe(`${data.train[row]!.text}\nThe day was ${data.train[row]!.label}`);
    }
  });

  it('are drawn alike by the same seed and otherwise by another', async () => {
    const [, one] = await measured('4');
    const [, same] = await measured('{ count: 4, choose: random }');
    const [, other] = await measured('4', { 'tune.seed': '2' });
    expect(same.examples!.source).toBe(one.examples!.source);
    expect(other.examples!.source).not.toBe(one.examples!.source);
  });

  it('stand in the prompt that is measured, asked, measured again, and written into the template', async () => {
    const [run, record] = await measured('4');
    const input = { text: 'Today is new.' };
    const { task, model } = await openRunPrompt(run);
    const asked = model.tokenizer.decode(encodeInput({ task, model }, typedInput(input)).prompt);
    const used = join(folder, 'used.prompt');
    writeFileSync(used, record.examples!.text!);
    expect(record.examples!.text).not.toContain('tune.examples');
    const source = record.examples!.source!;
    expect(withExamplesText(readFileSync(file, 'utf8'), file, { source })).toBe(record.examples!.text);
    expect(renderText(recordedTemplate(record), input)).toContain(record.examples!.rows[0]!.text);
    expect(asked.trim()).toBe(renderText(recordedTemplate(record), input).trim());
    const byHand = await evaluateRun({ file: used, subject: { kind: 'hard' }, set: {}, runs: runs() });
    expect((await readRun(byHand.folder!)).examples).toBeUndefined();
    expect(answersOf(byHand)).toEqual(answersOf({ predictions: await readPredictions(run) }));
    const again = await evaluateRun({ file, subject: { kind: 'run', run: record.id }, set: {}, runs: runs() });
    expect(answersOf(again)).toEqual(answersOf(byHand));
    const ofUsed = await evaluateRun({ file: used, subject: { kind: 'run', run: record.id }, set: {}, runs: runs() });
    expect(answersOf(ofUsed)).toEqual(answersOf(byHand));
  });

  it('are searched for on rows that no candidate shows, within the budget, alike each time', async () => {
    const examples = '{ count: 2, choose: search }';
    const [, record] = await measured(examples, { 'tune.searchBudget': '500' });
    const { search, rows } = record.examples!;
    expect(search!.prompts).toBeLessThanOrEqual(500);
    expect(search!.prompts).toBeGreaterThan(0);
    expect(search!.devRows).toBe(4);
    expect(labelsOf(record)).toEqual(['dry', 'wet']);
    const [, again] = await measured(examples, { 'tune.searchBudget': '500' });
    expect(again.examples!.rows).toEqual(rows);
  });

  it('are those most like the row, never the row itself, and the same when it is asked', async () => {
    const [run, record] = await measured('{ count: 3, choose: similar }');
    expect(record.examples).toMatchObject({ rows: [], pool: { rows: 18 } });
    const { task, model } = await openRunPrompt(run);
    const promptOf = (text: string): string =>
      model.tokenizer.decode(encodeInput({ task, model }, typedInput({ text })).prompt);
    const own = promptOf(data.train[4]!.text);
    expect(own.split(data.train[4]!.text).length).toBe(2);
    expect(own.match(/The day was/g)).toHaveLength(4);
    expect(promptOf('Sunday was a sunny day.')).not.toBe(own);
    const again = await evaluateRun({ file, subject: { kind: 'run', run: record.id }, set: {}, runs: runs() });
    expect(answersOf(again)).toEqual(answersOf({ predictions: await readPredictions(run) }));
    writeFileSync(join(run, 'examples.jsonl'), '{}\n');
    await expect(openRunPrompt(run)).rejects.toThrow('are changed');
  });

  it('are no rows that a training reads', async () => {
    const { record, folder: run } = await trainRun({ file, method: 'soft', set: set('4'), runs: runs() });
    expect(record.status).toBe('done');
    expect(record.data.train?.rows).toBe(data.train.length - 4);
    expect(record.selection?.trainingRows).toBe(data.train.length - 4);
    const placement = JSON.parse(readFileSync(join(run, 'adapter', 'prompt_tuner.json'), 'utf8')) as {
      template: string;
    };
    expect(placement.template).toBe(record.examples!.text);
  });

  it('stand as rows of their own in a comparison, beside the text without any', async () => {
    const examples = '[none, 2, { count: 2, choose: similar }]';
    const request = { files: [file], methods: ['hard' as const], set: set(examples), runs: join(folder, 'compared') };
    const [task] = compareTasks((await runComparison(request)).runs);
    const values = task!.settings.find(({ name }) => name === 'tune.examples')!.values;
    expect([...values].sort()).toEqual(['none', '{ count: 2, choose: random }', '{ count: 2, choose: similar }']);
    expect(new Set(task!.studies.map(({ name }) => name)).size).toBe(3);
  });

  it('are turns before a question that a chat asks, and texts where the answer is one', async () => {
    const model = join(folder, 'chat');
    cpSync(assembleModel('reference/stories260k'), model, { recursive: true });
    writeFileSync(
      join(model, 'chat_template.jinja'),
      "{% for m in messages %}<{{ m['role'] }}>{{ m['content'] }}\n{% endfor %}<assistant>",
    );
    const talk = join(folder, 'talk.prompt');
    const text = readFileSync(file, 'utf8')
      .replace(/^model: .*$/m, `model: ${model}\nconfig: { maxOutputTokens: 2 }`)
      .replace('label(enum): [wet, dry]', 'label: string')
      .replace('The day was', '');
    writeFileSync(talk, text);
    const { folder: run } = await evaluateRun({ file: talk, subject: { kind: 'hard' }, set: set('2'), runs: runs() });
    const record = await readRun(run!);
    const [first, second] = record.examples!.rows.map(({ row }) => data.train[row]!);
    const { task } = await openRunPrompt(run!);
    const { messages } = renderPrompt(recordedTemplate(record), { text: 'Today.' }, task.encoder);
    expect(messages!.map(({ role, segments }) => [role, textOf(segments)])).toEqual([
      ['user', `Say how the day was.\n\n${first!.text}`],
      ['model', first!.label],
      ['user', second!.text],
      ['model', second!.label],
      ['user', 'Today.'],
    ]);
  });

  it('show a masked model the word in place of its mask', async () => {
    const masked = join(folder, 'masked.prompt');
    const words = { wet: 'good', dry: 'bad' };
    const text = readFileSync(file, 'utf8')
      .replace(/^model: .*$/m, `model: ${assembleModel('masked/bert')}\ntune.labels: ${JSON.stringify(words)}`)
      .replace('The day was{{label}}', 'The day was {{label}} .');
    writeFileSync(masked, text);
    const { folder: run } = await evaluateRun({ file: masked, subject: { kind: 'hard' }, set: set('2'), runs: runs() });
    const { examples } = await readRun(run!);
    for (const { row, text: shown } of examples!.rows)
      expect(shown).toBe(`${data.train[row]!.text}\nThe day was ${words[data.train[row]!.label as 'wet' | 'dry']} .`);
  });

  it.each([
    ['0', 'count must be a whole number, at least 1, not 0'],
    ['{ count: 2, from: dev }', 'rows of dev measure, and are never shown'],
    ['{ count: 2, from: rest }', 'from must be train, not "rest"'],
    ['{ count: 2, chose: search }', 'not "chose"; did you mean "choose"?'],
    ['{ count: 19 }', 'asks for 19 examples; train has 18 rows that dev and test do not have too'],
    ['{ count: 2, tokens: 9 }', '0 are short enough: each may have 2 tokens'],
  ])('are refused in one sentence where they cannot be had: %s', async (examples, message) => {
    await expect(evaluate(examples)).rejects.toThrow(message);
  });

  it('are refused for a measurement on the rows that they come from', async () => {
    const request = { file, subject: { kind: 'hard' }, split: 'train', set: set('2'), runs: runs() } as const;
    await expect(evaluateRun(request)).rejects.toThrow('cannot be measured on train');
  });
});
