import { readAnswersOnly } from '../model/graph/answerPositions';
import { constantNodes, instantiate } from '../model/graph/instance';
import type { LanguageModel } from '../model/openModel';
import { emptyGraph, extendGraph } from '../onnx/builder';
import { ElementType, type Model } from '../onnx/graph';

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

/** The model with virtual tokens, giving the next token of one position a sequence, and what is cached of all. */
export function decoderGraph({ trainingModel: model, signature, configuration, tokenizer }: LanguageModel): Model {
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
  const positions = builder.input({
    name: decoderNames.lastPositions,
    type: ElementType.int64,
    dims: ['batch_size', 2],
  });
  const own = Object.fromEntries(model.graph.inputs.map((input) => [input.name, input.name]));
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
  for (const { present } of signature.past) builder.alias(body.value(present), present);
  const graph = builder.graph([
    { name: decoderNames.logits, type: ElementType.float },
    { name: decoderNames.likeliest, type: ElementType.int64 },
    { name: decoderNames.logitSum, type: ElementType.float },
    ...signature.past.map(({ present }) => ({ name: present, type: ElementType.float })),
  ]);
  // The output projection is most of a small model's work, and one position of a prompt needs it.
  return { ...model, graph: readAnswersOnly(graph, body.value(signature.finalHidden), positions, () => []) };
}
