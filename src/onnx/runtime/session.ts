import * as l10n from '@vscode/l10n';
import { totalmem } from 'node:os';
import type * as ort from 'onnxruntime-node';
import { Failure } from '../../failure';
import { keepOnly, type Graph, type Model, type Value } from '../graph';
import { loadRuntime, type OnnxRuntime } from './loadRuntime';
import { mapWeights, withoutTransposedCopies } from './mappedWeights';
import { chooseProvider, giveUpProvider, type Provider } from './provider';
import { hasSignedProducts, saturates, withUnsignedWeights } from './unsignedWeights';
import { writeModel } from '../writeModel';

/** Numbers that enter or leave a session; int64 travels as bigint. */
export interface Numbers {
  readonly dims: readonly number[];
  readonly data: Float32Array | BigInt64Array;
}

export type Feeds = Readonly<Record<string, Numbers>>;

/** Names of outputs, as the runtime takes them. */
export type Wanted = Readonly<Record<string, null>>;

/** A graph ready to run; `run` blocks the process's event loop for the time of one pass. */
export interface Session {
  /** @param wanted outputs to hand out; all of them where it is not given */
  run(feeds: Feeds, wanted?: Wanted): Promise<Readonly<Record<string, Numbers>>>;
  release(): Promise<void>;
}

export interface SessionOptions {
  /** Threads inside an operator; 0 leaves the choice to the runtime (one per core). */
  readonly threads?: number;
  /**
   * Whether the runtime rewrites the graph before it runs; not worth it for a graph run once or twice. Default true.
   */
  readonly optimize?: boolean;
  /**
   * Whether operators are left apart whose fusion rounds otherwise, so that a value computed twice has the same bits
   * both times.
   */
  readonly bitReproducible?: boolean;
  /**
   * Whether large weights are packed too, where the machine has the memory for a copy of them: worth it where a session
   * reads few rows often.
   */
  readonly packLarge?: boolean;
  /** Writes a profile beginning with this path. */
  readonly profile?: string;
}

export const floats = (dims: readonly number[], data: Float32Array): Numbers => ({ dims, data });
/** @param values whole numbers that a double holds exactly */
export function int64s(dims: readonly number[], values: readonly number[]): Numbers {
  const data = new BigInt64Array(values.length);
  // `BigInt64Array.from` takes more than ten times as long.
  for (let i = 0; i < values.length; i++) data[i] = BigInt(values[i]!);
  return { dims, data };
}

/**
 * Hands a model to ONNX Runtime, on the provider of this process. Weights that are on the disk are mapped, not copied.
 * @throws Failure "runtime-load" with the runtime's reason when it refuses the graph, "runtime-missing"
 */
export async function openSession(model: Model, options: SessionOptions = {}): Promise<Session> {
  const [runtime, { used }] = [await loadRuntime(), await chooseProvider()];
  const session = await createSession(runtime, model, { ...options, provider: used }).catch((error: Error) => {
    if (used === 'cpu') throw refused(error);
    giveUpProvider(used, firstLine(error));
    return createSession(runtime, model, { ...options, provider: 'cpu' }).catch((again: Error) => {
      throw refused(again);
    });
  });
  return {
    run: (feeds, wanted) => runSession({ session, runtime }, feeds, wanted),
    release: async () => {
      if (options.profile) session.endProfiling();
      await session.release();
    },
  };
}

/**
 * Fusions that round otherwise than the operators they stand for, and that may catch one of two equal stretches of a
 * graph and not the other.
 */
const roundingFusions = [
  'DivMulFusion',
  'GeluFusionL1',
  'GeluFusionL2',
  'FastGeluFusion',
  'QuickGeluFusion',
  'BiasGeluFusion',
  'BiasSoftmaxFusion',
  'BiasDropoutFusion',
  'LayerNormFusionL1',
  'LayerNormFusionL2',
  'SimplifiedLayerNormFusion',
  'SkipLayerNormFusion',
  'EmbedLayerNormFusion',
  'AttentionFusion',
  'GroupQueryAttentionFusion',
  'MatMulScaleFusion',
  'MatMulActivationFusion',
  'GemmActivationFusion',
  'ConvActivationFusion',
  'MatMulIntegerToFloatFusion',
  'DynamicQuantizeMatMulFusion',
];

/** Weights of up to this size are packed for faster products, which takes a copy of them in each session. */
const packedBytes = 32 * 1024 * 1024;

