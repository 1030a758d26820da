import { readFileSync } from 'node:fs';
import { openGenerator } from '../../../src/decoding/generator';
import { openModel } from '../../../src/model/openModel';

/** Times answers of a fixed length behind given prompts. usage: bench-decoding.js MODEL WORK_FILE THREADS */
async function main([reference, file, threads]: readonly string[]): Promise<void> {
  process.env.PROMPT_TUNER_THREADS = threads;
  const { prompts, answer: most } = JSON.parse(readFileSync(file!, 'utf8')) as {
    readonly prompts: readonly (readonly number[])[];
    readonly answer: number;
  };
  const generator = await openGenerator(await openModel(reference!, process.cwd()));
  await generator.generate(prompts.slice(0, 2), undefined, { most: 2, end: [] });
  const [began, cpu] = [performance.now(), process.cpuUsage()];
  const answers = await generator.generate(prompts, undefined, { most, end: [] });
  const seconds = (performance.now() - began) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  await generator.close();
  process.stdout.write(
    `${JSON.stringify({ seconds, cpuSeconds: (user + system) / 1e6, tokens: answers.map(({ tokens }) => tokens) })}\n`,
  );
}

void main(process.argv.slice(2));
