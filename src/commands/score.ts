import { basename } from 'node:path';
import { counted, fraction } from '../words/formatNumbers';
import { exportedAnswer } from '../comparison/rows/exportAnswers';
import { notProducedHere } from '../comparison/study/methodText';
import { hasLabels } from '../runs/record/words/describeProvenance';
import { measuredMetrics } from '../runs/record/measuredMetrics';
import type { ScoreOutcome } from '../runs/work/measuring/scoreFile';
import { formatFields, formatMetrics } from '../comparison/text/formatResult';

/** What `score --json` prints. */
export function scoreJson({ result, predictions, given, run, folder, replaced }: ScoreOutcome): object {
  const metrics = measuredMetrics(result);
  return {
    split: result.split,
    n: result.n,
    file: given.file,
    sha256: given.sha256,
    matched: given.matched,
    ...(given.unlisted !== undefined && { unlisted: given.unlisted }),
    metrics: Object.fromEntries(
      metrics.map(({ name, value, interval, scale, better, failed }) => [
        name,
        { value, interval, scale, better, ...(failed && { failed }) },
      ]),
    ),
    ...(result.fields && { fields: result.fields }),
    ...(hasLabels(result) && { macroF1: result.macroF1, majority: result.majority }),
    rows: predictions.map((line) => exportedAnswer(line, result)),
    ...(run !== undefined && { run, folder, name: given.name, replaced }),
  };
}

/** Scored answers in a few lines of text. */
export function formatScore({ result, given, run, replaced }: ScoreOutcome): string {
  const how = given.matched === 'inputs' ? 'matched by their inputs' : 'matched by their order';
  return [
    `${basename(given.file)}, ${notProducedHere()}, ${how}`,
    ...formatMetrics(result),
    ...(result.majority ? [`majority  ${fraction(result.majority.accuracy)}  always "${result.majority.label}"`] : []),
    ...(hasLabels(result) ? [`macro-F1  ${fraction(result.macroF1)}`] : []),
    ...(given.unlisted
      ? [
          `warning   ${counted(given.unlisted, 'answer')} ${given.unlisted === 1 ? 'is' : 'are'} none of the labels, ` +
            `and ${given.unlisted === 1 ? 'counts' : 'count'} as wrong`,
        ]
      : []),
    ...(run === undefined ? [] : [`kept as   ${given.name}: ${run}`]),
    ...(replaced.length === 0
      ? []
      : [
          `          in place of ${replaced.join(', ')}, which ` +
            `${replaced.length === 1 ? 'stays' : 'stay'} among the runs`,
        ]),
    ...formatFields(result),
  ].join('\n');
}
