import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cosines, movement, nearestRows, rowNorms } from '../../../src/adapters/vectors';
import { evaluateRun } from '../../../src/runs/work/measuring/evaluateRun';
import type { InputAnswer } from '../../../src/inspection/inspectorAnswers';
import { inspectionCalls } from '../../../src/inspection/inspectorContract';
import { type ComparisonSubject } from '../../../src/comparison/analysis/subject';
import { analyseComparison } from '../../../src/comparison/analysis/analyseComparison';
import { createInspector } from '../../../src/inspection/inspector';
import { readPredictions } from '../../../src/runs/store/files/predictionsFile';
import { trainRun } from '../../../src/runs/work/trainRun';

describe('vectors', () => {
  const values = Float32Array.from([3, 4, 0, 2, -3, -4, 0, 0]);
  it('are measured by norm, cosine and the way they went', () => {
    expect([...rowNorms(values, 2)]).toEqual([5, 2, 5, 0]);
    const all = cosines(values, 2);
    expect([all[0], all[1], all[2], all[3]].map((value) => Number(value!.toFixed(4)))).toEqual([1, 0.8, -1, 0]);
    expect(movement(values, Float32Array.from([0, 0, 2, 0, -3, -4, 1, 0]), 2)).toEqual([
      { distance: 5, cosine: 0 },
      { distance: Math.sqrt(8), cosine: 0 },
      { distance: 0, cosine: 1 },
      { distance: 1, cosine: 0 },
    ]);
  });

  it('find their nearest rows in a table read in pieces', () => {
    const rows = 10_000;
    const read = (from: number, to: number) =>
      Float32Array.from({ length: (to - from) * 2 }, (_, i) => {
        const angle = ((from + (i >> 1)) / rows) * Math.PI;
        return i % 2 === 0 ? Math.cos(angle) : Math.sin(angle);
      });
    const [near] = nearestRows(Float32Array.from([0, 7]), 2, { rows, read, count: 3 });
    expect(near!.map(({ row }) => row).sort()).toEqual([4999, 5000, 5001]);
    expect(near![0]).toMatchObject({ row: 5000 });
    expect(near![0]!.cosine).toBeCloseTo(1, 6);
  });
});

