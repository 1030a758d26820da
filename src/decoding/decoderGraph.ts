import { readAnswersOnly } from '../model/graph/answerPositions';
import { constantNodes, instantiate } from '../model/graph/instance';
import type { LanguageModel } from '../model/openModel';
import { emptyGraph, extendGraph } from '../onnx/builder';
import { ElementType, intAttribute, type Model, type Node } from '../onnx/graph';
import { addedName, hasPlaces, recentName } from './cache';

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
  const both = new Map<string, readonly [string, string]>();
  for (const part of signature.past.filter(hasPlaces)) {
    const recent = builder.input({ name: recentName(part), type: ElementType.float });
    own[part.past] = builder.op('Concat', [part.past, recent], { axis: 2 });
    both.set(own[part.past]!, [part.past, recent]);
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
  const read = op('Neg', [op('Shape', [signature.inputIds], { start: 1, end: 2 })]);
  for (const part of signature.past) {
    const present = body.value(part.present);
    builder.alias(
      hasPlaces(part) ? op('Slice', [present, read, ints([2 ** 31]), ints([2])]) : present,
      addedName(part),
    );
  }
  const graph = builder.graph([
    { name: decoderNames.logits, type: ElementType.float },
    { name: decoderNames.likeliest, type: ElementType.int64 },
    { name: decoderNames.logitSum, type: ElementType.float },
    ...signature.past.map((part) => ({ name: addedName(part), type: ElementType.float })),
  ]);
  // The output projection is most of a small model's work, and one position of a prompt needs it.
  const answered = readAnswersOnly(graph, body.value(signature.finalHidden), positions, () => []);
  return { ...model, graph: { ...answered, nodes: answered.nodes.map((node) => joinedOnce(node, both)) } };
}

/** A join of what was joined before: all is joined at once, since each join copies the whole cache. */
function joinedOnce(node: Node, both: ReadonlyMap<string, readonly [string, string]>): Node {
  const [first, ...others] = node.inputs;
  const parts = node.op === 'Concat' ? both.get(first!) : undefined;
  const axis = parts && intAttribute(node, 'axis', 0);
  return parts && (axis === 2 || axis === -2) ? { ...node, inputs: [...parts, ...others] } : node;
}
