import * as l10n from '@vscode/l10n';
import type { ComparisonAnalysis, ComparisonSubject } from '../../comparison/analysis/subject';
import { Failure } from '../../failure';
import { analysisSide } from '../inspectorContract';
import { askThread } from './questionThread';

/** Analyses a comparison; a newer question ends the one before. */
export type Analyse = (subject: ComparisonSubject) => Promise<ComparisonAnalysis>;

/**
 * Lets a thread analyse comparisons, so that this process answers other questions meanwhile.
 * @param program the bundle of the thread
 * @returns the analysis; it throws Failure "outdated" when a newer question came, "analysis-ended" when the thread
 *   died, or whatever the analysis throws
 */
export function createAnalysisThread(program: string): Analyse {
  let newest = new AbortController();
  return (subject) => {
    newest.abort(
      new Failure('outdated', l10n.t`The comparison has changed meanwhile.`, {}, l10n.t`Wait for the new one.`),
    );
    newest = new AbortController();
    const question = { program, remote: analysisSide, what: l10n.t`the analysis`, signal: newest.signal };
    return askThread(question, (channel) => channel.call('analyse', subject));
  };
}
