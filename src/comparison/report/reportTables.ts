import { confusionDifference, type ConfusionMatrix } from '../../scoring/classification';
import type { StudyAnalysis } from '../studyAnalysis';
import type { ComparedStudy, ComparedTask } from '../taskComparison';
import { adapterSize } from '../exportTable';
import {
  bytes,
  coordinate,
  count,
  duration,
  fraction,
  interval,
  meanCount,
  missing,
  pValue,
  shortSigned,
  signed,
  signedInterval,
} from '../../formatNumbers';
import { escapeHtml } from './reportCharts';

const headings = [
  'Method',
  'Accuracy<br>95 % interval',
  'Difference<br>95 % interval',
  'Macro-F1<br>95 % interval',
  'Loss',
  'Trained<br>numbers',
  'Prompt<br>tokens',
  'Time',
  'Time per<br>row',
  'Adapter',
  'Peak<br>memory',
];

/** A row a study, the majority above them, what was rewritten and measured as text alone below its study. */
export function summaryTable({ studies, analysis }: ComparedTask): string {
  const majority = studies.flatMap(({ entry }) => entry.trials).find(({ record }) => record.result?.majority)?.record
    .result?.majority;
  const head = headings.map((title) => `<th scope="col">${title}</th>`).join('');
  const first = majority
    ? `<tr class="baseline"><th scope="row">majority</th><td>${fraction(majority.accuracy)}</td><td colspan="${headings.length - 2}">always “${escapeHtml(majority.label)}”</td></tr>`
    : '';
  const rows = studies
    .map((study) => summaryRow(study, study.analysis.key === analysis.baseline) + textRows(study))
    .join('');
  return `<div class="wide"><table class="summary"><thead><tr>${head}</tr></thead><tbody>${first}${rows}</tbody></table></div>`;
}

function summaryRow({ entry, analysis, place }: ComparedStudy, baseline: boolean): string {
  const name = `<th scope="row"><span class="key s${place}"></span>${escapeHtml(analysis.name)}${below(seedsOf(analysis))}</th>`;
  const { accuracy, difference, macroF1 } = analysis;
  if (!accuracy) {
    const last = entry.trials.at(-1)?.record;
    return `<tr>${name}<td colspan="${headings.length - 1}">${escapeHtml(entry.failure?.message ?? last?.error?.message ?? `The run is ${last?.status ?? 'gone'}.`)}</td></tr>`;
  }
  const collapsed = entry.trials
    .flatMap(({ record }) =>
      record.collapsed === undefined
        ? []
        : [`collapsed onto “${record.collapsed}”${entry.trials.length > 1 ? ` (seed ${record.settings.seed})` : ''}`],
    )
    .join(', ');
  const spread = analysis.spread === null ? '' : ` <span class="quiet">±${fraction(analysis.spread)}</span>`;
  const cells = [
    `<strong>${fraction(accuracy.mean)}</strong>${spread}${below(interval([accuracy.low, accuracy.high]))}${below(analysis.accuracies.length > 1 ? analysis.accuracies.map(fraction).join(', ') : '')}${below(collapsed)}`,
    difference
      ? `<strong class="verdict ${difference.verdict}">${signed(difference.mean)}</strong>${below(signedInterval([difference.low, difference.high]))}${below(pValue(difference.p))}`
      : baseline
        ? '<span class="quiet">baseline</span>'
        : missing,
    macroF1 ? `${fraction(macroF1.mean)}${below(interval([macroF1.low, macroF1.high]))}` : missing,
    analysis.loss === null ? missing : fraction(analysis.loss),
    count(analysis.trainedParameters),
    meanCount(analysis.promptTokens),
    duration(analysis.seconds),
    duration(analysis.secondsPerRow),
    adapterSize(analysis),
    bytes(analysis.peakMemoryBytes),
  ];
  return `<tr>${name}${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
}

function seedsOf({ seeds, method }: StudyAnalysis): string {
  if (method === 'hard' || seeds.length === 0) return '';
  return seeds.length === 1 ? `seed ${seeds[0]}` : `seeds ${seeds.join(', ')}`;
}

/** A line for each text that was rewritten and measured without anything learned. */
function textRows({ entry, analysis: { name } }: ComparedStudy): string {
  return entry.trials
    .map(({ record: { textResult, textGain, settings } }) => {
      if (!textResult) return '';
      const seed = entry.trials.length > 1 ? `, seed ${settings.seed}` : '';
      const gain = textGain
        ? `${signed(textGain.mean)}${below(signedInterval(textGain.interval))}${below('over the text as written')}`
        : missing;
      const cells = [
        `${fraction(textResult.accuracy)}${below(interval(textResult.accuracyInterval))}`,
        gain,
        fraction(textResult.macroF1),
        fraction(textResult.loss),
        '0',
        meanCount(textResult.promptTokens),
        duration(textResult.seconds),
        duration(textResult.secondsPerRow),
        missing,
        '',
      ];
      return `<tr class="text-alone"><th scope="row">${escapeHtml(`${name}${seed}`)}: text alone</th>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
    })
    .join('');
}

