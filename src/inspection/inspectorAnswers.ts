import {
  both,
  instanceOf,
  isNumber,
  isText,
  listOf,
  nullable,
  object,
  oneOf,
  tuple,
  type Infer,
} from '../channel/guards';
import { isLabelProbability } from '../scoring/likelihood/labelProbability';

/** A word of the vocabulary and how nearly a vector points the same way. */
const isNearWord = object({ text: isText, cosine: isNumber });
export type NearWord = Infer<typeof isNearWord>;

/** A vector that was trained among the input embeddings. */
const isVector = object({
  /** `virtual` for a virtual token, else the instruction's token as it is written. */
  name: isText,
  kind: oneOf('virtual', 'instruction'),
  norm: isNumber,
  /** Distance from where training began; null where the start is not kept. */
  moved: nullable(isNumber),
  /** Cosine with where training began; null where the start is not kept. */
  turned: nullable(isNumber),
  near: listOf(isNearWord),
});
export type VectorAnatomy = Infer<typeof isVector>;

/** A layer of a prefix. */
const isLayer = object({
  /** Mean norm of its keys per position and head. */
  keyNorm: isNumber,
  /** Mean norm of its values per position and head. */
  valueNorm: isNumber,
  /** How far they moved in relation to where they began. */
  moved: nullable(isNumber),
});
export type LayerAnatomy = Infer<typeof isLayer>;

/** What can be said of a trained prompt by looking at its numbers alone. */
export const isPromptAnatomy = object({
  run: isText,
  hiddenSize: isNumber,
  vectors: listOf(isVector),
  /** `[vectors, vectors]` cosines */
  similarities: instanceOf<Float32Array>(Float32Array),
  /** 5th, 50th and 95th percentile of the norms of the model's own word vectors. */
  wordNorms: tuple(isNumber, isNumber, isNumber),
  prefix: nullable(object({ positions: isNumber, layers: listOf(isLayer) })),
});
export type PromptAnatomy = Infer<typeof isPromptAnatomy>;

/** How far an answer has come that is written token by token. */
const isAnswerPace = object({
  tokens: isNumber,
  /** Of reading the prompt and writing. */
  seconds: isNumber,
  /** Tokens a second behind the first one; null before there are any. */
  perSecond: nullable(isNumber),
});
export type AnswerPace = Infer<typeof isAnswerPace>;

/** What the model makes of an input that a person typed. */
export const isInputAnswer = object({
  run: isText,
  /** In the enum's order; empty for a generation. */
  probabilities: listOf(isLabelProbability),
  /** The label, or the text generated. */
  answer: isText,
  promptTokens: isNumber,
  /** Of the model's work on it, without what opens the model. */
  seconds: isNumber,
  /** How a text was written and why it ends; null for a label. */
  written: nullable(both(isAnswerPace, object({ ending: oneOf('end', 'stop', 'budget', 'stopped') }))),
});
export type InputAnswer = Infer<typeof isInputAnswer>;

/** What has been added to an answer since somebody last asked. */
export const isAnswerSoFar = object({
  /** Text behind what was known. */
  more: isText,
  /** Null until the first token. */
  pace: nullable(isAnswerPace),
  /** Null until the answer has ended. */
  answer: nullable(isInputAnswer),
});
export type AnswerSoFar = Infer<typeof isAnswerSoFar>;
