import type { FieldResults } from '../scoring/fields/fieldResults';
import type { ConfusionMatrix, LabelShares } from '../scoring/classification';
import type { MetricFace } from '../scoring/metricFace';
import type { RunMethod, RunStatus } from '../runs/record/words/recordWords';
import type { Majority } from './study/majorities';
import type { SettingDifference } from './study/settingDifferences';
import type { Study } from './study/studies';
import type { StudyAnalysis, StudyDifference } from './analysis/studyAnalysis';
import type { StudyResults } from './study/studyResults';
import type { TextAlone } from './study/textAlone';

/** A table row of a comparison: a study and what it came to. */
export interface StudyComparison
  extends Study, Pick<StudyAnalysis, 'withoutDifference' | 'reliability' | 'distributions' | 'adapterBytes'> {
  /** What a person reads; no two studies of a comparison have the same. */
  readonly name: string;
  /** The name that a person gave it; empty where it has none. */
  readonly givenName: string;
  /** Template with its variant: `triage.short`. */
  readonly template: string;
  readonly method: RunMethod;
  /** Of the run that needs most attention. */
  readonly status: RunStatus;
  /** Null while no run has a result. */
  readonly results: StudyResults | null;
  /** What its rewritten texts do alone; null where none was measured. */
  readonly textAlone: TextAlone | null;
  /** Trainings with further seeds that a verdict needs; 0 for a hard prompt and while no run has a result. */
  readonly missingSeeds: number;
  /** By the metric that decides; null for the baseline, where rows cannot be paired, and while no answers are read. */
  readonly difference: StudyDifference | null;
  /** By every metric that both were measured by. */
  readonly differences: readonly StudyDifference[];
  /** Which label was called which, over all seeds; null for a generation task, and while the answers are not read. */
  readonly confusion: (ConfusionMatrix & LabelShares) | null;
  /** Its shares less the baseline's, over the labels of both; null for the baseline, and where either has none. */
  readonly confusionDifference: LabelShares | null;
  /** Of answers that are JSON; null for others, and while they are not read. */
  readonly fields: readonly FieldResults[] | null;
  /** Why it failed, the verdict, what became of its instruction, and on which label it collapsed: a sentence each. */
  readonly notes: readonly string[];
}

/**
 * Studies that answer the same question side by side: the one record that terminal, report, exports and panel show.
 * Each of them adds only its form.
 */
export interface TaskComparison {
  readonly name: string;
  /** In reading order. */
  readonly studies: readonly StudyComparison[];
  /** Key of the study that the others are measured against; null while none has results. */
  readonly baseline: string | null;
  /** What decides: that of the baseline. Null while no study has results. */
  readonly metric: MetricFace | null;
  /** All that some study was measured by, the one that decides first. */
  readonly metrics: readonly MetricFace[];
  readonly majorities: readonly Majority[];
  readonly settings: readonly SettingDifference[];
  /** What must be known before any number is believed: a sentence each. */
  readonly warnings: readonly string[];
  /** What was left out and why: a sentence each. */
  readonly dropped: readonly string[];
  /** Rows, seeds, split, intervals, test, correction, verdicts, and all that is in `dropped`: a sentence each. */
  readonly notes: readonly string[];
}
