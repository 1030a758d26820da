import type { LanguageModel } from '../model/openModel';
import {
  initialParameters,
  openEncoder,
  withZeroOutputLayer,
  type OpenEncoder,
  type Parameters,
} from './encoder/encoder';
import type { EncoderShape } from './encoder/encoderGraph';
import { embeddings, initialTokens } from './start/initialise';
import type { Parameter } from './optimizer/optimizer';
import { streamFor } from '../data/random';
import { initialPrefix } from './start/prefixStart';
import { prefixWidth } from '../objective/prompt';
import type { SoftPrompt } from '../objective/prompt';
import type { Task } from '../objective/task';

export type Gradients = Readonly<Record<string, Float32Array>>;

/** The gradient of a prompt: of its virtual tokens, and of its prefix where it has one. */
export interface PromptGradient {
  readonly values?: Float32Array;
  readonly prefix?: Float32Array;
}

/** How the trained arrays of a method become a prompt, and how the prompt's gradient flows back to them. */
export interface Learner {
  /** The arrays before the first step. */
  readonly start: Parameters;
  prompt(parameters: Parameters): Promise<SoftPrompt>;
  backward(parameters: Parameters, gradient: PromptGradient): Promise<Gradients>;
  close(): Promise<void>;
}

/** One trained piece of a prompt: the array itself, or an encoder that makes it. */
interface Part {
  readonly start: Parameters;
  values(parameters: Parameters): Promise<Float32Array>;
  backward(parameters: Parameters, upstream: Float32Array): Promise<Gradients>;
  close(): Promise<void>;
}

/** As checkpoints on the disk call the vectors beside an encoder. */
const residualName = 'origin';
/**
 * How much faster a vector moves than a number of a network at one learning rate: about the ratio of the rates that
 * suit each; a power of two, so that the start is exact.
 */
const residualScale = 32;

/** Hidden size of P-Tuning v2's projection in its paper's code. */
const paperProjectionSize = 512;

/**
 * The trained arrays of a task's method: virtual tokens directly (`soft`) or through the prompt encoder (`v1`); keys
 * and values directly or through the projection (`v2`), with the instruction's embeddings beside them where they are
 * trained.
 * @param from a prompt to go on from: of `v1`, the residual beside a new encoder; of a projected prefix, trained
 * directly, since a network cannot be run backwards
 */
export async function openLearner(task: Task, model: LanguageModel, from?: SoftPrompt): Promise<Learner> {
  const { hiddenSize } = model.configuration;
  const width = prefixWidth(model);
  const tokens =
    task.layout.total > 0
      ? await tokensPart(task, model, from?.values.slice(0, task.layout.total * hiddenSize))
      : undefined;
  const instruction =
    task.instruction.length > 0
      ? direct(
          'instruction',
          [task.instruction.length, hiddenSize],
          from?.values.slice(task.layout.total * hiddenSize) ?? embeddings(model, task.instruction),
        )
      : undefined;
  const prefix = task.prefixRows > 0 ? await prefixPart(task, model, from?.prefix?.values) : undefined;
  const parts = [tokens, instruction, prefix].filter((part) => part !== undefined);
  return {
    start: Object.fromEntries(parts.flatMap((part) => Object.entries(part.start))),
    async prompt(parameters) {
      const pieces = await Promise.all([tokens, instruction].map((part) => part?.values(parameters)));
      const deep = await prefix?.values(parameters);
      return {
        rows: task.promptRows,
        hiddenSize,
        values: joined(pieces),
        ...(deep && { prefix: { rows: task.prefixRows, width, values: deep } }),
      };
    },
    async backward(parameters, gradient) {
      const split = task.layout.total * hiddenSize;
      const gradients = await Promise.all([
        gradient.values && tokens?.backward(parameters, gradient.values.slice(0, split)),
        gradient.values && instruction?.backward(parameters, gradient.values.slice(split)),
        gradient.prefix && prefix?.backward(parameters, gradient.prefix),
      ]);
      return Object.fromEntries(gradients.flatMap((part) => Object.entries(part ?? {})));
    },
    close: async () => void (await Promise.all(parts.map((part) => part.close()))),
  };
}

function tokensPart(task: Task, model: LanguageModel, from?: Float32Array): Part | Promise<Part> {
  const { hiddenSize } = model.configuration;
  const { layout, settings } = task;
  if (settings.method !== 'v1') return direct('prompt', [layout.total, hiddenSize], from ?? initialTokens(task, model));
  const size = settings.encoderSize || (settings.encoder === 'lstm' ? Math.ceil(hiddenSize / 2) : hiddenSize);
  const shape: EncoderShape = {
    kind: settings.encoder,
    rows: layout.total,
    inputSize: hiddenSize,
    hiddenSize: size,
    outputSize: hiddenSize,
  };
  return encoded(shape, settings.seed, from ?? (encoderAlone(task) ? undefined : initialTokens(task, model)));
}

/** With nothing to start from, the encoder makes the vectors alone, as in P-Tuning's paper and in PEFT. */
const encoderAlone = ({ layout, settings }: Task): boolean =>
  settings.init.kind === 'zero' && layout.slots.every(({ init }) => !init);

async function prefixPart(task: Task, model: LanguageModel, from?: Float32Array): Promise<Part> {
  const { settings, prefixRows: rows } = task;
  const width = prefixWidth(model);
  if (!settings.projection || from) return direct('prefix', [rows, width], from ?? (await initialPrefix(task, model)));
  return encoded(
    {
      kind: 'projection',
      rows,
      inputSize: model.configuration.hiddenSize,
      hiddenSize: settings.encoderSize || paperProjectionSize,
      outputSize: width,
    },
    settings.seed,
  );
}

function direct(name: string, dims: readonly number[], values: Float32Array): Part {
  return {
    start: { [name]: { dims, values } },
    values: async (parameters) => parameters[name]!.values,
    backward: async (_, upstream) => ({ [name]: upstream }),
    close: async () => undefined,
  };
}

/**
 * An encoder, and beside it, where there are vectors to start from, those vectors as a residual: an encoder alone moves
 * all of them together. The encoder's last layer then starts at zero, so that training starts at the residual
 * (Razdaibiedina et al. 2023, Residual Prompt Tuning).
 * @param residual [rows, output]
 */
async function encoded(shape: EncoderShape, seed: number, residual?: Float32Array): Promise<Part> {
  const encoder: OpenEncoder = await openEncoder(shape);
  const start = initialParameters(shape, streamFor(seed, 5));
  if (!residual) return { start, values: encoder.forward, backward: encoder.backward, close: encoder.close };
  return {
    start: {
      ...withZeroOutputLayer(start, shape),
      [residualName]: { dims: [shape.rows, shape.outputSize], values: residual.map((value) => value / residualScale) },
    },
    async values(parameters) {
      const from = parameters[residualName]!.values;
      return (await encoder.forward(parameters)).map((value, i) => value + residualScale * from[i]!);
    },
    backward: async (parameters, upstream) => ({
      ...(await encoder.backward(parameters, upstream)),
      [residualName]: upstream.map((value) => residualScale * value),
    }),
    close: encoder.close,
  };
}

function joined(pieces: readonly (Float32Array | undefined)[]): Float32Array {
  const present = pieces.filter((piece) => piece !== undefined);
  const values = new Float32Array(present.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of present) {
    values.set(piece, at);
    at += piece.length;
  }
  return values;
}

export const copyParameters = (parameters: Parameters): Parameters =>
  Object.fromEntries(
    Object.entries(parameters).map(([name, parameter]): [string, Parameter] => [
      name,
      { ...parameter, values: parameter.values.slice() },
    ]),
  );
