import { differentiate, gradientOf } from '../../autodiff/gradient';
import { normal, type Random } from '../../data/random';
import { once } from '../../once';
import { extendGraph } from '../../onnx/builder';
import { ElementType, type Model } from '../../onnx/graph';
import { floats, openSession, type Feeds } from '../../onnx/runtime/session';
import { elementCount } from '../../onnx/tensor';
import { encodedName, encoderModel, encoderParameters, lastLayers, type EncoderShape } from './encoderGraph';
import type { Parameter } from '../optimizer/optimizer';

export type Parameters = Readonly<Record<string, Parameter>>;

/** An encoder loaded into the runtime. */
export interface OpenEncoder {
  /** @returns `[rows, output]` */
  forward(parameters: Parameters): Promise<Float32Array>;
  /** Gradients of the parameters, given the gradient of the encoder's output. */
  backward(parameters: Parameters, upstream: Float32Array): Promise<Readonly<Record<string, Float32Array>>>;
  close(): Promise<void>;
}

const [lossName, upstreamName] = ['loss', 'upstream'];

export async function openEncoder(shape: EncoderShape): Promise<OpenEncoder> {
  const names = Object.keys(encoderParameters(shape));
  const forward = await openSession(encoderModel(shape), { threads: 1 });
  const backward = await openSession(await backwardOf(shape), { threads: 1 });
  return {
    async forward(parameters) {
      const results = await forward.run(feedsOf(parameters, names));
      return results[encodedName]!.data as Float32Array;
    },
    async backward(parameters, upstream) {
      const results = await backward.run({
        ...feedsOf(parameters, names),
        [upstreamName]: floats([shape.rows, shape.outputSize], upstream),
      });
      return Object.fromEntries(names.map((name) => [name, results[gradientOf(name)]!.data as Float32Array]));
    },
    close: async () => {
      await forward.release();
      await backward.release();
    },
  };
}

const feedsOf = (parameters: Parameters, names: readonly string[]): Feeds =>
  Object.fromEntries(names.map((name) => [name, floats(parameters[name]!.dims, parameters[name]!.values)]));

const backwards = new Map<string, Promise<Model>>();

/** Made once for each shape: differentiation takes a session to find shapes by. */
const backwardOf = (shape: EncoderShape): Promise<Model> => once(backwards, shape, () => backwardModel(shape));

/** The derivative of Σ encoded · upstream is the vector-Jacobian product with `upstream`. */
async function backwardModel(shape: EncoderShape): Promise<Model> {
  const forward = encoderModel(shape);
  const builder = extendGraph(forward.graph, 'backward/');
  const upstream = builder.input({ name: upstreamName, type: ElementType.float, dims: [shape.rows, shape.outputSize] });
  builder.alias(builder.op('ReduceSum', [builder.op('Mul', [encodedName, upstream])], { keepdims: 0 }), lossName);
  const zeros: Feeds = {
    [upstreamName]: floats([shape.rows, shape.outputSize], new Float32Array(shape.rows * shape.outputSize)),
  };
  const dims = encoderParameters(shape);
  // Every size of an encoder is fixed, so one probe says as much as two.
  const probe: Feeds = {
    ...zeros,
    ...Object.fromEntries(
      Object.entries(dims).map(([name, size]) => [name, floats(size, new Float32Array(elementCount(size)))]),
    ),
  };
  const model = await differentiate(
    { ...forward, graph: builder.graph([]) },
    { loss: lossName, withRespectTo: Object.keys(dims), probes: [probe, probe] },
  );
  return {
    ...model,
    graph: {
      ...model.graph,
      outputs: Object.keys(dims).map((name) => ({ name: gradientOf(name), type: ElementType.float })),
    },
  };
}

/** PyTorch's own start: embeddings N(0, 1), linear layers and LSTMs uniform within 1/√(inputs) or 1/√(hidden). */
export function initialParameters(shape: EncoderShape, random: Random): Parameters {
  return Object.fromEntries(
    Object.entries(encoderParameters(shape)).map(([name, dims]) => {
      const width = 1 / Math.sqrt(fanIn(name, shape));
      const draw =
        name === 'embedding.weight' ? (): number => normal(random) : (): number => (2 * random.next() - 1) * width;
      return [name, { dims, values: Float32Array.from({ length: elementCount(dims) }, draw) }];
    }),
  );
}

/** Parameters whose encoder makes zeros, until its last layer has moved. */
export function withZeroOutputLayer(parameters: Parameters, { kind }: EncoderShape): Parameters {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, parameter]) => [
      name,
      name.startsWith(`${lastLayers[kind]}.`)
        ? { ...parameter, values: new Float32Array(parameter.values.length) }
        : parameter,
    ]),
  );
}

function fanIn(name: string, shape: EncoderShape): number {
  if (name.startsWith('lstm_head')) return shape.hiddenSize;
  const dims = encoderParameters(shape)[name.replace(/bias$/, 'weight')]!;
  return dims[1]!;
}
