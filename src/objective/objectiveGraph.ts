import { differentiate, gradientOf, type Differentiation } from '../autodiff/gradient';
import { probeShapes, type Shapes } from '../autodiff/probeShapes';
import { Failure } from '../failure';
import { constantNodes, instantiate, type Bindings } from '../model/graph/instance';
import { readAnswersOnly, tailCandidates } from '../model/graph/answerPositions';
import { packCandidates, packPositions } from '../model/graph/packedPositions';
import { prefixObstacle } from '../model/graph/past';
import type { LanguageModel } from '../model/openModel';
import { emptyGraph, extendGraph, type Builder } from '../onnx/builder';
import { ElementType, keepOnly, type Graph, type Model, type Value } from '../onnx/graph';
import type { Feeds } from '../onnx/runtime/session';
import { elementCount, floatTensor, int64Tensor } from '../onnx/tensor';
import { blackBoxOffer } from './blackBoxStatement';
import { names, type ObjectivePlan } from './objectiveNames';
import { probeFeeds } from './probeFeeds';

/**
 * Composes prompt, model and loss into one graph, once for each model; with `gradient`, its gradient with respect to
 * the prompt too. The loss is the cross-entropy over the verbalizer's scores (`label`), or the mean negative
 * log-likelihood of the answer tokens (`token`, as in PEFT).
 * @throws Failure "no-rule" when the model holds an operator that cannot be differentiated
 */
export function buildObjective(language: LanguageModel, plan: ObjectivePlan): Promise<Model> {
  return once(known(language).objectives, plan, () => composeObjective(language, plan));
}

async function composeObjective(language: LanguageModel, plan: ObjectivePlan): Promise<Model> {
  const probes = probeFeeds(language, plan);
  const { model: forward, hidden } = composeForward(language, plan);
  const { model: answered, inverses } = await withAnswersOnly({ forward, hidden }, plan, {
    probes,
    shapes: known(language).shapes,
  });
  const objective: Model = { ...answered, graph: keepOnly(answered.graph, outputsOf(plan)) };
  if (!plan.gradient) return objective;
  const trained = [
    ...(plan.virtualInPrefix || plan.virtualInSequences ? [names.prompt] : []),
    ...(plan.deepPrefix ? [names.deepPrefix] : []),
  ];
  const model = await differentiate(objective, {
    loss: names.loss,
    withRespectTo: trained,
    probes,
    inverses,
    segments: plan.checkpointing ? language.configuration.layers : 1,
  }).catch(offerBlackBox);
  return {
    ...model,
    graph: keepOnly(model.graph, [float(names.loss), ...trained.map((name) => float(gradientOf(name)))]),
  };
}

/** A model that cannot be differentiated can still be tuned. */
function offerBlackBox(error: unknown): never {
  if (!(error instanceof Failure) || error.code !== 'no-rule') throw error;
  throw new Failure(error.code, error.message, error.location, blackBoxOffer);
}

const outputsOf = ({ objective, nextTokens }: ObjectivePlan): readonly Value[] =>
  (nextTokens
    ? [names.nextTokens]
    : [names.loss, names.logLikelihoods, ...(objective === 'label' ? [names.scores] : [])]
  ).map(float);

const float = (name: string): Value => ({ name, type: ElementType.float });
const floatInput = (name: string, dims: Value['dims']): Value => ({ name, type: ElementType.float, dims });
const intInput = (name: string, dims: Value['dims']): Value => ({ name, type: ElementType.int64, dims });

interface Forward {
  readonly forward: Model;
  /** Final hidden states. */
  readonly hidden: string;
}

/** What has been found of a model and what has been built of it: each takes a session to find shapes by. */
interface Known {
  /** Shapes in its forward graphs, which are the same whatever is computed of the answers. */
  readonly shapes: Map<string, Promise<Shapes>>;
  readonly objectives: Map<string, Promise<Model>>;
}

const knownOf = new WeakMap<LanguageModel, Known>();

function known(language: LanguageModel): Known {
  const already = knownOf.get(language);
  if (already) return already;
  const nothing: Known = { shapes: new Map(), objectives: new Map() };
  knownOf.set(language, nothing);
  return nothing;
}

