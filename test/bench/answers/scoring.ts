import { readFileSync } from 'node:fs';
import { openModel } from '../../../src/model/openModel';
import { batchOptions } from '../../../src/objective/batch';
import type { Example } from '../../../src/objective/example';
import { openObjective } from '../../../src/objective/objective';
import type { Task } from '../../../src/objective/task';
import { scoreRows } from '../../../src/scoring/scoreSplit';

interface Work {
  readonly prompts: readonly (readonly number[])[];
  readonly words: readonly (readonly number[])[];
}

/** Times the scores of words behind prompts. usage: bench-scoring.js MODEL WORK_FILE THREADS */
async function main([reference, file, threads]: readonly string[]): Promise<void> {
  const { prompts, words }: Work = JSON.parse(readFileSync(file!, 'utf8')) as Work;
  const model = await openModel(reference!, process.cwd());
  const objective = openObjective(model, Number(threads));
  const inPlace = words.map((tokens) => [{ merged: 0, tokens }]);
  const examples = prompts.map((prompt, row): Example => ({
    row,
    prompt,
    expected: '',
    label: 0,
    answer: words[0]!,
    words: inPlace,
  }));
  // Of a task, scoring reads these alone.
  const settings = { objective: 'label', prefixSharing: true };
  const task = { labels: words.map(String), prefixRows: 0, settings } as unknown as Task;
  const scores: number[][] = [];
  const score = async (rows: number): Promise<void> => {
    const source = { rows, examples: async (chosen: readonly number[]) => chosen.map((row) => examples[row]!) };
    const scoring = { task, objective, batch: batchOptions(task, model, 'scoring'), source, rows };
    for await (const batch of scoreRows(scoring, undefined))
      for (const { example, probabilities } of batch.rows) scores[example.row] = [...probabilities];
  };
  await score(Math.min(64, examples.length));
  const [began, cpu] = [performance.now(), process.cpuUsage()];
  await score(examples.length);
  const seconds = (performance.now() - began) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  await objective.close();
  process.stdout.write(`${JSON.stringify({ seconds, cpuSeconds: (user + system) / 1e6, scores })}\n`);
}

void main(process.argv.slice(2));
