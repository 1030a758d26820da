import { isNumber, isText, listOf, nullable, object, oneOf, type Infer } from '../channel/guards';

/** Runs of one method on one template that differ in nothing but the seed. */
const isStudyFolders = object({
  key: isText,
  /** What a person reads. */
  name: isText,
  /** Run folders, lowest seed first. */
  folders: listOf(isText),
});
export type StudyFolders = Infer<typeof isStudyFolders>;

/** What is compared: the studies that have results, and the one that the others are measured against. */
export const isComparisonSubject = object({
  /** Changes whenever anything below it does; what was read for another one is thrown away. */
  token: isText,
  studies: listOf(isStudyFolders),
  baseline: nullable(isText),
});
export type ComparisonSubject = Infer<typeof isComparisonSubject>;

const isEstimate = object({ mean: isNumber, low: isNumber, high: isNumber });
const isConfusion = object({ labels: listOf(isText), counts: listOf(listOf(isNumber)) });
const isBin = object({
  low: isNumber,
  high: isNumber,
  n: isNumber,
  confidence: isNumber,
  accuracy: isNumber,
});
const isDifference = object({
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
});

/** What only the answers of every row tell of a study; each field is that of the whole analysis. */
const isStudyAnalysis = object({
  key: isText,
  accuracy: nullable(isEstimate),
  macroF1: nullable(isEstimate),
  difference: nullable(isDifference),
  without: isText,
  confusion: nullable(isConfusion),
  reliability: nullable(object({ bins: listOf(isBin), calibrationError: isNumber })),
  adapterBytes: isNumber,
});
export type StudyAnalysis = Infer<typeof isStudyAnalysis>;

export const isComparisonAnalysis = object({
  token: isText,
  studies: listOf(isStudyAnalysis),
  /** Rows, seeds, split, test, correction, and what was dropped and why. */
  notes: listOf(isText),
});
export type ComparisonAnalysis = Infer<typeof isComparisonAnalysis>;
