import { openModel } from '../../../src/model/openModel';
import { closeTask } from '../../../src/objective/rows/splits';
import { prepareTask } from '../../../src/objective/task';
import { loadTemplate } from '../../../src/template/read/loadTemplate';
import { resolveSettings } from '../../../src/template/read/resolveSettings';
import { searchInstruction } from '../../../src/tuning/search/searchInstruction';

/**
 * Times one search for a better instruction, and says what it found, so that two versions can be held against each
 * other. Prints one JSON object. usage: bench-search.js TEMPLATE READABILITY SEED BUDGET
 */
async function main([file, readability, seed, budget]: readonly string[]): Promise<void> {
  const template = await loadTemplate(file!);
  const model = await openModel(template.model, process.cwd());
  const settings = resolveSettings(template, 'v2', { 'tune.instruction': 'text', 'tune.readability': readability! });
  const task = await prepareTask(template, settings, model);
  const [began, cpu] = [performance.now(), process.cpuUsage()];
  const search = searchInstruction(task, model, { seed: Number(seed), budget: Number(budget) });
  let prompts = 0;
  let next = await search.next();
  for (; !next.done; next = await search.next()) if (next.value.kind === 'progress') prompts = next.value.done;
  const { user, system } = process.cpuUsage(cpu);
  const seconds = (performance.now() - began) / 1000;
  await closeTask(task);
  const front = next.value.front.map(({ text, loss }) => ({ text, loss }));
  process.stdout.write(
    `${JSON.stringify({ prompts, seconds, cpuSeconds: (user + system) / 1e6, text: next.value.rewritten, front })}\n`,
  );
}

void main(process.argv.slice(2));
