import * as l10n from '@vscode/l10n';
import {
  count,
  counted,
  fraction,
  interval,
  metricInterval,
  metricNumber,
  missing,
  pValue,
  signed,
  signedInterval,
  signedMetric,
  signedMetricInterval,
} from '../../words/formatNumbers';
import { clauses } from '../../words/listed';
import { frontOfRun, type TestOfText, type TextOfFront } from '../../runs/record/frontOfRun';
import { decidingMetric } from '../../runs/record/measuredMetrics';
import type { RunRecord } from '../../runs/record/record';
import { asText } from '../../words/writeTable';

/** The texts that a run's search has kept, as a table below an empty line; nothing where it has kept none. */
export function formatFront(record: RunRecord): readonly string[] {
  const front = frontOfRun(record);
  const [first] = front?.texts ?? [];
  if (!front || !first) return [];
  const split = record.selection?.instruction?.by ?? (record.data.dev ? 'dev' : 'train');
  const hasAccuracy = front.texts.some(({ accuracy }) => accuracy !== undefined);
  return [
    '',
    l10n.t`Texts that the search kept, by nats a token above the original. The ${counted(first.rows, 'row')} of \
${split} have chosen among them; only test is a result.`,
    asText({
      headings: [
        '',
        l10n.t`readability`,
        l10n.t`tokens`,
        hasAccuracy ? l10n.t`${split} accuracy` : l10n.t`${split} loss saved`,
        l10n.t`test`,
        '',
        l10n.t`text`,
      ],
      rows: front.texts.map((text, i) => [
        count(i + 1),
        signed(text.readability),
        count(text.tokens),
        chosenBy(text),
        text.test ? testText(text.test) : missing,
        roleOf(text),
        text.text.replace(/\s+/g, ' ').trim(),
      ]),
      alignment: ['right', 'right', 'right', 'left', 'left', 'left', 'left'],
    }),
    ...lookedAtLines(front.lookedAt),
  ];
}

function lookedAtLines(lookedAt: number): readonly string[] {
  if (lookedAt === 0) return [];
  return lookedAt === 1
    ? [l10n.t`1 text beside the chosen one was looked at on test.`]
    : [
        l10n.t`${count(lookedAt)} texts beside the chosen one were looked at on test; their p-values are corrected by \
Holm for as many comparisons with the original.`,
      ];
}

function chosenBy({ accuracy, accuracyInterval, gain, gainInterval }: TextOfFront): string {
  if (accuracy === undefined) return `${signed(gain)} ${signedInterval([gainInterval[0]!, gainInterval[1]!])}`;
  const [low, high] = accuracyInterval ?? [];
  return low === undefined || high === undefined
    ? fraction(accuracy)
    : `${fraction(accuracy)} ${interval([low, high])}`;
}

function testText({ result, gain, p }: TestOfText): string {
  const { value, interval: between, scale } = decidingMetric(result);
  return [
    metricNumber(value, scale),
    between && metricInterval(between, scale),
    gain && `${signedMetric(gain.mean, scale)} ${signedMetricInterval(gain.interval, scale)}`,
    gain && p !== undefined && pValue(p),
  ]
    .filter(Boolean)
    .join(' ');
}

const roleOf = ({ isOriginal, isChosen }: TextOfFront): string =>
  clauses([isOriginal && l10n.t`original`, isChosen && l10n.t`chosen`]);