/** What was made before under a key, made now where it was not; what failed is tried again the next time. */
function once<T>(made: Map<string, Promise<T>>, key: unknown, make: () => Promise<T>): Promise<T> {
  const name = JSON.stringify(key);
  const already = made.get(name);
  if (already) return already;
  const making = make();
  made.set(name, making);
  making.catch(() => made.delete(name));
  return making;
}

/** All of a plan that the shapes asked for depend on: none of them stands behind the choice of answers. */
const shapesKey = (plan: ObjectivePlan): object => [
  plan.sharedPrefix,
  plan.virtualInPrefix,
  plan.virtualInSequences,
  plan.deepPrefix,
  plan.packed,
];

/** Leaves out what no answer needs: other positions behind the last attention, and padding everywhere. */
async function withAnswersOnly(
  { forward, hidden }: Forward,
  plan: ObjectivePlan,
  { probes, shapes: found }: { readonly probes: readonly [Feeds, Feeds]; readonly shapes: Known['shapes'] },
): Promise<{ readonly model: Model; readonly inverses?: Differentiation['inverses'] }> {
  const { graph } = forward;
  const { packed } = plan;
  const asked = [...tailCandidates(graph, hidden), ...(packed ? packCandidates(graph, hidden) : [])];
  const shapes = await once(found, shapesKey(plan), () => probeShapes(forward, asked, [], probes));
  const answered = readAnswersOnly(graph, hidden, names.answerPositions, shapes.dims);
  if (!packed) return { model: { ...forward, graph: answered } };
  const rows = probes.map((probe) => probe[names.inputIds]!.dims);
  const positional = (value: string): boolean => {
    const seen = shapes.seen(value);
    return (
      seen.length > 0 &&
      shapes.dims(value).length === 3 &&
      shapes.dims(value)[2] !== undefined &&
      seen.every(([batch, sequence], i) => batch === rows[i]![0] && sequence === rows[i]![1])
    );
  };
  const packing = { ids: names.inputIds, packed: names.packedPlaces, padded: names.paddedPlaces };
  const { graph: whole, inverses } = packPositions(
    answered,
    { dims: shapes.dims, positional },
    { packing, answerPositions: names.answerPositions },
  );
  return { model: { ...forward, graph: whole }, inverses };
}

/** The graph up to the loss, still computing every position. */
function composeForward(
  language: LanguageModel,
  plan: ObjectivePlan,
): { readonly model: Model; readonly hidden: string } {
  const { trainingModel, signature, configuration } = language;
  const builder = extendGraph(
    { ...emptyGraph, initializers: trainingModel.graph.initializers, nodes: constantNodes(trainingModel.graph) },
    'prompt/',
  );
  if (plan.virtualInPrefix || plan.virtualInSequences)
    builder.input(floatInput(names.prompt, ['virtual_tokens', configuration.hiddenSize]));
  const start = plan.deepPrefix ? deepPast(builder, language) : emptyPast(builder, language);
  const opening = plan.sharedPrefix ? runPrefix(builder, language, { plan, past: start }) : start;
  const past = expandToBatch(builder, language, opening);
  const body = instantiate(
    builder,
    { graph: trainingModel.graph, signature },
    {
      prefix: 'sequences/',
      bindings: {
        ...bindInputs(builder, language, {
          ids: names.inputIds,
          mask: names.attentionMask,
          positions: names.positionIds,
        }),
        ...past,
      },
      virtual: plan.virtualInSequences ? virtualTokens(language) : undefined,
    },
  );
  builder.input(intInput(names.answerPositions, ['answers', 2]));
  if (plan.packed) {
    builder.input(intInput(names.packedPlaces, ['packed']));
    builder.input(intInput(names.paddedPlaces, ['places']));
  }
  if (plan.nextTokens) appendNextTokens(builder, body.value(signature.logits));
  else appendLoss(builder, body.value(signature.logits), plan);
  const whole = builder.graph([]);
  // The answer positions are an input that nothing reads yet.
  const graph: Graph = { ...keepOnly(whole, outputsOf(plan)), inputs: whole.inputs };
  return { model: { ...trainingModel, graph }, hidden: body.value(signature.finalHidden) };
}

const virtualTokens = (language: LanguageModel): { prompt: string; firstVirtualToken: number } => ({
  prompt: names.prompt,
  firstVirtualToken: language.tokenizer.firstVirtualToken,
});

