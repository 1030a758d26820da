import { readFileSync } from 'node:fs';
import { openModel, type LanguageModel } from '../../../src/model/openModel';
import { layOut, type Batch } from '../../../src/objective/batch';
import { producers } from '../../../src/onnx/graph';
import { openObjective } from '../../../src/objective/objective';
import { prefixWidth, type SoftPrompt } from '../../../src/objective/prompt';
import { readStorage, storedInBlocks } from './storedInBlocks';

interface Work {
  readonly method: 'soft' | 'v2';
  readonly virtual: number;
  readonly batches: readonly (readonly { readonly ids: readonly number[]; readonly answer: number }[])[];
}

/**
 * Times training steps, forward and backward, over given batches; says the loss of each in the first round, so that a
 * peer can be held against it. usage: bench-steps.js MODEL WORK_FILE THREADS STEPS [STORAGE ROUNDED_FILE]
 */
async function main([reference, file, threads, count, storage, rounded]: readonly string[]): Promise<void> {
  const { method, virtual, batches }: Work = JSON.parse(readFileSync(file!, 'utf8')) as Work;
  const opened = await openModel(reference!, process.cwd());
  const model = storage && rounded ? storedInBlocks(opened, readStorage(storage), rounded) : opened;
  const { firstVirtualToken } = model.tokenizer;
  const front = method === 'soft' ? Array.from({ length: virtual }, (_, i) => firstVirtualToken + i) : [];
  const laidOut = batches.map((rows) =>
    layOut(
      rows.map(({ ids, answer }, row) => ({
        row,
        prompt: [...front, ...ids],
        expected: '',
        label: -1,
        answer: [answer],
      })),
      {
        objective: 'token',
        verbalizer: [],
        firstVirtualToken,
        sharePrefix: model.signature.cache.length > 0,
        deepRows: method === 'v2' ? virtual : 0,
      },
    ),
  );
  const prompt = startOf(model, method, virtual);
  const objective = openObjective(model, Number(threads));
  const losses: number[] = [];
  let first: Float32Array | undefined;
  for (const batch of laidOut) {
    const { loss, gradient, prefixGradient } = await objective.step(batch, prompt);
    losses.push(loss);
    first ??= gradient ?? prefixGradient;
  }
  const seconds: number[] = [];
  const cpu = process.cpuUsage();
  for (let i = 0; i < Number(count); i++) {
    const began = performance.now();
    await objective.step(laidOut[i % laidOut.length]!, prompt);
    seconds.push((performance.now() - began) / 1000);
  }
  const { user, system } = process.cpuUsage(cpu);
  await objective.close();
  process.stdout.write(
    `${JSON.stringify({
      seconds,
      cpuSeconds: (user + system) / 1e6 / Number(count),
      productFlops: productFlops(model, laidOut[0]!),
      losses,
      ...(storage && { gradient: [...first!] }),
      peakMemoryBytes: process.resourceUsage().maxRSS * 1024,
    })}\n`,
  );
}

/**
 * Floating-point operations of the products with weights that a step cannot do without: forward and back to the inputs
 * for each token that is run, and the output projection for each answer.
 */
function productFlops({ trainingModel: { graph }, configuration }: LanguageModel, batch: Batch): number {
  const made = producers(graph);
  const weightBehind = (value: string): string => {
    const node = made.get(value);
    return node?.op === 'Transpose' || node?.op === 'Cast' ? weightBehind(node.inputs[0]!) : value;
  };
  const products = graph.nodes.filter(({ op }) => op === 'MatMul' || op === 'Gemm');
  const multiplied = new Set(products.map(({ inputs }) => weightBehind(inputs[1]!)));
  const matrices = [...multiplied].map((name) => graph.initializers.get(name)?.dims ?? []);
  return matrices.reduce((sum, [rows = 0, columns = 0]) => {
    const isHead = rows === configuration.vocabularySize || columns === configuration.vocabularySize;
    return sum + 4 * rows * columns * (isHead ? batch.examples.length : batch.tokens);
  }, 0);
}

/** Small numbers that a peer makes the same way. */
function startOf(model: LanguageModel, method: Work['method'], rows: number): SoftPrompt {
  const { hiddenSize } = model.configuration;
  const wave = (length: number): Float32Array => Float32Array.from({ length }, (_, i) => Math.sin(i) / 10);
  if (method === 'soft') return { rows, hiddenSize, values: wave(rows * hiddenSize) };
  const width = prefixWidth(model);
  return { rows: 0, hiddenSize, values: new Float32Array(0), prefix: { rows, width, values: wave(rows * width) } };
}

void main(process.argv.slice(2));