describe('the inspector', () => {
  let folder: string;
  let file: string;
  let hard: string;
  let soft: string;
  let deep: string;
  let subject: ComparisonSubject;
  const inspector = createInspector(analyseComparison);

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'inspect-'));
    cpSync('media/examples/triage', folder, { recursive: true });
    file = join(folder, 'triage.prompt');
    for (const split of ['train', 'dev', 'test']) {
      const path = join(folder, 'data', `${split}.jsonl`);
      writeFileSync(path, readFileSync(path, 'utf8').split('\n').slice(0, 8).join('\n'));
    }
    const runs = join(folder, 'runs');
    const quick = { 'tune.steps': '2', 'tune.length': '3', 'tune.learningRate': '0.1', 'tune.evalEvery': '2' };
    hard = (await evaluateRun({ file, subject: { kind: 'hard' }, set: {}, runs })).folder!;
    soft = (await trainRun({ file, method: 'soft', set: quick, runs })).folder;
    deep = (await trainRun({ file, method: 'v2', set: { ...quick, 'tune.instruction': 'embeddings' }, runs })).folder;
    subject = {
      token: 't',
      baseline: 'hard',
      studies: [
        { key: 'hard', folders: [hard] },
        { key: 'soft', folders: [soft] },
      ],
    };
  });
  /** What a run answers, once it has. */
  const answerOf = async (run: string, input: Readonly<Record<string, string>>): Promise<InputAnswer> => {
    const { question } = await inspector.askInput({ folder: run, input });
    for (let from = 0; ;) {
      const { more, answer } = await inspector.answerSoFar({ question, from });
      if (answer) return answer;
      from += more.length;
    }
  };
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('analyses the answers of runs, and says their size on disk', async () => {
    const analysis = await inspector.analyse(subject);
    expect(inspectionCalls.analyse.result(structuredClone(analysis))).toBe(true);
    expect(analysis.studies.map(({ key, adapterBytes }) => [key, adapterBytes > 0])).toEqual([
      ['hard', false],
      ['soft', true],
    ]);
    expect(analysis.studies[1]!.differences[0]).toMatchObject({ rows: 8, test: 'mcnemar' });
  });

  it('gives every row with the answers as they lie on disk, and one row with all its probabilities', async () => {
    const chunk = await inspector.rows({ ...subject, from: 0 });
    const [theirs, ours] = await Promise.all([readPredictions(hard), readPredictions(soft)]);
    expect(chunk.inputs).toEqual(theirs.map(({ input }) => input));
    expect(Array.from(chunk.predicted, (text) => chunk.texts[text])).toEqual(
      [...theirs, ...ours].map(({ predicted }) => predicted),
    );
    const detail = await inspector.rowDetail({ ...subject, row: 3 });
    expect(
      detail.answers.map(({ probabilities }) =>
        Object.fromEntries(probabilities.map(({ label, probability }) => [label, probability])),
      ),
    ).toEqual([theirs[3]!.probabilities, ours[3]!.probabilities]);
  });

  it('writes the answers to some rows as they lie on disk, with the names it is told', async () => {
    const asked = { ...subject, rows: [3, 1], names: ['plain', 'taught'], format: 'json' as const };
    expect(inspectionCalls.exportAnswers.request(asked)).toBe(true);
    const answers = JSON.parse((await inspector.exportAnswers(asked)).text) as readonly Record<string, unknown>[];
    const [theirs, ours] = await Promise.all([readPredictions(hard), readPredictions(soft)]);
    expect(answers.map(({ study, row, predicted, probabilities }) => [study, row, predicted, probabilities])).toEqual(
      [1, 3].flatMap((row) =>
        (
          [
            ['plain', theirs[row]!],
            ['taught', ours[row]!],
          ] as const
        ).map(([study, line]) => [...[study, row, line.predicted, line.probabilities]]),
      ),
    );
  });

  it('knows the line of a row', async () => {
    expect(await inspector.rowLine({ file: join(folder, 'data', 'test.jsonl'), row: 3 })).toEqual({ line: 4 });
  });

  it('answers a row’s text as the evaluation did, with each run’s own prompt', async () => {
    const [row] = await readPredictions(hard);
    const text = (
      JSON.parse(readFileSync(join(folder, 'data', 'test.jsonl'), 'utf8').split('\n')[0]!) as { text: string }
    ).text;
    for (const run of [hard, soft, deep]) {
      const [measured] = await readPredictions(run);
      const said = await answerOf(run, { text });
      expect(said.answer).toBe(measured!.predicted);
      for (const { label, probability } of said.probabilities)
        expect(probability).toBeCloseTo(measured!.probabilities![label]!, 4);
    }
    expect(row!.input).toBe(text);
    const other = await answerOf(hard, { text: 'The screen stays black.' });
    expect(other.probabilities).not.toEqual((await answerOf(hard, { text })).probabilities);
  });

  it('answers in free text as the run decodes, and leaves an input when another is asked about', async () => {
    const text = join(folder, 'text.prompt');
    writeFileSync(
      text,
      '---\nmodel: builtin\noutput: { schema: { label: string } }\ntune.data: { test: data/test.jsonl }\n' +
        'config: { maxOutputTokens: 5 }\n---\nMessage: {{text}}\nAnswer:{{label}}',
    );
    const run = (await evaluateRun({ file: text, subject: { kind: 'hard' }, set: {}, runs: join(folder, 'runs') }))
      .folder!;
    const [measured] = await readPredictions(run);
    const [row] = readFileSync(join(folder, 'data', 'test.jsonl'), 'utf8').split('\n');
    const { text: message } = JSON.parse(row!) as { text: string };
    const older = answerOf(run, { text: 'Where is it?' });
    const newer = answerOf(run, { text: message });
    await expect(older).rejects.toMatchObject({ code: 'outdated' });
    expect((await newer).answer).toBe(measured!.predicted);
    expect(measured!.truncated).toBe(true);
  });

  it('measures trained vectors, their movement and their nearest words', async () => {
    const anatomy = await inspector.inspectPrompt({ folder: soft });
    expect(inspectionCalls.inspectPrompt.result(structuredClone(anatomy))).toBe(true);
    expect(anatomy.vectors).toHaveLength(3);
    expect(anatomy.prefix).toBeNull();
    for (const { moved, turned, near, norm } of anatomy.vectors) {
      expect(norm).toBeGreaterThan(0);
      expect(moved).toBeGreaterThan(0);
      // Two steps from the words of the instruction, a vector still lies nearest to the word that it began at.
      expect(near[0]!.cosine).toBeCloseTo(turned!, 5);
    }
    expect([0, 4, 8].map((place) => anatomy.similarities[place]!.toFixed(4))).toEqual(['1.0000', '1.0000', '1.0000']);
  });

  it('measures a prefix by layer, and names the instruction’s tokens', async () => {
    const { vectors, prefix } = await inspector.inspectPrompt({ folder: deep });
    expect(prefix).toMatchObject({ positions: 3 });
    expect(
      prefix!.layers.every(({ keyNorm, valueNorm, moved }) => keyNorm > 0 && valueNorm > 0 && moved! > 0 && moved! < 2),
    ).toBe(true);
    expect(vectors.every(({ kind }) => kind === 'instruction')).toBe(true);
    expect(vectors.map(({ name }) => name).join('')).toMatch(/^Say what the message is about/);
  });

  it('refuses to look at the vectors of a hard prompt', async () => {
    await expect(inspector.inspectPrompt({ folder: hard })).rejects.toMatchObject({ code: 'nothing-to-train' });
  });
});
