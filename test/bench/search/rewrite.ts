import { openModel, type LanguageModel } from '../../../src/model/openModel';
import { prepareTask, type Task } from '../../../src/objective/task';
import { closeTask } from '../../../src/objective/rows/splits';
import { evaluate } from '../../../src/scoring/evaluate';
import { loadTemplate } from '../../../src/template/read/loadTemplate';
import { resolveSettings } from '../../../src/template/read/resolveSettings';
import { hardTask, withInstruction } from '../../../src/tuning/search/text/hardTask';
import { searchInstruction } from '../../../src/tuning/search/searchInstruction';
import { peers, type Found } from './rewritePeers';

/**
 * One search for a better instruction, ours or a peer's, with its processor time, and what its text comes to on the
 * test rows; what `rewrite.mjs` starts for each task, method and seed. Prints one JSON object.
 * usage: rewrite.js TEMPLATE METHOD SEED BUDGET
 */
async function main([file, method, seed, budget]: readonly string[]): Promise<void> {
  const template = await loadTemplate(file!);
  const model = await openModel(template.model, process.cwd());
  const readability = ['strict', 'fair', 'free'].includes(method!) ? method : 'strict';
  const settings = resolveSettings(template, 'v2', { 'tune.instruction': 'text', 'tune.readability': readability });
  const task = await prepareTask(template, settings, model);
  const began = process.cpuUsage();
  const options = { seed: Number(seed), budget: Number(budget) };
  const peer = peers[method!];
  const found = peer ? await peer(task, model, options) : await ours(task, model, options);
  const spent = process.cpuUsage(began);
  const seconds = (spent.user + spent.system) / 1e6;
  const [before, after] = [await onTest(task, model, found.original), await onTest(task, model, found.text)];
  const members: object[] = [];
  for (const text of process.env.BENCH_FRONT ? (found.front ?? []) : [])
    members.push({ ...text, edits: text.edits.length, test: share((await onTest(task, model, text.text)).right) });
  await closeTask(task);
  const result = { ...options, method, seconds, text: found.text, before, after, ...found.facts };
  process.stdout.write(`${JSON.stringify(members.length > 0 ? { ...result, members } : result)}\n`);
}

const share = (right: string): number => [...right].filter((bit) => bit === '1').length / right.length;

async function ours(
  task: Task,
  model: LanguageModel,
  options: { readonly seed: number; readonly budget: number },
): Promise<Found> {
  const search = searchInstruction(task, model, options);
  let [spent, accepted] = [0, 0];
  for (;;) {
    const next = await search.next();
    if (!next.done) {
      if (next.value.kind === 'progress') spent = next.value.done;
      if (next.value.kind === 'accepted') accepted++;
      if (process.env.BENCH_TRACE && next.value.kind !== 'checkpoint' && next.value.kind !== 'progress')
        process.stderr.write(`${JSON.stringify(next.value)}\n`);
      continue;
    }
    const { original, rewritten, front } = next.value;
    const chosen = front.find(({ text }) => text === rewritten);
    return {
      original,
      text: rewritten,
      front,
      facts: { spent, accepted, readability: chosen?.readability, dev: chosen?.accuracy },
    };
  }
}

/** Which test rows a text answers rightly, a bit a row, and its loss. */
async function onTest(
  task: Task,
  model: LanguageModel,
  text: string,
): Promise<{ readonly right: string; readonly loss: number }> {
  const { predictions, loss } = await evaluate(withInstruction(hardTask(task), text)!, model, undefined, {
    split: 'test',
  });
  const right = predictions.map(({ expected, predicted }) => (expected === predicted ? '1' : '0')).join('');
  return { right, loss };
}

void main(process.argv.slice(2));
