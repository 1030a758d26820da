import * as l10n from '@vscode/l10n';
import { normal } from '../../data/random';
import { Failure } from '../../failure';
import { emptyPastFeeds } from '../../model/graph/past';
import type { LanguageModel } from '../../model/openModel';
import { ElementType, keepOnly } from '../../onnx/graph';
import { int64s, openSession } from '../../onnx/runtime/session';
import { startingTokens } from './initialise';
import { defaultThreads } from '../../objective/objective';
import { streamFor } from '../../data/random';
import type { Task } from '../../objective/task';
import { prefixWidth } from '../../objective/prompt';

/** Spread of P-Tuning v2's own start (transformers' initialisation of embeddings). */
const normalSpread = 0.02;

/**
 * The keys and values a prefix starts from, `[prefix rows, width]`: zero, N(0, 0.02), or those that text produces in
 * the model, so that at step 0 the prefix acts as that text does (PEFT's best published start).
 * @throws Failure "invalid-value" for a start that only virtual tokens can take
 */
export async function initialPrefix(task: Task, model: LanguageModel): Promise<Float32Array> {
  const { settings, prefixRows } = task;
  const size = prefixRows * prefixWidth(model);
  const random = streamFor(settings.seed, 4);
  switch (settings.init.kind) {
    case 'zero':
      return new Float32Array(size);
    case 'normal':
      return Float32Array.from({ length: size }, () => normalSpread * normal(random));
    case 'uniform':
      throw new Failure(
        'invalid-value',
        l10n.t`A prefix of keys and values cannot start uniform.`,
        { file: task.template.path },
        l10n.t`Set tune.init to text, vocabulary, labels, normal or zero.`,
      );
    default:
      return keysAndValues(model, startingTokens(task, model, { length: prefixRows, random }));
  }
}

/** What the model caches for a text, laid out as a prefix matrix. @returns `[tokens, width]` */
async function keysAndValues(language: LanguageModel, tokens: readonly number[]): Promise<Float32Array> {
  const {
    trainingModel,
    signature,
    configuration: { keyValueHeads: heads, headSize },
  } = language;
  const presents = signature.cache.flatMap((layer) => [layer.presentKey, layer.presentValue]);
  const session = await openSession(
    {
      ...trainingModel,
      graph: keepOnly(
        trainingModel.graph,
        presents.map((name) => ({ name, type: ElementType.float })),
      ),
    },
    { threads: defaultThreads() },
  );
  const results = await session.run({
    [signature.inputIds]: int64s([1, tokens.length], tokens),
    attention_mask: int64s(
      [1, tokens.length],
      tokens.map(() => 1),
    ),
    position_ids: int64s(
      [1, tokens.length],
      tokens.map((_, i) => i),
    ),
    token_type_ids: int64s(
      [1, tokens.length],
      tokens.map(() => 0),
    ),
    ...emptyPastFeeds(signature.past, 1),
  });
  await session.release();
  const width = prefixWidth(language);
  const matrix = new Float32Array(tokens.length * width);
  presents.forEach((name, part) => {
    const cached = results[name]!.data as Float32Array;
    for (let head = 0; head < heads; head++) {
      for (let row = 0; row < tokens.length; row++) {
        const from = (head * tokens.length + row) * headSize;
        matrix.set(cached.subarray(from, from + headSize), row * width + (part * heads + head) * headSize);
      }
    }
  });
  return matrix;
}
