import * as l10n from '@vscode/l10n';
import { count, counted, metricInterval, metricNumber } from '../words/formatNumbers';
import { decidingMetric } from '../runs/record/measuredMetrics';
import { measuredRows } from '../runs/record/words/describeProvenance';
import { inSentence } from '../scoring/metricFace';
import { scoreFile, type ScoreOutcome } from '../runs/work/measuring/scoreFile';
import type { ScoredFileRequest } from './trainerContract';

/**
 * Measures answers from a file that a person has chosen and keeps them by a name.
 * @returns the run, and in words what it came to
 * @throws Failure as `scoreFile` does
 */
export async function scoreNamed(
  request: ScoredFileRequest,
): Promise<{ readonly run: string; readonly summary: string; readonly replaced: readonly string[] }> {
  // In quotes a path is a path, whatever it begins with.
  const outcome = await scoreFile({ ...request, predictions: JSON.stringify(request.predictions), set: {} });
  return { run: outcome.run!, summary: summaryOf(outcome), replaced: outcome.replaced };
}

function summaryOf({ result, given }: ScoreOutcome): string {
  const { title, value, interval, scale, failed } = decidingMetric(result);
  const { unlisted } = given;
  const ends = interval ? ` (${metricInterval(interval, scale)})` : '';
  const number = `${inSentence(title)} ${metricNumber(value, scale)}${ends}`;
  return [
    l10n.t`${given.name}: ${number} on ${measuredRows(result)}.`,
    ...(unlisted === 1 ? [l10n.t`1 answer is none of the labels.`] : []),
    ...(unlisted && unlisted > 1 ? [l10n.t`${count(unlisted)} answers are none of the labels.`] : []),
    ...(failed ? [l10n.t`${counted(failed.rows, 'answer')} not judged: ${failed.reason}`] : []),
  ].join(' ');
}
