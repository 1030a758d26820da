// llama.cpp's side of the speed of writing answers: sixteen prompts at once, each behind the others in one batch.
// usage: decoding_llama.mjs FOLDER GGUF_FILE WORK_FILE THREADS, where FOLDER has `node-llama-cpp` in its node_modules.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const [folder, file, work, threads] = process.argv.slice(2);
const { getLlama } = await import(
  pathToFileURL(resolve(join(folder, 'node_modules', 'node-llama-cpp', 'dist', 'index.js'))).href
);
const sequences = 16;
const { prompts, answer } = JSON.parse(readFileSync(work, 'utf8'));
const llama = await getLlama({ gpu: false, build: 'never', logLevel: 'error', maxThreads: Number(threads) });
const model = await llama.loadModel({ modelPath: file, gpuLayers: 0 });
const context = await model.createContext({
  sequences,
  threads: Number(threads),
  contextSize: prompts[0].length + answer,
  batchSize: 2048,
});

const tokens = [];
let next = 0;
async function write(sequence) {
  while (next < prompts.length) {
    const row = next++;
    tokens[row] = [];
    await sequence.clearHistory();
    for await (const token of sequence.evaluate(prompts[row], { temperature: 0, yieldEogToken: true }))
      if (tokens[row].push(token) === answer) break;
  }
}
const [began, cpu] = [performance.now(), process.cpuUsage()];
await Promise.all(Array.from({ length: sequences }, () => write(context.getSequence())));
const seconds = (performance.now() - began) / 1000;
const { user, system } = process.cpuUsage(cpu);
process.stdout.write(`${JSON.stringify({ seconds, cpuSeconds: (user + system) / 1e6, tokens })}\n`);
process.exit();
