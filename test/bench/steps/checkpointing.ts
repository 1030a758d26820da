import { createHash } from 'node:crypto';
import { openModel } from '../../../src/model/openModel';
import { layOut } from '../../../src/objective/batch';
import { openObjective } from '../../../src/objective/objective';

const steps = 3;

/**
 * Takes a few steps on one batch and says how far they lift the memory of the process above that of a tiny step.
 * usage: checkpointing.js MODEL BATCH LENGTH THREADS CHECKPOINTING
 */
async function main([modelFolder, batch, length, threads, checkpointing]: readonly string[]): Promise<void> {
  const model = await openModel(modelFolder!, process.cwd());
  const {
    tokenizer: { firstVirtualToken },
    configuration: { hiddenSize },
  } = model;
  const virtual = 8;
  const front = Array.from({ length: virtual }, (_, i) => firstVirtualToken + i);
  const laidOut = (tokens: number) =>
    layOut(
      Array.from({ length: Number(batch) }, (_, row) => ({
        row,
        prompt: [...front, ...Array.from({ length: tokens - virtual }, (__, i) => 3 + (((i + 1) * (row + 7)) % 60))],
        expected: '',
        label: -1,
        answer: [5],
      })),
      { objective: 'token', verbalizer: [], firstVirtualToken, sharePrefix: false, deepRows: 0 },
    );
  const prompt = {
    rows: virtual,
    hiddenSize,
    values: Float32Array.from({ length: virtual * hiddenSize }, (_, i) => Math.sin(i) / 10),
  };
  const objective = openObjective(model, Number(threads), { checkpointing: checkpointing === 'true' });
  await objective.step(laidOut(virtual + 4), prompt);
  const before = process.resourceUsage().maxRSS;
  const whole = laidOut(Number(length));
  const began = performance.now();
  let digest = '';
  for (let i = 0; i < steps; i++)
    digest = createHash('sha256')
      .update((await objective.step(whole, prompt)).gradient!)
      .digest('hex');
  const seconds = (performance.now() - began) / 1000 / steps;
  await objective.close();
  process.stdout.write(
    JSON.stringify({ megabytes: (process.resourceUsage().maxRSS - before) / 1024, seconds, digest }),
  );
}

void main(process.argv.slice(2));
