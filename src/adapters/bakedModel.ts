import { constantNodes, instantiate, type Bindings, type Instance } from '../model/graph/instance';
import { emptyPastFeeds, prefixObstacle } from '../model/graph/past';
import type { LanguageModel } from '../model/openModel';
import { emptyGraph, extendGraph, type Builder } from '../onnx/builder';
import { ElementType, keepOnly, type Model, type Value } from '../onnx/graph';
import { int64s, openSession } from '../onnx/runtime/session';
import { floatTensor } from '../onnx/tensor';
import { defaultThreads } from '../objective/objective';
import { keysAndValuesOf, type SoftPrompt } from '../objective/prompt';

/** A model with a prompt inside. Its inputs and outputs are those of the model it was made from. */
export interface BakedModel {
  readonly model: Model;
  /** Positions that stand in front of every sequence and that callers neither pass nor see. */
  readonly front: number;
  /** Virtual tokens that callers place themselves: row r is the id `firstVirtualToken + r`. */
  readonly placed: number;
}

/** Keys and values in front of every sequence: `[heads, rows, head size]` for each layer's keys, then its values. */
interface ConstantPast {
  readonly rows: number;
  readonly parts: readonly Float32Array[];
}

/**
 * Bakes a prompt into its model. What stands in front of all text acts on it by its keys and values alone, which are
 * the same for every text; so a prefix, and virtual tokens in front, both become a constant past. Virtual tokens
 * elsewhere extend the vocabulary, and so do those in front for a masked model, where they read the text too.
 * @param prepended rows of the prompt matrix, from the first, that stand in front of all text
 */
export async function bakePrompt(language: LanguageModel, prompt: SoftPrompt, prepended: number): Promise<BakedModel> {
  const takesPast = prefixObstacle(language.signature) === undefined;
  const inFront = takesPast && !prompt.prefix && !isMasked(language) ? prepended : 0;
  const past = prompt.prefix
    ? { rows: prompt.prefix.rows, parts: keysAndValuesOf(prompt.prefix, language.configuration) }
    : inFront > 0
      ? await pastOfVirtualTokens(language, prompt, inFront)
      : undefined;
  const front = past?.rows ?? 0;
  const placed = prompt.rows - inFront;
  const builder = beginGraph(language);
  const body = instantiate(
    builder,
    { graph: language.trainingModel.graph, signature: language.signature },
    {
      prefix: 'body/',
      bindings: {
        ...ownInputs(language),
        ...((past ?? isMasked(language)) && bindPast(builder, language, past ?? { rows: 0, parts: [] })),
      },
      virtual:
        placed > 0
          ? virtualTokens(builder, language, {
              ...prompt,
              rows: placed,
              values: prompt.values.slice(inFront * prompt.hiddenSize),
            })
          : undefined,
    },
  );
  nameOutputs(builder, language, { body, front });
  return {
    model: { ...language.trainingModel, graph: keepOnly(builder.graph([]), outputsOf(language)) },
    front,
    placed,
  };
}

const isMasked = ({ configuration }: LanguageModel): boolean => configuration.kind === 'masked';

/** A masked model reads each text once and whole: its callers know of no cache. */
const inputsOf = (language: LanguageModel): readonly Value[] =>
  language.trainingModel.graph.inputs.filter(({ name }) => !isMasked(language) || !pastNames(language).includes(name));
const outputsOf = (language: LanguageModel): readonly Value[] =>
  language.trainingModel.graph.outputs.filter(
    ({ name }) => !isMasked(language) || !presentNames(language).includes(name),
  );

function beginGraph(language: LanguageModel): Builder {
  const { graph } = language.trainingModel;
  return extendGraph(
    {
      ...emptyGraph,
      inputs: inputsOf(language),
      initializers: graph.initializers,
      nodes: constantNodes(graph),
    },
    'baked/',
  );
}

const ownInputs = ({ trainingModel }: LanguageModel): Bindings =>
  Object.fromEntries(trainingModel.graph.inputs.map(({ name }) => [name, name]));