function bindInputs(
  builder: Builder,
  { signature }: LanguageModel,
  { ids, mask, positions }: { readonly ids: string; readonly mask: string; readonly positions: string },
): Bindings {
  const rows = ids === names.prefixIds ? 1 : 'batch';
  const length = ids === names.prefixIds ? 'prefix' : 'sequence';
  builder.input(intInput(ids, [rows, length]));
  const bindings: Record<string, string> = { [signature.inputIds]: ids };
  if (signature.attentionMask) bindings[signature.attentionMask] = mask;
  if (signature.attentionMask && mask === names.attentionMask) builder.input(intInput(mask, [rows, 'total']));
  if (signature.tokenTypeIds)
    bindings[signature.tokenTypeIds] = builder.op('ConstantOfShape', [builder.op('Shape', [ids])], {
      value: { kind: 'tensor', value: int64Tensor([1], [0]) },
    });
  if (signature.positionIds) bindings[signature.positionIds] = builder.input(intInput(positions, [rows, length]));
  return bindings;
}

/** Runs the opening that all sequences share, at batch 1. @returns its keys and values, behind those of `past` */
function runPrefix(
  builder: Builder,
  language: LanguageModel,
  { plan, past }: { readonly plan: ObjectivePlan; readonly past: Bindings },
): Bindings {
  const { trainingModel, signature } = language;
  const bindings = bindInputs(builder, language, {
    ids: names.prefixIds,
    mask: 'prefix_mask',
    positions: names.prefixPositions,
  });
  const prefix = instantiate(
    builder,
    { graph: trainingModel.graph, signature },
    {
      prefix: 'prefix/',
      bindings: {
        ...bindings,
        ...(signature.attentionMask && { [signature.attentionMask]: prefixMask(builder, plan) }),
        ...past,
      },
      virtual: plan.virtualInPrefix ? virtualTokens(language) : undefined,
    },
  );
  return Object.fromEntries(signature.past.map(({ past: name, present }) => [name, prefix.value(present)]));
}

/** Ones for the deep prefix, where there is one, and for the shared opening. */
function prefixMask(builder: Builder, { deepPrefix }: ObjectivePlan): string {
  const own = builder.op('Shape', [names.prefixIds]);
  const deep = deepPrefix ? builder.op('Shape', [names.deepPrefix], { start: 0, end: 1 }) : undefined;
  const shape = deep ? builder.op('Add', [own, builder.op('Concat', [builder.ints([0]), deep], { axis: 0 })]) : own;
  return builder.op('ConstantOfShape', [shape], { value: { kind: 'tensor', value: int64Tensor([1], [1]) } });
}

/** Keys, values and states at batch 1, as the past of every sequence of the batch. */
function expandToBatch(builder: Builder, { signature }: LanguageModel, past: Bindings): Bindings {
  const batch = builder.op('Shape', [names.inputIds], { start: 0, end: 1 });
  const stretch = (rank: number): string =>
    builder.op('Concat', [batch, builder.ints(new Array<number>(rank - 1).fill(1))], { axis: 0 });
  return Object.fromEntries(
    signature.past.map(({ past: name, empty }) => [name, builder.op('Expand', [past[name]!, stretch(empty.length)])]),
  );
}

/** The prefix matrix as keys and values `[1, heads, rows, head size]` of each layer. @throws Failure "no-cache" */
function deepPast(builder: Builder, { signature, configuration }: LanguageModel): Bindings {
  const obstacle = prefixObstacle(signature);
  if (obstacle) throw noCache(obstacle);
  const { keyValueHeads, headSize } = configuration;
  const parts = signature.cache.length * 2;
  builder.input(floatInput(names.deepPrefix, ['prefix_rows', parts * keyValueHeads * headSize]));
  const heads = builder.op('Reshape', [names.deepPrefix, builder.ints([0, parts, keyValueHeads, headSize])]);
  const layers = builder.ops(
    'Split',
    [builder.op('Transpose', [heads], { perm: [1, 2, 0, 3] }), builder.ints(new Array<number>(parts).fill(1))],
    parts,
    { axis: 0 },
  );
  return Object.fromEntries(
    signature.cache.flatMap((layer, i) => [
      [layer.pastKey, layers[2 * i]!],
      [layer.pastValue, layers[2 * i + 1]!],
    ]),
  );
}

