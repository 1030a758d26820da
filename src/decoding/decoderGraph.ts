import { readAnswersOnly, tailCandidates } from '../model/graph/answerPositions';
import { constantNodes, instantiate } from '../model/graph/instance';
import type { LanguageModel } from '../model/openModel';
import { probeShapes } from '../autodiff/probeShapes';
import { emptyGraph, extendGraph, type Builder } from '../onnx/builder';
import { ElementType, type Graph, type Model } from '../onnx/graph';
import type { Feeds } from '../onnx/runtime/session';
import { addedName, openingName, recentName } from './cache';
import { withoutAliases } from '../onnx/aliases';
import { allowsEmptyPlaces } from '../model/graph/emptyPlaces';
import { readInStretches, type Stretch, type Stretched } from './stretches';
import { hasPlaces, type PastValue } from '../model/graph/past';
import type { Signature } from '../model/graph/signature';

/** Inputs and outputs of a decoder's graph beside the model's own. */
export const decoderNames = {
  /** `[virtual tokens, hidden]` */
  prompt: 'prompt',
  /** `[batch, 2]`: sequence, and the position in it whose next token is asked for */
  lastPositions: 'last_positions',
  /** `[batch, vocabulary]` */
  logits: 'logits',
  /** `[batch]`, the first of the likeliest tokens */
  likeliest: 'likeliest',
  /** `[batch]`, no number where some logit is none */
  logitSum: 'logit_sum',
} as const;

/** A decoder's graph that still computes every position. */
interface WholeDecoder {
  readonly model: Model;
  /** Final hidden states, `[batch, sequence, hidden]`. */
  readonly hidden: string;
  /** Values that join keys or values along their places → what they join. */
  readonly joins: ReadonlyMap<string, readonly Stretch[]>;
  /** What is cached, as the model itself hands it out. */
  readonly presents: readonly string[];
}

/**
 * The model with virtual tokens, giving the next token of one position a sequence, and what is cached of all.
 * @param probes two tiny passes that differ in all their sizes
 */
export async function decoderGraph(decoder: LanguageModel, probes: readonly [Feeds, Feeds]): Promise<Model> {
  const { model, hidden, joins, presents } = wholeDecoder(decoder);
  const { dims } = await probeShapes(model, tailCandidates(model.graph, hidden), [], probes);
  // The output projection is most of a small model's work, and one position of a prompt needs it.
  const answered = readAnswersOnly(model.graph, hidden, decoderNames.lastPositions, dims);
  return { ...model, graph: withAdded(readInStretches(answered, joins), decoder.signature, presents) };
}

function wholeDecoder(decoder: LanguageModel): WholeDecoder {
  const { trainingModel: model, signature, configuration, tokenizer } = decoder;
  const builder = extendGraph(
    {
      ...emptyGraph,
      inputs: model.graph.inputs,
      initializers: model.graph.initializers,
      nodes: constantNodes(model.graph),
    },
    'decoder/',
  );
  const prompt = builder.input({
    name: decoderNames.prompt,
    type: ElementType.float,
    dims: ['virtual_tokens', configuration.hiddenSize],
  });
  builder.input({ name: decoderNames.lastPositions, type: ElementType.int64, dims: ['batch_size', 2] });
  const own = Object.fromEntries(model.graph.inputs.map((input) => [input.name, input.name]));
  const joins = new Map<string, readonly Stretch[]>();
  const shares = allowsEmptyPlaces(decoder);
  for (const part of signature.past.filter(hasPlaces)) {
    const stretches = [
      ...(shares ? [{ value: openingName(part), shared: true }] : []),
      { value: part.past, shared: false },
      { value: recentName(part), shared: false },
    ];
    for (const { value } of stretches.filter(({ value }) => value !== part.past))
      builder.input({ name: value, type: ElementType.float });
    own[part.past] = joinWhole(builder, stretches, part.past);
    joins.set(own[part.past]!, stretches);
  }
  const body = instantiate(
    builder,
    { graph: model.graph, signature },
    { prefix: 'body/', bindings: own, virtual: { prompt, firstVirtualToken: tokenizer.firstVirtualToken } },
  );
  const { op, ints } = builder;
  const all = body.value(signature.logits);
  const width = op('Shape', [all], { start: -1 });
  const logits = builder.alias(
    op('Reshape', [all, op('Concat', [ints([-1]), width], { axis: 0 })]),
    decoderNames.logits,
  );
  builder.alias(op('ArgMax', [logits], { axis: -1, keepdims: 0 }), decoderNames.likeliest);
  builder.alias(op('ReduceSum', [logits, ints([-1])], { keepdims: 0 }), decoderNames.logitSum);
  const presents = signature.past.map(({ present }) => body.value(present));
  const graph = builder.graph([
    { name: decoderNames.logits, type: ElementType.float },
    { name: decoderNames.likeliest, type: ElementType.int64 },
    { name: decoderNames.logitSum, type: ElementType.float },
    ...presents.map((name) => ({ name, type: ElementType.float })),
  ]);
  return { model: { ...model, graph }, hidden: body.value(signature.finalHidden), joins, presents };
}

/** All stretches as one value, for what reads them together. */
function joinWhole(b: Builder, stretches: readonly Stretch[], past: string): string {
  const size = (value: string, axis: number): string => b.op('Shape', [value], { start: axis, end: axis + 1 });
  const whole = stretches.map(({ value, shared }) => {
    if (!shared) return value;
    const ofAll = b.op('Concat', [size(past, 0), ...[1, 2, 3].map((axis) => size(value, axis))], { axis: 0 });
    return b.op('Expand', [value, ofAll]);
  });
  return b.op('Concat', whole, { axis: 2 });
}

/**
 * Hands out what has come since the long stretch of the cache, this pass included, instead of the whole: outputs are
 * copied on their way out.
 */
function withAdded({ graph, lastOf }: Stretched, { inputIds, past }: Signature, presents: readonly string[]): Graph {
  const b = extendGraph(graph, 'added/');
  const read = b.op('Shape', [inputIds], { start: 1, end: 2 });
  const since = (part: PastValue, present: string): string => {
    const last = hasPlaces(part) ? lastOf(present) : present;
    if (last !== present || !hasPlaces(part)) return last;
    const recent = b.op('Shape', [recentName(part)], { start: 2, end: 3 });
    return b.op('Slice', [present, b.op('Neg', [b.op('Add', [read, recent])]), b.ints([2 ** 31]), b.ints([2])]);
  };
  past.forEach((part, i) => void b.alias(since(part, presents[i]!), addedName(part)));
  return withoutAliases(
    b.graph([
      ...graph.outputs.filter(({ name }) => !presents.includes(name)),
      ...past.map((part) => ({ name: addedName(part), type: ElementType.float })),
    ]),
  );
}
