import type { StudyAnalysis as WholeAnalysis } from './studyAnalysis';

/** Runs of one method on one template that differ in nothing but the seed. */
export interface StudyFolders {
  readonly key: string;
  /** What a person reads. */
  readonly name: string;
  /** Run folders, lowest seed first. */
  readonly folders: readonly string[];
}
/** What is compared: the studies that have results, and the one that the others are measured against. */
export interface ComparisonSubject {
  /** Changes whenever anything below it does; what was read for another one is thrown away. */
  readonly token: string;
  readonly studies: readonly StudyFolders[];
  readonly baseline: string | null;
}
/** What only the answers of every row tell of a study. */
export type StudyAnalysis = Pick<
  WholeAnalysis,
  'key' | 'accuracy' | 'macroF1' | 'difference' | 'without' | 'confusion' | 'reliability' | 'adapterBytes'
>;

export interface ComparisonAnalysis {
  readonly token: string;
  readonly studies: readonly StudyAnalysis[];
  /** Rows, seeds, split, test, correction, and what was dropped and why. */
  readonly notes: readonly string[];
}