function below(text: string): string {
  return text && `<br><span class="quiet">${escapeHtml(text)}</span>`;
}

/** With more labels a matrix is no longer read but searched; the commonest confusions are listed instead. */
const mostLabels = 16;
const mostConfusions = 15;

/** A confusion matrix a study, and beside it its difference from the baseline's. */
export function confusionTables(studies: readonly ComparedStudy[], baseline: string | null): string {
  const reference = studies.find(({ analysis }) => analysis.key === baseline)?.analysis;
  const tables = studies.flatMap(({ analysis }) => {
    const { name, confusion, seeds } = analysis;
    if (!confusion) return [];
    if (confusion.labels.length > mostLabels)
      return [
        `<figure><figcaption><strong>${escapeHtml(name)}</strong>: the commonest confusions</figcaption>${confusionList(confusion)}</figure>`,
      ];
    const summed = seeds.length > 1 ? `, rows of ${seeds.length} seeds together` : '';
    const difference =
      reference?.confusion && reference !== analysis ? confusionDifference(confusion, reference.confusion) : undefined;
    return [
      `<div class="matrices"><figure><figcaption><strong>${escapeHtml(name)}</strong>${summed}</figcaption>${countTable(confusion)}</figure>` +
        (difference
          ? `<figure><figcaption><strong>${escapeHtml(name)}</strong> less ${escapeHtml(reference!.name)}, share of the label's rows</figcaption>${shareTable(difference)}</figure>`
          : '') +
        '</div>',
    ];
  });
  return tables.length === 0
    ? ''
    : `<p class="quiet">A row is a label, a column what it was called. Shade is the share of the label's rows.</p>${tables.join('')}`;
}

function countTable({ labels, counts }: ConfusionMatrix): string {
  return matrix(
    labels,
    counts.map((row, i) => {
      const rows = row.reduce((sum, value) => sum + value, 0);
      return row.map(
        (value, j) =>
          `<td class="${i === j ? 'right' : 'wrong'}" style="--share:${coordinate(rows === 0 ? 0 : value / rows, 3)}">${value === 0 ? '·' : count(value)}</td>`,
      );
    }),
  );
}

function shareTable({
  labels,
  shares,
}: {
  readonly labels: readonly string[];
  readonly shares: readonly (readonly number[])[];
}): string {
  return matrix(
    labels,
    shares.map((row) =>
      row.map((share) => {
        return `<td class="${share < 0 ? 'fewer' : 'more'}" style="--share:${coordinate(Math.abs(share), 3)}">${share === 0 ? '·' : shortSigned(share)}</td>`;
      }),
    ),
  );
}

function matrix(labels: readonly string[], cells: readonly (readonly string[])[]): string {
  const head = ['', ...labels].map((label) => `<th scope="col"><span>${escapeHtml(label)}</span></th>`).join('');
  const rows = labels
    .map((label, i) => `<tr><th scope="row">${escapeHtml(label)}</th>${cells[i]!.join('')}</tr>`)
    .join('');
  return `<div class="wide"><table class="matrix"><thead><tr>${head}</tr></thead><tbody>${rows}</tbody></table></div>`;
}

function confusionList({ labels, counts }: ConfusionMatrix): string {
  const wrong = counts
    .flatMap((row, i) => row.map((value, j) => ({ expected: labels[i]!, called: labels[j]!, value, right: i === j })))
    .filter(({ value, right }) => value > 0 && !right)
    .sort((a, b) => b.value - a.value)
    .slice(0, mostConfusions);
  const rows = wrong
    .map(
      ({ expected, called, value }) =>
        `<tr><th scope="row">${escapeHtml(expected)}</th><td>${escapeHtml(called)}</td><td>${count(value)}</td></tr>`,
    )
    .join('');
  return `<div class="wide"><table class="texts"><thead><tr><th scope="col">Label</th><th scope="col">Called</th><th scope="col">Rows</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}
