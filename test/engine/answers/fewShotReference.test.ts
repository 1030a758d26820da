import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openModel } from '../../../src/model/openModel';
import { evaluateRun } from '../../../src/runs/work/measuring/evaluateRun';
import { examplesSource, writeExample } from '../../../src/template/examples/exampleSource';
import { insertExamples } from '../../../src/template/examples/insertExamples';
import { questionOf } from '../../../src/template/examples/question';
import { requireTemplate } from '../../../src/template/read/template';
import { renderText } from '../../../src/template/render/render';
import { openEmbeddingSimilarity } from '../../../src/tuning/search/proposals/embeddingSimilarity';
import reference from '../../support/examples/few_shot.json';
import { assembleModel } from '../../support/models/models';

const folder = mkdtempSync(join(tmpdir(), 'prompt-tuner-few-shot-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const model = assembleModel('reference/stories260k');

const written = requireTemplate(
  [
    '---',
    `model: ${model}`,
    'output: { schema: { label(enum): [wet, dry] } }',
    'tune.data: { test: rows.jsonl }',
    '---',
    `{{#instruction}}${reference.instruction}{{/instruction}}`,
    '',
    '{{text}}',
    'The day was{{label}}',
  ].join('\n'),
  join(folder, 'days.prompt'),
);

describe('examples against transformers', () => {
  it('give the prompt, and the labels the probabilities, that it computes', async () => {
    const form = { turns: false, trims: true, masked: false };
    const examples = reference.shown.map(([text, label]) =>
      writeExample(questionOf(written), { text }, { answer: () => ` ${label}`, form }),
    );
    const { path, text } = insertExamples(written, examplesSource(examples, questionOf(written), form));
    writeFileSync(path, text);
    const rows = reference.rows.map((row) => `${JSON.stringify({ text: row.text, label: row.expected })}\n`);
    writeFileSync(join(folder, 'rows.jsonl'), rows.join(''));
    for (const row of reference.rows) expect(renderText(requireTemplate(text, path), row)).toBe(row.prompt);
    const measured = await evaluateRun({ file: path, subject: { kind: 'hard' }, set: {}, runs: join(folder, 'runs') });
    measured.predictions.forEach(({ probabilities }, i) => {
      for (const label of ['wet', 'dry'] as const)
        expect(probabilities![label]).toBeCloseTo(reference.rows[i]!.probabilities[label], 4);
    });
  });

  it('are as alike to a row as its embeddings make them', async () => {
    const opened = await openModel(model, folder);
    const tokensOf = (text: string) => opened.tokenizer.encode(text, false);
    for (const { text, similarities } of reference.rows) {
      const ours = openEmbeddingSimilarity(opened).to(
        tokensOf(text),
        reference.shown.map(([other]) => tokensOf(other!)),
      );
      ours.forEach((value, i) => expect(value).toBeCloseTo(similarities[i]!, 5));
    }
  });
});
