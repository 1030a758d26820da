import type { LanguageModel } from '../../model/openModel';
import { batchOptions, type BatchOptions } from '../../objective/batch';
import { layOutParts } from '../../objective/batchParts';
import type { Example } from '../../objective/example';
import { openObjective } from '../../objective/objective';
import type { SoftPrompt } from '../../objective/prompt';
import type { Task } from '../../objective/task';
import type { Tokenizer } from '../../model/tokenizer/tokenizer';
import type { LikeliestTokens } from './likeliest';

/** Rows that are looked at: what a model would rather write is much the same in all. */
export const sampledRows = 32;
const namedTokens = 5;

/**
 * The five likeliest tokens at the answer slot, of a masked model at its first mask.
 * @param examples those whose slots are looked at, at least one
 */
export async function likeliestTokens(
  { task, model, prompt }: { readonly task: Task; readonly model: LanguageModel; readonly prompt?: SoftPrompt },
  examples: readonly Example[],
): Promise<LikeliestTokens> {
  const means = await meanProbabilities(model, examples, { batch: batchOptions(task, model, 'scoring'), prompt });
  const behind = examples[0]!.prompt.filter((id) => id < model.tokenizer.firstVirtualToken);
  return {
    rows: examples.length,
    tokens: largestPlaces(means, namedTokens).map((id) => ({
      text: textBehind(behind, id, model.tokenizer),
      probability: means[id]!,
    })),
  };
}

/** Mean probability of each token at the answer slots of examples, `[vocabulary]`. */
export async function meanProbabilities(
  model: LanguageModel,
  examples: readonly Example[],
  { batch: given, prompt }: { readonly batch: BatchOptions; readonly prompt?: SoftPrompt },
): Promise<Float64Array> {
  const objective = openObjective(model);
  const options = { ...given, objective: 'token' as const };
  // Whatever token is scored there, the place is the answer's.
  const slots = examples.map((example) => ({ ...example, answer: [0], merged: 0 }));
  let sums: Float64Array | undefined;
  try {
    for (const batch of layOutParts(slots, options)) {
      const means = await objective.nextTokens(batch, prompt);
      sums ??= new Float64Array(means.length);
      for (let id = 0; id < means.length; id++) sums[id]! += means[id]! * batch.examples.length;
    }
  } finally {
    await objective.close();
  }
  return sums!.map((sum) => sum / examples.length);
}

/** Places of the largest values, the largest first. */
function largestPlaces(values: Float64Array, count: number): readonly number[] {
  const places: number[] = [];
  values.forEach((value, place) => {
    const last = places.at(-1);
    if (places.length >= count && value <= values[last!]!) return;
    const at = places.findIndex((other) => values[other]! < value);
    places.splice(at < 0 ? places.length : at, 0, place);
    places.length = Math.min(places.length, count);
  });
  return places;
}

/** Tokens of the prompt that decide how the next one reads. */
const readBefore = 4;

/** A token as it reads behind others; one that is no text, such as the end of a turn, as the vocabulary writes it. */
function textBehind(prompt: readonly number[], id: number, tokenizer: Tokenizer): string {
  const last = prompt.slice(-readBefore);
  const [before, whole] = [tokenizer.decode(last), tokenizer.decode([...last, id])];
  const text = whole.startsWith(before) ? whole.slice(before.length) : tokenizer.decode([id]);
  return text || (tokenizer.token(id) ?? '');
}
