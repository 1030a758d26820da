import type { ConfusionMatrix } from '../scoring/classification';
import type { Reliability, ReliabilityBin } from '../scoring/statistics/calibration';
import type { Estimate, PairedDifference } from '../comparison/studyAnalysis';
import type { RequestOf, ResultOf, Side } from '../channel/messageChannel';
import { isNumber, isText, listOf, nullable, oneOf, shape, tableOf, type Guard } from '../channel/guards';
import type { ComparisonSubject, ComparisonAnalysis, StudyAnalysis, StudyFolders } from '../comparison/subject';
import type { LabelProbability, RowChunk, RowDetail, RowAnswer } from '../comparison/rows/rowChunk';

/** A word of the vocabulary and how nearly a vector points the same way. */
export interface NearWord {
  readonly text: string;
  readonly cosine: number;
}

/** A vector that was trained among the input embeddings. */
export interface VectorAnatomy {
  /** `virtual` for a virtual token, else the instruction's token as it is written. */
  readonly name: string;
  readonly kind: 'virtual' | 'instruction';
  readonly norm: number;
  /** Distance from where training began, and the cosine between the two; null where the start is not kept. */
  readonly moved: number | null;
  readonly turned: number | null;
  readonly near: readonly NearWord[];
}

/** A layer of a prefix: mean norm of its keys and values per position and head, and how far they moved in relation to where they began. */
export interface LayerAnatomy {
  readonly keyNorm: number;
  readonly valueNorm: number;
  readonly moved: number | null;
}

/** What can be said of a trained prompt by looking at its numbers alone. */
export interface PromptAnatomy {
  readonly run: string;
  readonly hiddenSize: number;
  readonly vectors: readonly VectorAnatomy[];
  /** `[vectors, vectors]` cosines */
  readonly similarities: Float32Array;
  /** 5th, 50th and 95th percentile of the norms of the model's own word vectors. */
  readonly wordNorms: readonly [number, number, number];
  readonly prefix: { readonly positions: number; readonly layers: readonly LayerAnatomy[] } | null;
}

/** What the model makes of an input that a person typed. */
export interface InputAnswer {
  readonly run: string;
  /** In the enum's order; empty for a generation. */
  readonly probabilities: readonly LabelProbability[];
  /** The label, or the text generated. */
  readonly answer: string;
  readonly promptTokens: number;
  readonly seconds: number;
}

/** Calls that look at what runs have left; none of them starts or changes a run. */
export interface InspectionCalls {
  analyse(request: ComparisonSubject): ComparisonAnalysis;
  rows(request: ComparisonSubject & { readonly from: number }): RowChunk;
  rowDetail(request: ComparisonSubject & { readonly row: number }): RowDetail;
  /** Line of a data file on which a row begins, from 1. */
  rowLine(request: { readonly file: string; readonly row: number }): { readonly line: number };
  inspectPrompt(request: { readonly folder: string }): PromptAnatomy;
  answerInput(request: { readonly folder: string; readonly input: Readonly<Record<string, string>> }): InputAnswer;
}

const isUint32s: Guard<Uint32Array> = (value): value is Uint32Array => value instanceof Uint32Array;
const isFloat32s: Guard<Float32Array> = (value): value is Float32Array => value instanceof Float32Array;

const isEstimate = shape<Estimate>({ mean: isNumber, low: isNumber, high: isNumber });
const isConfusion = shape<ConfusionMatrix>({ labels: listOf(isText), counts: listOf(listOf(isNumber)) });
const isBin = shape<ReliabilityBin>({
  low: isNumber,
  high: isNumber,
  n: isNumber,
  confidence: isNumber,
  accuracy: isNumber,
});

const isStudyAnalysis = shape<StudyAnalysis>({
  key: isText,
  accuracy: nullable(isEstimate),
  macroF1: nullable(isEstimate),
  difference: nullable(
    shape<PairedDifference>({
      mean: isNumber,
      low: isNumber,
      high: isNumber,
      p: isNumber,
      rows: isNumber,
      gained: isNumber,
      lost: isNumber,
      test: oneOf('mcnemar', 'seeds'),
      verdict: oneOf('better', 'worse', 'unclear', 'unsaid'),
      words: isText,
    }),
  ),
  without: isText,
  confusion: nullable(isConfusion),
  reliability: nullable(shape<Reliability>({ bins: listOf(isBin), calibrationError: isNumber })),
  adapterBytes: isNumber,
});

