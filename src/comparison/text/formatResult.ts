import * as l10n from '@vscode/l10n';
import {
  bytes,
  counted,
  duration,
  fraction,
  metricInterval,
  metricNumber,
  perSecond,
  signedMetric,
  signedMetricInterval,
} from '../../words/formatNumbers';
import { decidingMetric, measuredMetrics, type NamedMetric } from '../../runs/record/measuredMetrics';
import { describeRewriting } from '../study/describeRewriting';
import { lowMassWarning } from '../../runs/record/words/describeLabelMass';
import { hasLabels, measuredRows, selectionText } from '../../runs/record/words/describeProvenance';
import type { HostedFacts } from '../../endpoint/plan/hostedFacts';
import { clauses } from '../../words/listed';
import { hostedFacts } from '../../runs/record/words/describeHosted';
import { fieldsNote, fieldTable } from '../../scoring/fields/fieldTable';
import { asText } from '../../words/writeTable';
import { stateWord } from '../../runs/record/words/recordWords';
import type { EvaluationResult, RunRecord } from '../../runs/record/record';
import type { RunEvent } from '../../runs/store/runEvent';
import { lacksResult } from '../../runs/record/runStage';
import type { RunOutcome } from '../../runs/work/trainRun';

/** An evaluation in a few lines of text. */
export const formatResult = (result: EvaluationResult): string =>
  [...resultLines(result), ...formatFields(result)].join('\n');

function resultLines(result: EvaluationResult): readonly string[] {
  const { majority, seconds, peakMemoryBytes, trainedParameters } = result;
  const selection = selectionText(result);
  const warning = lowMassWarning(result);
  return [
    ...formatMetrics(result),
    ...(selection ? [l10n.t`chosen    ${selection}`] : []),
    ...(majority ? [l10n.t`majority  ${fraction(majority.accuracy)}  always "${majority.label}"`] : []),
    ...(hasLabels(result) ? [l10n.t`macro-F1  ${fraction(result.macroF1)}`] : []),
    ...(result.labelMass === undefined
      ? []
      : [l10n.t`mass      ${fraction(result.labelMass)}  of the label words together`]),
    l10n.t`loss      ${fraction(result.loss)}  ${fraction(result.tokenLoss)} per answer token`,
    ...(result.hosted
      ? hostedLines(result.hosted, seconds)
      : [
          l10n.t`trained   ${counted(trainedParameters, 'number')}`,
          l10n.t`cost      ${duration(seconds)}, ${bytes(peakMemoryBytes)} of memory at most, \
${perSecond(result.tokensPerSecond)} tokens a second in evaluation`,
        ]),
    ...(warning ? [l10n.t`warning   ${warning}`] : []),
  ];
}

/** Where a model that runs elsewhere was asked, what it cost, and what got no answer. */
function hostedLines(hosted: HostedFacts, seconds: number): readonly string[] {
  const { failures } = hosted;
  return [
    ...hostedFacts(hosted).map(([name, value]) => `${name.toLowerCase().padEnd(8)}  ${value}`),
    l10n.t`cost      ${duration(seconds)}`,
    ...failures.map((failure) => l10n.t`warning   ${failure}`),
  ];
}

/** The table of fields, where answers are JSON, below an empty line. */
export const formatFields = ({ fields }: Pick<EvaluationResult, 'fields'>): readonly string[] =>
  fields ? ['', asText(fieldTable(fields)), fieldsNote()] : [];

/** Each metric with its interval, the one that decides first and with the rows measured. */
export const formatMetrics = (result: EvaluationResult): readonly string[] =>
  measuredMetrics(result).map(
    (metric, place) =>
      `${metric.name.padEnd(8)}  ${metricNumber(metric.value, metric.scale)}  ` +
      clauses([...intervalTexts(metric), ...(place === 0 ? [measuredRows(result)] : [])]) +
      (metric.failed ? `  ${failedText(metric.failed)}` : ''),
  );

const failedText = ({ rows, reason }: NonNullable<NamedMetric['failed']>): string =>
  l10n.t`${counted(rows, 'answer')} not judged: ${reason}`;

const intervalTexts = ({ interval, scale }: NamedMetric): readonly string[] =>
  interval ? [l10n.t`95 % interval ${metricInterval(interval, scale)}`] : [];

/** How a training ended. */
export function formatOutcome({ folder, record }: RunOutcome): string {
  const heading = `${stateWord(record.status)}: ${record.id}\n${folder}`;
  const { result } = record;
  if (result) return [heading, ...resultLines(result), ...formatTexts(record), ...formatFields(result)].join('\n');
  if (lacksResult(record))
    return [
      heading,
      l10n.t`The training is kept. Measure it with evaluate ${record.template.path} --run ${record.id}`,
    ].join('\n');
  return record.status === 'stopped' ? `${heading}\n${l10n.t`Go on with --resume ${record.id}`}` : heading;
}

/** What the search made of the instruction and what it is worth as text alone; a collapsed run is called one. */
export function formatTexts({
  rewritten,
  originalResult,
  textResult,
  textGain,
  collapsed,
}: RunRecord): readonly string[] {
  const measured = (result: EvaluationResult) => {
    const metric = decidingMetric(result);
    const loss = l10n.t`loss ${fraction(result.loss)}`;
    return `${metricNumber(metric.value, metric.scale)}  ${clauses([...intervalTexts(metric), loss])}`;
  };
  const scale = textResult ? decidingMetric(textResult).scale : 'share';
  return [
    ...(rewritten ? [l10n.t`The search ${describeRewriting(rewritten)}`] : []),
    ...(originalResult ? [l10n.t`as written, text alone  ${measured(originalResult)}`] : []),
    ...(textResult && textGain
      ? [
          l10n.t`rewritten, text alone   ${measured(textResult)}; gain ${signedMetric(textGain.mean, scale)} \
${signedMetricInterval(textGain.interval, scale)}`,
        ]
      : []),
    ...(collapsed === undefined ? [] : [l10n.t`The run collapsed: nearly every row was called "${collapsed}".`]),
  ];
}

/** A JSON line of a training at work; nothing for what the lines before and after it already say. */
export function trainEventJson(event: RunEvent): object | undefined {
  switch (event.kind) {
    case 'run':
      return { kind: 'run', run: event.run, folder: event.folder, method: event.method };
    case 'train':
      return event.event.kind === 'trialStep' ? undefined : withoutSamples(event.event);
    case 'warning':
      return { kind: 'warning', message: event.line };
    case 'search':
      return event.event.kind === 'progress' ? undefined : event.event;
    default:
      return undefined;
  }
}

/** Samples are for people who watch; scripts find them in `samples.jsonl`. */
function withoutSamples(event: Extract<RunEvent, { kind: 'train' }>['event']): object {
  return event.kind === 'dev' ? { ...event, samples: undefined } : event;
}

/** The last JSON line of a training. */
export function trainResultJson({ folder, record }: RunOutcome): object {
  const {
    id,
    status,
    error,
    best,
    learningRate,
    settings: { blackBox },
    result,
    rewritten,
    originalResult,
    textResult,
    textGain,
    collapsed,
  } = record;
  const instruction = rewritten && { original: rewritten.original, instruction: rewritten.instruction };
  return {
    kind: 'result',
    run: id,
    folder,
    status,
    error,
    best,
    learningRate,
    blackBox,
    rewritten: instruction,
    originalResult,
    textResult,
    textGain,
    collapsed,
    ...result,
  };
}
