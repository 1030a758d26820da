import { isText, listOf, nullable, object, optional, type Infer } from '../../channel/guards';
import { isStudyAnalysis } from './studyAnalysis';

/** Runs of one method on one template that differ in nothing but the seed. */
const isStudyFolders = object({
  key: isText,
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
  /** Name of the metric whose scores stand beside the answers; null for right and wrong alone. */
  metric: optional(nullable(isText)),
});
export type ComparisonSubject = Infer<typeof isComparisonSubject>;

/** What the answers of the studies tell. */
export const isComparisonAnalysis = object({ token: isText, studies: listOf(isStudyAnalysis) });
export type ComparisonAnalysis = Infer<typeof isComparisonAnalysis>;
