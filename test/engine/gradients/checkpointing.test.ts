import { basename, dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { asLateAsPossible, cutIntoSegments } from '../../../src/autodiff/segments';
import { openModel, type LanguageModel } from '../../../src/model/openModel';
import type { Node } from '../../../src/onnx/graph';
import { layOut, type Batch, type BatchOptions } from '../../../src/objective/batch';
import type { Example } from '../../../src/objective/example';
import { openObjective } from '../../../src/objective/objective';
import { prefixWidth } from '../../../src/objective/prompt';
import type { SoftPrompt } from '../../../src/objective/prompt';
import { wave } from '../../support/engine/decoderReference';
import { assembleModel } from '../../support/models/models';
import { seededRandom } from '../../support/engine/random';

/** Prompts of the given lengths behind three virtual tokens; all but the last eight tokens are the same in each. */
function examplesOf(
  { tokenizer: { firstVirtualToken } }: LanguageModel,
  lengths: readonly number[],
): readonly Example[] {
  return lengths.map((length, row) => {
    const words = Array.from({ length }, (_, i) => 3 + ((i < length - 8 ? i : i * (row + 2)) % 60));
    return {
      row,
      prompt: [firstVirtualToken, firstVirtualToken + 1, firstVirtualToken + 2, ...words],
      expected: '',
      label: -1,
      answer: [5, 9],
    };
  });
}

const batchOf = (model: LanguageModel, lengths: readonly number[], options: Partial<BatchOptions>): Batch =>
  layOut(examplesOf(model, lengths), {
    objective: 'token',
    verbalizer: [],
    firstVirtualToken: model.tokenizer.firstVirtualToken,
    sharePrefix: false,
    deepRows: 0,
    ...options,
  });

function promptOf(model: LanguageModel, deepRows: number): SoftPrompt {
  const { hiddenSize } = model.configuration;
  const width = prefixWidth(model);
  return {
    rows: 3,
    hiddenSize,
    values: wave(3 * hiddenSize, 0),
    ...(deepRows && { prefix: { rows: deepRows, width, values: wave(deepRows * width, 1) } }),
  };
}

describe('activation checkpointing', () => {
  it.each(['llama/model.onnx', 'gpt2/model.safetensors', 'gpt-neox/model.onnx', 'gemma3/model.onnx'])(
    'changes no bit of the loss and the gradients of %s',
    async (file) => {
      const model = await openModel(join(assembleModel(join('architectures', dirname(file))), basename(file)), '/');
      const [held, again] = [openObjective(model, 1), openObjective(model, 1, { checkpointing: true })];
      for (const [sharePrefix, deepRows] of [
        [false, 0],
        [true, 0],
        [true, 2],
      ] as const) {
        const batch = batchOf(model, [16, 13], { sharePrefix, deepRows });
        expect(batch.prefixLength > 0).toBe(sharePrefix);
        const [expected, found] = [
          await held.step(batch, promptOf(model, deepRows)),
          await again.step(batch, promptOf(model, deepRows)),
        ];
        expect(found).toEqual(expected);
        expect(expected.gradient!.some((value) => value !== 0)).toBe(true);
      }
      await Promise.all([held.close(), again.close()]);
    },
  );

  it("changes no bit of a masked model's gradient", async () => {
    const model = await openModel(assembleModel('masked/bert'), '/');
    const examples = examplesOf(model, [12, 9]).map((example) => ({ ...example, masks: 6 }));
    const batch = layOut(examples, {
      objective: 'token',
      verbalizer: [],
      firstVirtualToken: model.tokenizer.firstVirtualToken,
      sharePrefix: false,
      deepRows: 0,
    });
    const [held, again] = [openObjective(model, 1), openObjective(model, 1, { checkpointing: true })];
    expect(await again.step(batch, promptOf(model, 0))).toEqual(await held.step(batch, promptOf(model, 0)));
    await Promise.all([held.close(), again.close()]);
  });

  it('takes little more than half the memory for a long prompt, or less', async () => {
    const model = await openModel('builtin', '/');
    const batch = batchOf(model, new Array<number>(8).fill(300), {});
    const most = (): number => process.resourceUsage().maxRSS;
    /** How far a step lifts the largest resident memory so far. */
    const lift = async (checkpointing: boolean): Promise<number> => {
      const objective = openObjective(model, 1, { checkpointing });
      await objective.step(batchOf(model, [12, 9], {}), promptOf(model, 0));
      const before = most();
      await objective.step(batch, promptOf(model, 0));
      await objective.close();
      return most() - before;
    };
    const checkpointed = await lift(true);
    // What the second step takes beyond the first is what holding adds.
    expect(checkpointed + (await lift(false))).toBeGreaterThan(1.8 * checkpointed);
  });
});

const node = (name: string, inputs: readonly string[], outputs: readonly string[] = [name]): Node => ({
  op: 'Add',
  domain: '',
  name,
  inputs,
  outputs,
  attributes: {},
});

/** Two layers of a residual stream: each leads through a norm and a wide value back into the stream. */
const layers = ['a', 'b'].flatMap((layer, i) => {
  const from = i === 0 ? 'x' : 'a/out';
  return [
    ...(i === 0 ? [node('x', ['prompt'])] : []),
    node(`${layer}/norm`, [from]),
    node(`${layer}/wide`, [`${layer}/norm`]),
    node(`${layer}/narrow`, [`${layer}/wide`]),
    node(`${layer}/out`, [from, `${layer}/narrow`]),
  ];
});
const dims = (value: string): readonly number[] => (value.endsWith('wide') ? [40] : [10]);

describe('segments of a forward pass', () => {
  it('part where only the stream crosses', () => {
    expect(cutIntoSegments(layers, 2, dims).map((segment) => segment.map(({ name }) => name))).toEqual([
      ['x', 'a/norm', 'a/wide', 'a/narrow', 'a/out'],
      ['b/norm', 'b/wide', 'b/narrow', 'b/out'],
    ]);
  });

  it('hold every node once, in order, whatever their number', () => {
    const random = seededRandom(5);
    for (let count = 1; count <= 12; count++) {
      const path = Array.from({ length: random.int(1, 40) }, (_, i) =>
        node(`n${i}`, [`n${random.int(-1, i - 1)}`, `n${i - 1}`]),
      );
      const segments = cutIntoSegments(path, count, () => [random.int(1, 9)]);
      expect(segments.flat()).toEqual(path);
      for (const segment of segments)
        expect(segment.length).toBeLessThanOrEqual(Math.ceil((1.25 * path.length) / count));
    }
  });

  it('hold what only one layer reads in that layer, wherever it stood', () => {
    const path = [
      node('keys a', ['prompt']),
      node('keys b', ['prompt']),
      node('layer a', ['keys a']),
      node('layer b', ['layer a', 'keys b']),
      node('loss', ['layer b']),
    ];
    expect(asLateAsPossible(path, 'loss').map(({ name }) => name)).toEqual([
      'keys a',
      'layer a',
      'keys b',
      'layer b',
      'loss',
    ]);
  });
});