/** @param obstacle what a prefix meets */
export const noCache = (obstacle: string): Failure =>
  new Failure(
    'no-cache',
    `${obstacle}, so a prefix cannot enter its layers.`,
    {},
    'Set tune.layers to input, or choose an export with a key/value cache.',
  );

/** A cache of no positions, for exports that always take one, and states before any token. */
const emptyPast = (builder: Builder, { signature }: LanguageModel): Bindings =>
  Object.fromEntries(
    signature.past.map(({ past, empty }) => [
      past,
      builder.constant(floatTensor(empty, new Array<number>(elementCount(empty)).fill(0))),
    ]),
  );

/** @param logits `[1, answers, vocabulary]` once the answers are gathered; returned as `[answers, vocabulary]` */
function flattened({ op, ints }: Builder, logits: string): string {
  const width = op('Shape', [logits], { start: -1 });
  return op('Reshape', [logits, op('Concat', [ints([-1]), width], { axis: 0 })]);
}

function appendNextTokens(builder: Builder, logits: string): void {
  const probabilities = builder.op('Softmax', [flattened(builder, logits)], { axis: -1 });
  builder.alias(builder.op('ReduceMean', [probabilities, builder.ints([0])], { keepdims: 0 }), names.nextTokens);
}

function appendLoss(
  builder: Builder,
  logits: string,
  { objective, tokenSmoothing = 0 }: Pick<ObjectivePlan, 'objective' | 'tokenSmoothing'>,
): void {
  const { op } = builder;
  const tokens = builder.input(intInput(names.scoredTokens, ['scored', 2]));
  const rows = builder.input(intInput(names.scoredRows, ['scored', 1]));
  const weights = builder.input(floatInput(names.tokenWeights, ['examples', 'labels', 'words', 'tokens']));
  const flat = flattened(builder, logits);
  const normalizer = op('ReduceLogSumExp', [flat, builder.ints([-1])], { keepdims: 0 });
  const logLikelihoods = op('Sub', [op('GatherND', [flat, tokens]), op('GatherND', [normalizer, rows])]);
  builder.alias(logLikelihoods, names.logLikelihoods);
  const spread = tokenSmoothing > 0 ? meanLogLikelihoods(builder, { flat, normalizer, rows }) : undefined;
  const aimedAt = spread ? mixed(builder, [logLikelihoods, spread], tokenSmoothing) : logLikelihoods;
  const weighted = op('Mul', [op('Reshape', [aimedAt, op('Shape', [weights])]), weights]);
  if (objective === 'token') {
    builder.alias(op('Neg', [op('ReduceSum', [weighted], { keepdims: 0 })]), names.loss);
    return;
  }
  const offsets = builder.input(floatInput(names.wordOffsets, [1, 'labels', 'words']));
  const targets = builder.input(floatInput(names.targets, ['examples', 'labels']));
  const words = op('Add', [op('ReduceSum', [weighted, builder.ints([3])], { keepdims: 0 }), offsets]);
  const scores = builder.alias(op('ReduceLogSumExp', [words, builder.ints([2])], { keepdims: 0 }), names.scores);
  const chosen = op('Mul', [op('LogSoftmax', [scores], { axis: -1 }), targets]);
  builder.alias(op('Neg', [op('ReduceSum', [chosen], { keepdims: 0 })]), names.loss);
}

/** Log-likelihood that all tokens of the vocabulary have in the mean at each scored position, `[scored]`. */
function meanLogLikelihoods(
  { op, ints }: Builder,
  { flat, normalizer, rows }: Readonly<Record<'flat' | 'normalizer' | 'rows', string>>,
): string {
  const mean = op('Sub', [op('ReduceMean', [flat, ints([-1])], { keepdims: 0 }), normalizer]);
  return op('GatherND', [mean, rows]);
}

/** What is aimed at, and the part of it that is spread evenly (label smoothing; Szegedy et al. 2016, section 7). */
function mixed({ op, constant }: Builder, [own, spread]: readonly [string, string], share: number): string {
  const scaled = (value: string, factor: number): string => op('Mul', [value, constant(floatTensor([], [factor]))]);
  return op('Add', [scaled(own, 1 - share), scaled(spread, share)]);
}
