import { Failure } from '../failure';
import { constantNodes, instantiate, type Instance } from '../model/instance';
import type { LanguageModel } from '../model/openModel';
import { emptyGraph, extendGraph, type Builder } from '../onnx/builder';
import { ElementType, keepOnly, type Model } from '../onnx/graph';
import { floats, int64s, openSession } from '../onnx/session';
import { floatTensor } from '../onnx/tensor';
import { keysAndValuesMatrix, prefixWidth } from '../tuning/prefixStart';
import type { PrefixMatrix, SoftPrompt } from '../tuning/prompt';

/** A model with a prompt inside. Inputs and outputs are those of the model it was made from. */
export interface BakedModel {
  readonly model: Model;
  /** Positions that stand in front of every sequence and that callers neither pass nor see. */
  readonly front: number;
  /** Virtual tokens that callers place themselves: row `r` is the id `vocabularySize + r`. */
  readonly placed: number;
}

/**
 * Bakes a prompt into its model. Whatever stands in front of all text acts on it by its keys and values alone, which are the same for
 * every text; so a prefix, and virtual tokens in front, both become a constant past. Virtual tokens elsewhere become an extension of the vocabulary.
 * @param prepended rows of the prompt matrix, from the first, that stand in front of all text
 */
export async function bakePrompt(language: LanguageModel, prompt: SoftPrompt, prepended: number): Promise<BakedModel> {
  const inFront = language.signature.cache.length > 0 && !prompt.prefix ? prepended : 0;
  const prefix = prompt.prefix ?? (inFront > 0 ? await keysAndValuesInFront(language, prompt, inFront) : undefined);
  const placed = prompt.rows - inFront;
  const rows = prompt.values.slice(inFront * prompt.hiddenSize);
  const builder = beginGraph(language);
  const past = prefix ? constantPast(builder, language, prefix) : undefined;
  const virtual = placed > 0 ? { prompt: builder.constant(floatTensor([placed, prompt.hiddenSize], rows)), vocabularySize: language.tokenizer.vocabularySize } : undefined;
  const { model, signature } = language;
  const body = instantiate(builder, { graph: model.graph, signature }, { prefix: 'body/', bindings: { ...ownInputs(language), ...past }, virtual });
  nameOutputs(builder, language, { body, front: prefix?.rows ?? 0 });
  return { model: { ...model, graph: keepOnly(builder.graph([]), model.graph.outputs) }, front: prefix?.rows ?? 0, placed };
}

const beginGraph = ({ model }: LanguageModel): Builder =>
  extendGraph({ ...emptyGraph, inputs: model.graph.inputs, initializers: model.graph.initializers, nodes: constantNodes(model.graph) }, 'baked/');

const ownInputs = ({ model }: LanguageModel): Readonly<Record<string, string>> => Object.fromEntries(model.graph.inputs.map(({ name }) => [name, name]));

/** The inputs as the model's body shall see them: the prefix before the caller's past, a longer mask, positions further on. */
function constantPast(builder: Builder, { model, signature, configuration }: LanguageModel, { rows, width, values }: PrefixMatrix): Readonly<Record<string, string>> {
  const { keyValueHeads: heads, headSize } = configuration;
  const { op } = builder;
  const batch = op('Shape', [signature.inputIds], { start: 0, end: 1 });
  const stretch = op('Concat', [batch, builder.ints([1, 1, 1])], { axis: 0 });
  const bindings: Record<string, string> = {};
  signature.cache.flatMap((layer) => [layer.pastKey, layer.pastValue]).forEach((past, part) => {
    const tensor = floatTensor([1, heads, rows, headSize], cutPart({ rows, width, values }, { part, heads, headSize }));
    bindings[past] = op('Concat', [op('Expand', [builder.constant(tensor), stretch]), past], { axis: 2 });
  });
  const integer = (input: string): string => op('Cast', [builder.ints([1])], { to: model.graph.inputs.find(({ name }) => name === input)!.type });
  if (signature.attentionMask) {
    const ones = op('Expand', [integer(signature.attentionMask), op('Concat', [batch, builder.ints([rows])], { axis: 0 })]);
    bindings[signature.attentionMask] = op('Concat', [ones, signature.attentionMask], { axis: 1 });
  }
  if (signature.positionIds) bindings[signature.positionIds] = op('Add', [signature.positionIds, op('Mul', [integer(signature.positionIds), op('Cast', [builder.ints([rows])], { to: ElementType.int64 })])]);
  return bindings;
}

/** The columns of one layer's keys or values, `[heads, rows, head size]`. */
function cutPart({ rows, width, values }: PrefixMatrix, { part, heads, headSize }: { readonly part: number; readonly heads: number; readonly headSize: number }): Float32Array {
  const cut = new Float32Array(heads * rows * headSize);
  for (let head = 0; head < heads; head++) {
    for (let row = 0; row < rows; row++) {
      const from = row * width + (part * heads + head) * headSize;
      cut.set(values.subarray(from, from + headSize), (head * rows + row) * headSize);
    }
  }
  return cut;
}

/** The model's own output names; what is cached leaves without the prefix, so that it can come back as the past of the next call. */
function nameOutputs(builder: Builder, { model, signature }: LanguageModel, { body, front }: { readonly body: Instance; readonly front: number }): void {
  const presents = new Set(signature.cache.flatMap((layer) => [layer.presentKey, layer.presentValue]));
  const end = 2 ** 63;
  for (const { name } of model.graph.outputs) {
    const value = body.value(name);
    const kept = front > 0 && presents.has(name) ? builder.op('Slice', [value, builder.ints([front]), builder.ints([end]), builder.ints([2])]) : value;
    builder.alias(kept, name);
  }
}

/** What the model caches for the virtual tokens that stand in front. */
async function keysAndValuesInFront(language: LanguageModel, prompt: SoftPrompt, count: number): Promise<PrefixMatrix> {
  const { model, signature, configuration: { keyValueHeads, headSize }, tokenizer: { vocabularySize } } = language;
  const builder = beginGraph(language);
  const matrix = builder.constant(floatTensor([prompt.rows, prompt.hiddenSize], prompt.values));
  const body = instantiate(builder, { graph: model.graph, signature }, { prefix: 'body/', bindings: ownInputs(language), virtual: { prompt: matrix, vocabularySize } });
  const presents = signature.cache.flatMap((layer) => [layer.presentKey, layer.presentValue]);
  for (const name of presents) builder.alias(body.value(name), name);
  const outputs = presents.map((name) => ({ name, type: ElementType.float }));
  const session = await openSession({ ...model, graph: keepOnly(builder.graph([]), outputs) });
  try {
    const places = Array.from({ length: count }, (_, i) => i);
    const empty = floats([1, keyValueHeads, 0, headSize], new Float32Array());
    const cached = await session.run({
      [signature.inputIds]: int64s([1, count], places.map((i) => vocabularySize + i)),
      ...(signature.attentionMask && { [signature.attentionMask]: int64s([1, count], places.map(() => 1)) }),
      ...(signature.positionIds && { [signature.positionIds]: int64s([1, count], places) }),
      ...Object.fromEntries(signature.cache.flatMap((layer) => [[layer.pastKey, empty], [layer.pastValue, empty]])),
    });
    return { rows: count, width: prefixWidth(language), values: keysAndValuesMatrix(presents.map((name) => cached[name]!.data as Float32Array), { rows: count, heads: keyValueHeads, headSize }) };
  } finally {
    await session.release();
  }
}
