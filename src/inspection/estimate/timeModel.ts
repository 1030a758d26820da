import type { LanguageModel } from '../../model/openModel';
import { chooseProvider } from '../../onnx/runtime/provider';
import { below, createRandom } from '../../data/random';
import { layOut, type Batch } from '../../objective/batch';
import type { Example } from '../../objective/example';
import { openObjective } from '../../objective/objective';
import type { ModelSpeed } from './modelSpeed';
import { watchMemory } from '../../runs/work/peakMemory';

const [sequences, length, virtualTokens] = [4, 64, 8];
/** A pass is repeated for this long, but at least so often; the median counts. */
const [seconds, fewest] = [1.5, 3];

/**
 * Times forward passes and training steps on random tokens.
 * @throws Failure "no-rule" never: a model without gradient is only run forward
 */
export async function timeModel(model: LanguageModel, trainable: boolean): Promise<ModelSpeed> {
  const memory = watchMemory();
  const objective = openObjective(model);
  try {
    const batch = randomBatch(model);
    const hiddenSize = model.configuration.hiddenSize;
    const prompt = { rows: virtualTokens, hiddenSize, values: new Float32Array(virtualTokens * hiddenSize).fill(0.01) };
    const forward = await median(() => objective.score(batch, prompt));
    const step = trainable ? await median(() => objective.step(batch, prompt)) : undefined;
    return {
      provider: (await chooseProvider()).used,
      batch: sequences,
      tokens: batch.tokens / sequences,
      forwardTokensPerSecond: batch.tokens / forward,
      stepTokensPerSecond: step === undefined ? null : batch.tokens / step,
      stepOverForward: step === undefined ? null : step / forward,
      peakMemoryBytes: memory.stop(),
    };
  } finally {
    memory.stop();
    await objective.close();
  }
}

function randomBatch({ tokenizer: { vocabularySize, firstVirtualToken }, configuration }: LanguageModel): Batch {
  const random = createRandom(1);
  const most = Math.min(length, configuration.contextLength - 1);
  const examples = Array.from({ length: sequences }, (_, row): Example => {
    const words = Array.from({ length: most - virtualTokens }, () => below(random, vocabularySize));
    const virtual = Array.from({ length: virtualTokens }, (__, i) => firstVirtualToken + i);
    return { row, prompt: [...virtual, ...words], expected: '', label: -1, answer: [below(random, vocabularySize)] };
  });
  return layOut(examples, { objective: 'token', firstVirtualToken, sharePrefix: false, deepRows: 0 });
}

/** Seconds of one pass, the first left out. */
async function median(pass: () => Promise<unknown>): Promise<number> {
  await pass();
  const times: number[] = [];
  for (let total = 0; total < seconds || times.length < fewest;) {
    const began = performance.now();
    await pass();
    const time = (performance.now() - began) / 1000;
    times.push(time);
    total += time;
  }
  return times.sort((a, b) => a - b)[Math.floor(times.length / 2)]!;
}