export const isAnalysis = shape<ComparisonAnalysis>({
  token: isText,
  studies: listOf(isStudyAnalysis),
  notes: listOf(isText),
});

export const isRowChunk = shape<RowChunk>({
  token: isText,
  from: isNumber,
  total: isNumber,
  studies: listOf(isText),
  texts: listOf(isText),
  inputs: listOf(isText),
  numbers: isUint32s,
  expected: isUint32s,
  predicted: isUint32s,
  probabilities: isFloat32s,
});

const areProbabilities = listOf(shape<LabelProbability>({ label: isText, probability: isNumber }));

export const isRowDetail = shape<RowDetail>({
  row: isNumber,
  input: isText,
  expected: isText,
  answers: listOf(shape<RowAnswer>({ study: isText, run: isText, predicted: isText, probabilities: areProbabilities })),
});

const isVector = shape<VectorAnatomy>({
  name: isText,
  kind: oneOf('virtual', 'instruction'),
  norm: isNumber,
  moved: nullable(isNumber),
  turned: nullable(isNumber),
  near: listOf(shape<NearWord>({ text: isText, cosine: isNumber })),
});
const isLayer = shape<LayerAnatomy>({ keyNorm: isNumber, valueNorm: isNumber, moved: nullable(isNumber) });
const isPercentiles: Guard<readonly [number, number, number]> = (value): value is readonly [number, number, number] =>
  listOf(isNumber)(value) && value.length === 3;

export const isAnatomy = shape<PromptAnatomy>({
  run: isText,
  hiddenSize: isNumber,
  vectors: listOf(isVector),
  similarities: isFloat32s,
  wordNorms: isPercentiles,
  prefix: nullable(shape<NonNullable<PromptAnatomy['prefix']>>({ positions: isNumber, layers: listOf(isLayer) })),
});

export const isInputAnswer = shape<InputAnswer>({
  run: isText,
  probabilities: areProbabilities,
  answer: isText,
  promptTokens: isNumber,
  seconds: isNumber,
});

const subjectFields = {
  token: isText,
  studies: listOf(shape<StudyFolders>({ key: isText, name: isText, folders: listOf(isText) })),
  baseline: nullable(isText),
};

type InspectionSide = {
  readonly [K in keyof InspectionCalls]: {
    readonly request: Guard<RequestOf<InspectionCalls, K>>;
    readonly result: Guard<ResultOf<InspectionCalls, K>>;
  };
};

/** The inspector's side of the channel. */
export const inspectionSide: InspectionSide = {
  analyse: { request: shape<ComparisonSubject>(subjectFields), result: isAnalysis },
  rows: {
    request: shape<ComparisonSubject & { readonly from: number }>({ ...subjectFields, from: isNumber }),
    result: isRowChunk,
  },
  rowDetail: {
    request: shape<ComparisonSubject & { readonly row: number }>({ ...subjectFields, row: isNumber }),
    result: isRowDetail,
  },
  rowLine: {
    request: shape<{ readonly file: string; readonly row: number }>({ file: isText, row: isNumber }),
    result: shape<{ readonly line: number }>({ line: isNumber }),
  },
  inspectPrompt: { request: shape<{ readonly folder: string }>({ folder: isText }), result: isAnatomy },
  answerInput: {
    request: shape<{ readonly folder: string; readonly input: Readonly<Record<string, string>> }>({
      folder: isText,
      input: tableOf(isText),
    }),
    result: isInputAnswer,
  },
};

/** What the inspector leaves to a thread of its own. */
export type AnalysisCalls = Pick<InspectionCalls, 'analyse'>;

/** The thread's side of its channel. */
export const analysisSide: Side<AnalysisCalls, object> = { calls: { analyse: inspectionSide.analyse }, events: {} };