/**
 * Share of the machine's memory that packed copies may take where they are asked for. Not of what is free at the
 * moment: packed weights round otherwise, and a machine must come to the same numbers each time.
 */
const packedShare = 1 / 8;

/** Values that leave a graph, from which on it is prepared faster where shapes are known: none of them is ever free. */
const manyOutputs = 100;

/**
 * A graph that does not say how what enters and leaves it is shaped. To plan its memory the runtime compares each value
 * of a known shape with each that is free by then, which takes most of the time that it prepares a large graph in, and
 * saves neither time nor memory afterwards.
 */
function withoutShapes(graph: Graph): Graph {
  if (graph.outputs.length >= manyOutputs) return graph;
  const shapeless = ({ name, type }: Value): Value => ({ name, type });
  return { ...graph, inputs: graph.inputs.map(shapeless), outputs: graph.outputs.map(shapeless) };
}

async function createSession(
  runtime: OnnxRuntime,
  model: Model,
  {
    provider,
    threads,
    optimize,
    bitReproducible,
    packLarge,
    profile,
  }: SessionOptions & { readonly provider: Provider },
): Promise<ort.InferenceSession> {
  const weights = mapWeights(model.graph);
  const onProcessor = provider === 'cpu';
  const exact =
    onProcessor && hasSignedProducts(model) && (await saturates(runtime)) ? withUnsignedWeights(model) : model;
  const shared = weights && onProcessor ? withoutTransposedCopies(exact) : exact;
  const packed = packLarge ? Math.max(packedBytes, totalmem() * packedShare) : packedBytes;
  const graph = keepOnly(shared.graph, shared.graph.outputs);
  return runtime.InferenceSession.create(
    writeModel({ ...shared, graph: onProcessor ? withoutShapes(graph) : graph }, weights?.locate),
    {
      executionProviders: onProcessor ? ['cpu'] : [provider, 'cpu'],
      intraOpNumThreads: threads ?? 0,
      interOpNumThreads: 1,
      logSeverityLevel: 3,
      graphOptimizationLevel: optimize === false ? 'disabled' : 'all',
      // Lengths differ from batch to batch; a plan of memory for each is held beside what the last one took.
      enableMemPattern: false,
      extra: {
        ...(bitReproducible && { optimization: { disable_specified_optimizers: roundingFusions.join(';') } }),
        ...(weights && {
          session: {
            model_external_initializers_file_folder_path: weights.folder,
            ...(onProcessor && weights.bytes > packed && { disable_prepacking: '1' }),
          },
        }),
      },
      ...(profile && { enableProfiling: true, profileFilePrefix: profile }),
    },
  );
}

const refused = (error: Error): Failure =>
  new Failure(
    'runtime-load',
    l10n.t`ONNX Runtime does not accept the graph: ${firstLine(error)}`,
    {},
    l10n.t`The model file may be damaged, or use an operator that this runtime lacks.`,
  );

const firstLine = (error: Error): string => error.message.split('\n')[0] ?? error.message;

async function runSession(
  { session, runtime }: { readonly session: ort.InferenceSession; readonly runtime: OnnxRuntime },
  feeds: Feeds,
  wanted: Wanted = Object.fromEntries(session.outputNames.map((name) => [name, null])),
): Promise<Readonly<Record<string, Numbers>>> {
  const tensors = Object.fromEntries(
    session.inputNames.filter((name) => feeds[name]).map((name) => [name, toTensor(runtime, feeds[name]!)]),
  );
  const results = await session.run(tensors, wanted).catch((error: Error) => {
    throw runFailure(error);
  });
  return Object.fromEntries(
    Object.entries(results).map(([name, tensor]) => [
      name,
      { dims: tensor.dims, data: tensor.data as Numbers['data'] },
    ]),
  );
}

function runFailure(error: Error): Failure {
  if (/alloc|memory/i.test(error.message)) {
    return new Failure(
      'out-of-memory',
      l10n.t`The machine ran out of memory during a step.`,
      {},
      l10n.t`Lower tune.batchSize or tune.maxLength, or choose a smaller model.`,
    );
  }
  return new Failure('runtime-run', l10n.t`ONNX Runtime stopped in the middle of a pass: ${firstLine(error)}`);
}

const toTensor = ({ Tensor }: OnnxRuntime, { dims, data }: Numbers): ort.Tensor =>
  data instanceof Float32Array ? new Tensor('float32', data, dims) : new Tensor('int64', data, dims);