const virtualTokens = (
  builder: Builder,
  { tokenizer }: LanguageModel,
  { rows, hiddenSize, values }: SoftPrompt,
): { readonly prompt: string; readonly firstVirtualToken: number } => ({
  prompt: builder.constant(floatTensor([rows, hiddenSize], values)),
  firstVirtualToken: tokenizer.firstVirtualToken,
});

/** Names of the cache's inputs, in the order of {@link ConstantPast.parts}. */
const pastNames = ({ signature }: LanguageModel): readonly string[] =>
  signature.cache.flatMap((layer) => [layer.pastKey, layer.pastValue]);
const presentNames = ({ signature }: LanguageModel): readonly string[] =>
  signature.cache.flatMap((layer) => [layer.presentKey, layer.presentValue]);

/** The inputs as the model's body sees them: the constant past before the caller's, a longer mask, moved positions. */
function bindPast(builder: Builder, language: LanguageModel, { rows, parts }: ConstantPast): Bindings {
  const {
    signature,
    configuration: { keyValueHeads, headSize },
  } = language;
  const { op, ints } = builder;
  const batch = op('Shape', [signature.inputIds], { start: 0, end: 1 });
  const stretch = op('Concat', [batch, ints([1, 1, 1])], { axis: 0 });
  const pasts = pastNames(language).map((name, i) => {
    const constant = op('Expand', [
      builder.constant(floatTensor([1, keyValueHeads, rows, headSize], parts[i] ?? [])),
      stretch,
    ]);
    return [name, isMasked(language) ? constant : op('Concat', [constant, name], { axis: 2 })];
  });
  const { attentionMask: mask, positionIds: positions } = signature;
  return {
    ...Object.fromEntries(pasts),
    ...(mask && {
      [mask]: op('Concat', [op('Expand', [ints([1]), op('Concat', [batch, ints([rows])], { axis: 0 })]), mask], {
        axis: 1,
      }),
    }),
    ...(positions && !isMasked(language) && { [positions]: op('Add', [positions, ints([rows])]) }),
  };
}

/**
 * The model's own output names. What is cached leaves without the constant past, so that it can come back as the next
 * call's past.
 */
function nameOutputs(
  builder: Builder,
  language: LanguageModel,
  { body, front }: { readonly body: Instance; readonly front: number },
): void {
  const presents = new Set(presentNames(language));
  const toTheEnd = 2 ** 63;
  for (const { name } of outputsOf(language)) {
    const value = body.value(name);
    builder.alias(
      front > 0 && presents.has(name)
        ? builder.op('Slice', [value, builder.ints([front]), builder.ints([toTheEnd]), builder.ints([2])])
        : value,
      name,
    );
  }
}

/** What the model caches for the first virtual tokens of a prompt. */
async function pastOfVirtualTokens(language: LanguageModel, prompt: SoftPrompt, rows: number): Promise<ConstantPast> {
  const {
    trainingModel,
    signature,
    tokenizer: { firstVirtualToken },
  } = language;
  const builder = beginGraph(language);
  const body = instantiate(
    builder,
    { graph: trainingModel.graph, signature },
    { prefix: 'body/', bindings: ownInputs(language), virtual: virtualTokens(builder, language, prompt) },
  );
  const presents = presentNames(language);
  for (const name of presents) builder.alias(body.value(name), name);
  const graph = keepOnly(
    builder.graph([]),
    presents.map((name) => ({ name, type: ElementType.float })),
  );
  const session = await openSession({ ...trainingModel, graph }, { threads: defaultThreads() });
  try {
    const places = Array.from({ length: rows }, (_, i) => i);
    const cached = await session.run({
      [signature.inputIds]: int64s(
        [1, rows],
        places.map((i) => firstVirtualToken + i),
      ),
      ...(signature.attentionMask && {
        [signature.attentionMask]: int64s(
          [1, rows],
          places.map(() => 1),
        ),
      }),
      ...(signature.positionIds && { [signature.positionIds]: int64s([1, rows], places) }),
      ...emptyPastFeeds(signature.past, 1),
    });
    return { rows, parts: presents.map((name) => cached[name]!.data as Float32Array) };
  } finally {
    await session.release();
  }
}
