import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readPredictions } from '../../../src/runs/store/files/predictionsFile';
import { evaluateRun } from '../../../src/runs/work/measuring/evaluateRun';
import { openRowAnswerer, type RowAnswer } from '../../../src/use/answerRows';
import { openPromptAt, type UsedPrompt } from '../../../src/use/openPromptAt';
import { addedColumns } from '../../../src/use/predict/addedColumns';
import { assembleModel } from '../../support/models/models';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'answers-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const rows = ['dog', 'cat and a very small bird', 'sun', 'old man'].map((text) => ({ text, label: `${text}!` }));

function write(name: string, front: string, body: string): string {
  const file = join(folder, `${name}.prompt`);
  writeFileSync(join(folder, 'rows.jsonl'), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  writeFileSync(
    file,
    `---\nmodel: ${assembleModel('reference/stories260k')}\n${front}\ntune.data: { test: rows.jsonl }\n---\n${body}\n`,
  );
  return file;
}

async function answersOf(prompt: UsedPrompt, asked: readonly object[]): Promise<readonly RowAnswer[]> {
  const answerer = openRowAnswerer(prompt);
  try {
    return await answerer.answer(
      asked.map((row, index) => ({ row: row as Record<string, unknown>, index, location: { line: index + 1 } })),
    );
  } finally {
    await answerer.close();
  }
}

describe('answers to rows without answers', () => {
  it('are texts that a measurement of the same rows gave, drawn ones too', async () => {
    const drawn = 'config: { maxOutputTokens: 12, temperature: 1.2, seed: 4 }';
    const file = write('drawn', `output: { schema: { label: string } }\n${drawn}`, 'Story: {{text}}{{label}}');
    const { folder: run } = await evaluateRun({ file, subject: { kind: 'hard' }, set: {}, runs: join(folder, 'runs') });
    const measured = await readPredictions(run!);
    const prompt = await openPromptAt(run!, { runs: join(folder, 'runs') });
    // What a row expects has no part in what the model reads.
    const answers = await answersOf(
      prompt,
      rows.map(({ text }) => ({ text })),
    );
    expect(answers).toEqual(
      measured.map(
        ({ predicted, truncated = false, promptTokens }) =>
          expect.objectContaining({ text: predicted, truncated, promptTokens }) as unknown,
      ),
    );
    expect(answers.some((answer) => 'text' in answer && answer.truncated)).toBe(true);
  });

  it('are given beside rows that have none', async () => {
    const file = write(
      'short',
      'output: { schema: { label: string } }\nconfig: { maxOutputTokens: 2 }',
      '{{text}}{{label}}',
    );
    const prompt = await openPromptAt(file, { runs: join(folder, 'runs') });
    const answers = await answersOf(prompt, [
      { text: 'a dog ' },
      { other: 1 },
      { text: 'word '.repeat(900) },
      { text: 'sun' },
    ]);
    expect(answers.map((answer) => ('failure' in answer ? answer.failure.code : 'text'))).toEqual([
      'text',
      'data-column',
      'prompt-too-long',
      'text',
    ]);
  });

  it('have a column for each field where they are objects, empty where the text is none', async () => {
    const schema = 'output: { format: json, schema: { desk(enum): [sales, billing], urgent: boolean } }';
    const file = write('fields', `${schema}\nconfig: { maxOutputTokens: 60 }`, 'Story: {{text}}\n{{output}}');
    const { task, ...prompt } = await openPromptAt(file, { runs: join(folder, 'runs') });
    const added = addedColumns(task, { prefix: '' });
    expect(added.names).toEqual(['prediction', 'prediction.desk', 'prediction.urgent', 'truncated', 'error']);
    const [answer] = await answersOf({ ...prompt, task }, [{ text: 'dog' }]);
    const [text, desk, urgent, truncated] = added.valuesOf(answer!);
    expect({ desk, urgent, truncated }).toEqual({ ...(JSON.parse(String(text)) as object), truncated: false });
    const cut = { text: '{"desk": "sa', truncated: true, tokens: 4, promptTokens: 3 };
    expect(added.valuesOf(cut)).toEqual([cut.text, null, null, true, null]);
  });

  it('are refused where the template shows the answer before its slot', async () => {
    const file = write(
      'leak',
      'output: { schema: { label(enum): [wet, dry] } }',
      'It was {{label}}. {{text}} was{{label}}',
    );
    await expect(openPromptAt(file, { runs: join(folder, 'runs') })).rejects.toMatchObject({ code: 'answer-leak' });
  });
});
