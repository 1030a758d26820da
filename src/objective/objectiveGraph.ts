import { differentiate, gradientOf, type Differentiation } from '../autodiff/gradient';
import { probeShapes, type Shapes } from '../autodiff/probeShapes';
import { Failure } from '../failure';
import { once } from '../once';
import { constantNodes, instantiate } from '../model/graph/instance';
import { readAnswersOnly, tailCandidates } from '../model/graph/answerPositions';
import { joinOpening } from '../model/graph/joinedOpening';
import { packCandidates, packPositions, type PackedGraph, type Packing } from '../model/graph/packedPositions';
import type { LanguageModel } from '../model/openModel';
import { emptyGraph, extendGraph } from '../onnx/builder';
import { ElementType, keepOnly, type Graph, type Model, type Value } from '../onnx/graph';
import type { Feeds } from '../onnx/runtime/session';
import { blackBoxOffer } from './blackBoxStatement';
import {
  bindInputs,
  deepPast,
  emptyPast,
  expandToBatch,
  openingPrefix,
  runContinuations,
  runPrefix,
  sequencesPrefix,
  virtualTokens,
} from './graph/bodies';
import { floatInput, intInput } from './graph/inputs';
import { appendLoss, appendNextTokens, flattened } from './graph/losses';
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
  const { model: answered, inverses } = await withAnswersOnly(composeForward(language, plan), plan, {
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
  throw new Failure(error.code, error.message, error.location, blackBoxOffer());
}

const outputsOf = ({ objective, nextTokens }: ObjectivePlan): readonly Value[] =>
  (nextTokens
    ? [names.nextTokens]
    : [names.loss, names.logLikelihoods, ...(objective === 'label' ? [names.scores] : [])]
  ).map(float);

const float = (name: string): Value => ({ name, type: ElementType.float });
interface Forward {
  readonly forward: Model;
  /** Final hidden states of the sequences, and of what continues them. */
  readonly hidden: string;
  readonly continuedHidden?: string;
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

/** All of a plan that the shapes asked for depend on: none of them stands behind the choice of answers. */
const shapesKey = (plan: ObjectivePlan): object => [
  plan.sharedPrefix,
  plan.virtualInPrefix,
  plan.virtualInSequences,
  plan.deepPrefix,
  plan.packed,
  plan.continued,
];

/** Leaves out what no answer needs: other positions behind the last attention, and padding everywhere. */
async function withAnswersOnly(
  { forward, hidden, continuedHidden }: Forward,
  plan: ObjectivePlan,
  { probes, shapes: found }: { readonly probes: readonly [Feeds, Feeds]; readonly shapes: Known['shapes'] },
): Promise<{ readonly model: Model; readonly inverses?: Differentiation['inverses'] }> {
  const { graph } = forward;
  const { packed } = plan;
  const asked = [
    ...tailCandidates(graph, hidden),
    ...(continuedHidden ? tailCandidates(graph, continuedHidden) : []),
    ...(packed || plan.sharedPrefix ? packCandidates(graph, hidden) : []),
  ];
  const shapes = await once(found, shapesKey(plan), () => probeShapes(forward, asked, [], probes));
  const own = readAnswersOnly(graph, hidden, names.answerPositions, shapes.dims);
  const answered = continuedHidden ? readAnswersOnly(own, continuedHidden, names.continuedPositions, shapes.dims) : own;
  if (!packed && !plan.sharedPrefix) return { model: { ...forward, graph: answered } };
  const { graph: whole, inverses } = asOneSequence(answered, plan, { probes, shapes });
  return { model: { ...forward, graph: whole }, inverses };
}

/** The graph with the tokens of all rows, and of their opening, as one sequence for what works position by position. */
function asOneSequence(
  graph: Graph,
  { packed, sharedPrefix }: ObjectivePlan,
  { probes, shapes: { dims, seen } }: { readonly probes: readonly [Feeds, Feeds]; readonly shapes: Shapes },
): Pick<PackedGraph, 'graph' | 'inverses'> {
  const isPositional = (value: string, ids: string): boolean => {
    const sizes = seen(value);
    const asIds = sizes.every((size, i) => String(size.slice(0, 2)) === String(probes[i]![ids]!.dims));
    return sizes.length > 0 && dims(value).length === 3 && dims(value)[2] !== undefined && asIds;
  };
  const packing: Packing = {
    ids: names.inputIds,
    ...(packed && { places: { packed: names.packedPlaces, padded: names.paddedPlaces } }),
  };
  const rows = packPositions(
    graph,
    { dims, positional: (value) => isPositional(value, names.inputIds) },
    { packing, answerPositions: names.answerPositions },
  );
  if (!sharedPrefix) return rows;
  const whole = joinOpening(rows.graph, rows.inside, {
    dims,
    positional: (value) => isPositional(value, names.prefixIds),
    ids: names.prefixIds,
    packing,
    prefixes: { opening: openingPrefix, rows: sequencesPrefix },
  });
  return { graph: whole, inverses: rows.inverses };
}

/** The graph up to the loss, still computing every position. */
function composeForward(language: LanguageModel, plan: ObjectivePlan): Forward {
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
      prefix: sequencesPrefix,
      bindings: {
        ...bindInputs(builder, language, {
          ids: names.inputIds,
          mask: names.attentionMask,
          positions: names.positionIds,
          dims: ['batch', 'sequence'],
        }),
        ...past,
      },
      virtual: plan.virtualInSequences ? virtualTokens(language) : undefined,
    },
  );
  const behind = plan.continued ? runContinuations(builder, language, body) : undefined;
  builder.input(intInput(names.answerPositions, ['answers', 2]));
  if (behind) builder.input(intInput(names.continuedPositions, ['continued_answers', 2]));
  if (plan.packed) {
    builder.input(intInput(names.packedPlaces, ['packed']));
    builder.input(intInput(names.paddedPlaces, ['places']));
  }
  const logits = [body, behind].flatMap((part) => (part ? [flattened(builder, part.value(signature.logits))] : []));
  const answers = logits.length > 1 ? builder.op('Concat', logits, { axis: 0 }) : logits[0]!;
  if (plan.nextTokens) appendNextTokens(builder, answers);
  else appendLoss(builder, answers, plan);
  const whole = builder.graph([]);
  // The answer positions are an input that nothing reads yet.
  const graph: Graph = { ...keepOnly(whole, outputsOf(plan)), inputs: whole.inputs };
  return {
    forward: { ...trainingModel, graph },
    hidden: body.value(signature.finalHidden),
    continuedHidden: behind?.value(signature.finalHidden),
  };
}
