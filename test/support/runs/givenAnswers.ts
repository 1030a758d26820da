import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { scoreFile, type ScoreOutcome, type ScoreRequest } from '../../../src/runs/work/measuring/scoreFile';
import { lines } from '../text/lines';

/** Rows of the templates below; the second and the fourth are the same. */
export const askedRows: readonly { readonly text: string; readonly label: string; readonly answer: string }[] = [
  { text: 'Rain, and "wind"', label: 'bad', answer: 'It rained.' },
  { text: 'Sun', label: 'good', answer: 'The sun shone.' },
  { text: 'Café au lait', label: 'good', answer: 'Coffee with milk.' },
  { text: 'Sun', label: 'good', answer: 'It was bright.' },
  { text: 'Snow\nand ice', label: 'bad', answer: 'It froze.' },
];

const front = (output: string, more: readonly string[]): readonly string[] => [
  '---',
  // There is none: scoring opens no model.
  'model: ./nowhere',
  'input: { schema: { text: string } }',
  `output: { schema: { ${output} } }`,
  'tune.data: { train: missing.jsonl, test: test.jsonl }',
  ...more,
  '---',
];

/** A folder with a template of labels, one of texts, their rows, and whatever else is written; gone after the test. */
export function answersFolder(
  files: Readonly<Record<string, string | Buffer>> = {},
  more: readonly string[] = [],
): string {
  const folder = mkdtempSync(join(tmpdir(), 'prompt-tuner-answers-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const written = {
    'day.prompt': lines(...front('label(enum): [good, bad]', more), '{{text}} is{{label}}'),
    'tell.prompt': lines(...front('answer: string', more), '{{text}}: {{answer}}'),
    'test.jsonl': askedRows.map((row) => `${JSON.stringify(row)}\n`).join(''),
    ...files,
  };
  for (const [name, content] of Object.entries(written)) writeFileSync(join(folder, name), content);
  return folder;
}

/** Scores a file of the folder. */
export function scoreIn(
  folder: string,
  predictions: string,
  request: Partial<ScoreRequest> = {},
): Promise<ScoreOutcome> {
  return scoreFile({
    set: {},
    runs: join(folder, 'runs'),
    ...request,
    file: join(folder, request.file ?? 'day.prompt'),
    predictions: predictions.startsWith('{') ? predictions : join(folder, predictions),
  });
}
