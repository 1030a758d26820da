import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { openModel } from '../../../src/model/openModel';
import { resolveSettings } from '../../../src/template/read/resolveSettings';
import { loadTemplate } from '../../../src/template/read/loadTemplate';
import { layOut } from '../../../src/objective/batch';
import type { Example } from '../../../src/objective/example';
import { initialTokens } from '../../../src/tuning/start/initialise';
import { openObjective } from '../../../src/objective/objective';
import { optimizers } from '../../../src/tuning/optimizer/optimizer';
import { openSource } from '../../../src/objective/rows/source';
import { closeTask } from '../../../src/objective/rows/splits';
import { prepareTask } from '../../../src/objective/task';
import { batchOptions } from '../../../src/objective/batch';

/**
 * Times training steps, forward to optimizer, on fixed batches, and leaves the batches as token ids for the peer to
 * repeat. usage: speed.js TEMPLATE MODEL OBJECTIVE BATCHES_FILE THREADS SECONDS
 */
async function main([template, modelFolder, objectiveName, file, threads, seconds]: readonly string[]): Promise<void> {
  const loaded = await loadTemplate(resolve(template!));
  const settings = resolveSettings(loaded, 'soft', { 'tune.objective': objectiveName });
  const model = await openModel(modelFolder!, process.cwd());
  const task = await prepareTask(loaded, settings, model);
  const source = openSource(task, model, 'train');
  const batches = await Promise.all(
    Array.from({ length: 8 }, (_, b) =>
      source.examples(Array.from({ length: settings.batchSize }, (__, i) => b * settings.batchSize + i)),
    ),
  );
  writeFileSync(
    file!,
    JSON.stringify({
      virtualTokens: task.layout.total,
      words: task.verbalizer.map((words) => words[0]),
      objective: objectiveName,
      batches: batches.map((batch) => batch.map((example) => forPeer(example, task.layout.total))),
    }),
  );

  const prompt = {
    rows: task.promptRows,
    hiddenSize: model.configuration.hiddenSize,
    values: initialTokens(task, model),
  };
  const parameter = { dims: [prompt.rows, prompt.hiddenSize], values: prompt.values };
  const moments = optimizers.adamw.start(parameter);
  const objective = openObjective(model, Number(threads));
  const options = batchOptions(task, model, 'training');
  let steps = 0;
  const step = async (): Promise<number> => {
    const batch = layOut(batches[steps % batches.length]!, options);
    const { gradient, loss } = await objective.step(batch, prompt);
    optimizers.adamw.update(parameter, gradient!, moments, { learningRate: 1e-3, weightDecay: 0, step: ++steps });
    return loss;
  };
  const firstLoss = await step();
  for (let i = 0; i < 4; i++) await step();
  const began = performance.now();
  const from = steps;
  while (performance.now() - began < Number(seconds) * 1000) await step();
  const elapsed = (performance.now() - began) / 1000;
  await objective.close();
  await closeTask(task);
  process.stdout.write(
    `${JSON.stringify({
      examplesPerSecond: ((steps - from) * settings.batchSize) / elapsed,
      peakMemoryBytes: process.resourceUsage().maxRSS * 1024,
      firstLoss,
    })}\n`,
  );
}

/** Virtual tokens in front are the peer's own business. */
const forPeer = ({ prompt, label, answer }: Example, virtual: number): object => ({
  ids: prompt.slice(virtual),
  label,
  answer,
});

void main(process.argv.slice(2));
