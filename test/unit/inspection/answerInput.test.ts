import { cpSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createInputAnswerer, type InputAnswerer } from '../../../src/inspection/answerInput';
import { isAnswerSoFar, type InputAnswer } from '../../../src/inspection/inspectorAnswers';
import { compileSchema } from '../../../src/metrics/json/jsonSchema';
import { readPredictions } from '../../../src/runs/store/files/predictionsFile';
import { evaluateRun } from '../../../src/runs/work/measuring/evaluateRun';
import { trainRun } from '../../../src/runs/work/trainRun';
import { assembleModel } from '../../support/models/models';

let folder: string;
let runs: string;
let answerer: InputAnswerer;

const asked = 'Once upon a time there was a little dog';
const text = 'output: { schema: { label: string } }';
const json = 'output: { format: json, schema: { desk(enum): [sales, billing], urgent: boolean, note?: string } }';
const isValid = compileSchema({
  type: 'object',
  properties: {
    desk: { enum: ['sales', 'billing'] },
    urgent: { type: 'boolean' },
    note: { type: ['string', 'null'] },
  },
  required: ['desk', 'urgent'],
  additionalProperties: false,
});
const slot = 'Story: {{text}}{{label}}';
/** Every way to decode, in a template's words. */
const templates: Readonly<Record<string, readonly [front: string, body: string]>> = {
  greedy: [`${text}\nconfig: { maxOutputTokens: 30 }`, slot],
  drawn: [`${text}\nconfig: { maxOutputTokens: 30, temperature: 1.2, topP: 0.9, seed: 4 }`, slot],
  'at a stop sequence': [`${text}\nconfig: { maxOutputTokens: 60, stopSequences: [". ", "."] }`, slot],
  'to its schema': [`${json}\nconfig: { maxOutputTokens: 120 }`, 'Story: {{text}}\n{{output}}'],
  'to its schema, cut off': [`${json}\nconfig: { maxOutputTokens: 4 }`, 'Story: {{text}}\n{{output}}'],
  'as messages': [
    `${text}\ntune.format: chat\nconfig: { maxOutputTokens: 30 }`,
    '{{role "user"}}Story: {{text}}{{role "model"}}{{label}}',
  ],
  long: [`${text}\nconfig: { maxOutputTokens: 400, temperature: 1, seed: 3 }`, slot],
};

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'answers-'));
  runs = join(folder, 'runs');
  mkdirSync(join(folder, 'data'));
  const row = { text: asked, label: 'and a cat', desk: 'sales', urgent: true };
  for (const split of ['train', 'dev', 'test'])
    writeFileSync(join(folder, 'data', `${split}.jsonl`), `${JSON.stringify(row)}\n`);
  cpSync(assembleModel('reference/stories260k'), join(folder, 'model'), { recursive: true });
  writeFileSync(
    join(folder, 'model', 'chat_template.jinja'),
    "{% for m in messages %}{{ m.role ~ ': ' ~ m.content | trim ~ '\\n' }}{% endfor %}" +
      "{% if add_generation_prompt %}{{ 'assistant: ' }}{% endif %}",
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeEach(() => {
  answerer = createInputAnswerer();
});
afterEach(() => answerer.close());

function writeTemplate(name: string): string {
  const [front, body] = templates[name]!;
  const file = join(folder, `${name.replace(/\W/g, '-')}.prompt`);
  const data = 'tune.data: { train: data/train.jsonl, dev: data/dev.jsonl, test: data/test.jsonl }';
  writeFileSync(file, `---\nmodel: ./model\n${front}\n${data}\n---\n${body}\n`);
  return file;
}

const measured = new Map<string, Promise<string>>();
/** The folder of a run that has measured a template. */
function runOf(name: string): Promise<string> {
  const known = measured.get(name);
  if (known) return known;
  const run = evaluateRun({ file: writeTemplate(name), subject: { kind: 'hard' }, set: {}, runs }).then(
    ({ folder: made }) => made!,
  );
  measured.set(name, run);
  return run;
}

/** Follows an answer to its end. */
async function follow(question: number): Promise<{ readonly pieces: readonly string[]; readonly answer: InputAnswer }> {
  const pieces: string[] = [];
  for (;;) {
    const soFar = await answerer.soFar(question, pieces.join('').length);
    expect(isAnswerSoFar(structuredClone(soFar))).toBe(true);
    pieces.push(soFar.more);
    if (soFar.answer) return { pieces, answer: soFar.answer };
  }
}

describe('the answer to a typed input', () => {
  it.each(Object.keys(templates))('is, put together, what the run answered to that input: %s', async (name) => {
    const run = await runOf(name);
    const [row] = await readPredictions(run);
    const { pieces, answer } = await follow(answerer.ask(run, { text: asked }));
    expect(answer.answer).toBe(row!.predicted);
    expect(pieces.join('')).toBe(answer.answer);
    expect(answer.written).toMatchObject({
      tokens: expect.any(Number) as number,
      ending: row!.truncated ? 'budget' : name === 'at a stop sequence' ? 'stop' : 'end',
    });
    expect(answer.promptTokens).toBe(row!.promptTokens);
    if (name === 'to its schema') expect(isValid(JSON.parse(answer.answer))).toEqual({ valid: true });
  });

  it('comes piece by piece to one who follows, and at once to one who comes late', async () => {
    const run = await runOf('greedy');
    const { pieces, answer } = await follow(answerer.ask(run, { text: asked }));
    expect(pieces.length).toBeGreaterThan(5);
    const late = answerer.ask(run, { text: asked });
    await follow(late);
    expect(await answerer.soFar(late, 0)).toMatchObject({ more: answer.answer, answer: { answer: answer.answer } });
  });

  it.each(['long', 'to its schema'])('is stopped with what is written, and the next is answered: %s', async (name) => {
    const run = await runOf(name);
    const { answer: whole } = await follow(answerer.ask(run, { text: asked }));
    const question = answerer.ask(run, { text: asked });
    const first = await answerer.soFar(question, 0);
    expect(first.answer).toBeNull();
    answerer.stop(question);
    const { answer } = await follow(question);
    expect(answer.written).toMatchObject({ ending: 'stopped' });
    expect(answer.answer.startsWith(first.more)).toBe(true);
    expect(whole.answer.startsWith(answer.answer)).toBe(true);
    expect(answer.answer.length).toBeLessThan(whole.answer.length);
    expect(answer.written!.tokens).toBeLessThan(whole.written!.tokens);
    // What has ended stays as it ended.
    answerer.stop(question);
    expect((await answerer.soFar(question, 0)).answer).toEqual(answer);
    expect((await follow(answerer.ask(run, { text: asked }))).answer.answer).toBe(whole.answer);
  });

  it('can be stopped while the model is being opened, and while another answer is written', async () => {
    const [run, other] = [await runOf('greedy'), await runOf('long')];
    const before = answerer.ask(other, { text: asked });
    const question = answerer.ask(run, { text: asked });
    for (const stopped of [question, before]) {
      answerer.stop(stopped);
      expect((await follow(stopped)).answer).toMatchObject({
        answer: '',
        probabilities: [],
        written: { tokens: 0, perSecond: null, ending: 'stopped' },
      });
    }
    expect((await follow(answerer.ask(run, { text: asked }))).answer.written).toMatchObject({ tokens: 30 });
  });

  it('waits for those of other runs to the same input', async () => {
    const [run, other] = [await runOf('greedy'), await runOf('drawn')];
    const order: string[] = [];
    await Promise.all(
      [run, other].map(async (one) => {
        await follow(answerer.ask(one, { text: asked }));
        order.push(one);
      }),
    );
    expect(order).toEqual([run, other]);
  });

  it('is left once the run, or another one, is asked something else, or the same run anew', async () => {
    const [run, other] = [await runOf('long'), await runOf('greedy')];
    for (const [next, input] of [
      [run, 'She'],
      [other, 'He'],
      [run, asked],
    ] as const) {
      const question = answerer.ask(run, { text: asked });
      await answerer.soFar(question, 0);
      const newer = answerer.ask(next, { text: input });
      await expect(answerer.soFar(question, 1e9)).rejects.toMatchObject({ code: 'outdated' });
      answerer.stop(newer);
      await follow(newer);
    }
    await expect(answerer.soFar(7, 0)).rejects.toMatchObject({ code: 'outdated' });
  });

  it('says in one sentence that the model is gone, and comes once it is back', async () => {
    const run = await runOf('greedy');
    const away = join(folder, 'away');
    renameSync(join(folder, 'model'), away);
    await expect(follow(answerer.ask(run, { text: asked }))).rejects.toMatchObject({ code: 'model-missing' });
    renameSync(away, join(folder, 'model'));
    expect((await follow(answerer.ask(run, { text: asked }))).answer.written).toMatchObject({ tokens: 30 });
  });

  it('says so of an input that does not fit', async () => {
    const run = await runOf('greedy');
    await expect(follow(answerer.ask(run, { text: 'word '.repeat(2000) }))).rejects.toMatchObject({
      code: 'prompt-too-long',
    });
  });

  it('is written behind a trained prompt, held to the schema', async () => {
    const set = { 'tune.steps': '2', 'tune.length': '3', 'tune.learningRate': '0.1', 'tune.evalEvery': '2' };
    const { folder: run } = await trainRun({ file: writeTemplate('to its schema'), method: 'soft', set, runs });
    const [row] = await readPredictions(run);
    const { answer } = await follow(answerer.ask(run, { text: asked }));
    expect(answer.answer).toBe(row!.predicted);
    if (!row!.truncated) expect(isValid(JSON.parse(answer.answer))).toEqual({ valid: true });
  });
});
