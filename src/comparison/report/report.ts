import { basename } from 'node:path';
import type { ComparedStudy, ComparedTask } from '../taskComparison';
import { comparisonCsv, comparisonJson } from '../exportTable';
import { count, fraction, signed, signedInterval } from '../../formatNumbers';
import { describeRewriting } from '../../commands/formatComparison';
import {
  differencePlot,
  escapeHtml,
  forestPlot,
  legend,
  lossCurves,
  lossPanel,
  reliabilityPlot,
  type Curve,
} from './reportCharts';
import { confusionTables, summaryTable } from './reportTables';
import { reportStyle } from './reportStyle';
import { repeatSection } from './reportRepeat';
import { settingDifferences } from '../settingDifferences';
import { wordDifference } from './wordDifference';

export interface ReportContent {
  readonly tasks: readonly ComparedTask[];
  readonly created: Date;
}

/** The comparison as one HTML file that needs nothing else: no script, no font, no address. */
export function comparisonReport({ tasks, created }: ReportContent): string {
  const versions = tasks.flatMap(({ studies }) => studies).flatMap(({ entry }) => entry.trials)[0]?.record.versions;
  const made = versions
    ? ` · Prompt Tuner ${versions.promptTuner} · ONNX Runtime ${versions.onnxruntime} · Node ${versions.node}`
    : '';
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Prompt comparison: ${escapeHtml(tasks.map(({ name }) => name).join(', '))}</title>
<style>${reportStyle}</style>
</head>
<body>
<header><h1>Prompt comparison</h1><p class="quiet">${escapeHtml(created.toISOString().slice(0, 16).replace('T', ' '))} UTC${escapeHtml(made)}</p></header>
<main>
${tasks.map(taskSection).join('\n')}
${numbersSection(tasks)}
</main>
</body>
</html>
`;
}

function taskSection(task: ComparedTask): string {
  const { name, studies, analysis } = task;
  const parts = [
    verdicts(task),
    summaryTable(task),
    accuracyFigures(studies, analysis.baseline),
    curvesFigure(studies),
    part('Confusions', confusionTables(studies, analysis.baseline)),
    part('How far the probabilities can be believed', reliabilityFigures(studies)),
    part('The instructions', rewritings(studies)),
    part('Settings that differ', settingsTable(studies)),
    part('How this was measured', notesList(analysis.notes)),
    part('To repeat the numbers', repeatSection(studies)),
    part('The prompts', prompts(studies)),
  ];
  return `<section class="task">\n<h2>${escapeHtml(name)}</h2>\n${parts.filter(Boolean).join('\n')}\n</section>`;
}

function part(title: string, content: string): string {
  return content && `<section><h3>${title}</h3>\n${content}</section>`;
}

/** What may be said, before any number. */
function verdicts({ studies, analysis }: ComparedTask): string {
  const reference = studies.find(({ analysis: { key } }) => key === analysis.baseline);
  const items = studies.flatMap(({ analysis: { name, difference } }) =>
    difference
      ? [
          `<li class="verdict ${difference.verdict}"><strong>${escapeHtml(name)}</strong> against ${escapeHtml(reference!.analysis.name)}: ${escapeHtml(difference.words)}</li>`,
        ]
      : [],
  );
  return items.length === 0 ? '' : `<ul class="verdicts">${items.join('')}</ul>`;
}

function accuracyFigures(studies: readonly ComparedStudy[], baseline: string | null): string {
  const measured = studies.flatMap(({ analysis: { name, accuracy }, place }) =>
    accuracy ? [{ name, place, ...accuracy }] : [],
  );
  if (measured.length === 0) return '';
  const majority = studies.flatMap(({ entry }) => entry.trials).find(({ record }) => record.result?.majority)?.record
    .result?.majority;
  const sorted = [...measured].sort((a, b) => b.mean - a.mean);
  const dashed = majority
    ? ` The dashed line is the accuracy of always answering “${escapeHtml(majority.label)}”.`
    : '';
  const differences = studies.flatMap(({ analysis: { name, difference }, place }) =>
    difference ? [{ name, place, ...difference }] : [],
  );
  const reference = studies.find(({ analysis }) => analysis.key === baseline)?.analysis.name ?? '';
  return (
    `<figure>${forestPlot(sorted, majority?.accuracy)}<figcaption>Accuracy with its 95 % interval, best first.${dashed}</figcaption></figure>` +
    (differences.length === 0
      ? ''
      : `<figure>${differencePlot(differences)}<figcaption>Difference from ${escapeHtml(reference)} on the same rows, with its 95 % interval. A hollow mark has no verdict or an interval that holds zero.</figcaption></figure>`)
  );
}

function curvesFigure(studies: readonly ComparedStudy[]): string {
  const curves = studies
    .flatMap(({ entry, analysis: { name }, place }) =>
      entry.trials.map(({ record, metrics }): Curve => ({
        name: entry.trials.length > 1 ? `${name}, seed ${record.settings.seed}` : name,
        place,
        training: metrics.flatMap((line) =>
          'loss' in line && Number.isFinite(line.loss) ? [{ x: line.step, y: line.loss }] : [],
        ),
        dev: metrics.flatMap((line) =>
          'dev' in line && Number.isFinite(line.dev.loss) ? [{ x: line.step, y: line.dev.loss }] : [],
        ),
      })),
    )
    .filter(({ training, dev }) => training.length + dev.length > 0);
  if (curves.length === 0) return '';
  const drawn = studies
    .filter(({ place }) => curves.some((curve) => curve.place === place))
    .map(({ analysis: { name }, place }) => ({ name, place }));
  const caption = 'Loss over steps, nats: the line is the training loss (moving average), the dots are dev.';
  if (curves.length <= mostTogether)
    return `<figure>${lossCurves(curves)}<figcaption>${caption} ${legend(drawn)}</figcaption></figure>`;
  const panels = drawn
    .map((study) => `<figure>${lossPanel(curves, study.place)}<figcaption>${legend([study])}</figcaption></figure>`)
    .join('');
  return part(
    'Learning',
    `<p class="quiet">${caption} Pale lines are the training losses of the others.</p><div class="panels">${panels}</div>`,
  );
}

/** More curves than this hide one another; each study then has a picture of its own. */
const mostTogether = 5;

function reliabilityFigures(studies: readonly ComparedStudy[]): string {
  const figures = studies.flatMap(({ analysis: { name, reliability }, place }) =>
    reliability
      ? [
          `<figure>${reliabilityPlot({ name, place, bins: reliability.bins })}<figcaption><strong>${escapeHtml(name)}</strong><br>calibration error ${fraction(reliability.calibrationError)}</figcaption></figure>`,
        ]
      : [],
  );
  return figures.length === 0
    ? ''
    : `<p class="quiet">Of answers given with like probability, the share that was right; a dot's area is the number of answers. On the diagonal a probability means what it says. The calibration error is the mean distance from it.</p><div class="small-multiples">${figures.join('')}</div>`;
}

/** The task descriptions before and after, with what each accepted edit saved where it was accepted. */
function rewritings(studies: readonly ComparedStudy[]): string {
  const items = studies.flatMap(({ entry, analysis: { name } }) =>
    entry.trials.flatMap(({ record: { rewritten, settings, textResult, textGain } }) => {
      if (!rewritten) return [];
      const who = escapeHtml(entry.trials.length > 1 ? `${name}, seed ${settings.seed}` : name);
      const { original, instruction, edits } = rewritten;
      if (original === instruction)
        return [`<p>${who} ${escapeHtml(describeRewriting({ original, instruction }))}.</p>`];
      const steps = edits
        .map(
          ({ before, after, gain, standardError }) =>
            `<li>${quoted(before)} → ${quoted(after)} <span class="quiet">saves ${fraction(gain)} ± ${fraction(standardError)} nats</span></li>`,
        )
        .join('');
      const alone = textResult
        ? `<p class="quiet">The new text alone, nothing learned: accuracy ${fraction(textResult.accuracy)}${textGain ? `, ${signed(textGain.mean)} over the old one (95 % interval ${signedInterval(textGain.interval)})` : ''}.</p>`
        : '';
      return [
        `<article><h4>${who}</h4><p class="words">${wordDifference(original.trim(), instruction.trim())
          .map(({ kind, text }) => (kind === 'same' ? escapeHtml(text) : `<${kind}>${escapeHtml(text)}</${kind}>`))
          .join('')}</p>${alone}<ol>${steps}</ol></article>`,
      ];
    }),
  );
  return items.length === 0
    ? ''
    : `<p class="quiet">Each edit was accepted for the loss it saved on training rows that did not choose it; dev chose among the texts that came of them; test was not read.</p>${items.join('')}`;
}

function quoted(text: string): string {
  return text.trim() ? `“${escapeHtml(text)}”` : '<span class="quiet">nothing</span>';
}

function settingsTable(studies: readonly ComparedStudy[]): string {
  const differences = settingDifferences(studies.map(({ entry }) => entry.trials[0]!.record));
  if (differences.length === 0) return '';
  const head = ['Setting', ...studies.map(({ analysis }) => analysis.name)]
    .map((title) => `<th scope="col">${escapeHtml(title)}</th>`)
    .join('');
  const rows = differences
    .map(
      ({ name, values }) =>
        `<tr><th scope="row"><code>${escapeHtml(name)}</code></th>${values.map((value) => `<td>${escapeHtml(value)}</td>`).join('')}</tr>`,
    )
    .join('');
  return `<div class="wide"><table class="texts"><thead><tr>${head}</tr></thead><tbody>${rows}</tbody></table></div>`;
}

function notesList(notes: readonly string[]): string {
  return `<ul>${notes.map((note) => `<li>${escapeHtml(note)}</li>`).join('')}<li>Time is that of the whole run: instruction search, learning-rate sweep, training and evaluation. Time per row is that of the evaluation alone, rows in batches. Peak memory is the largest resident size of the process, sampled ten times a second.</li></ul>`;
}

function prompts(studies: readonly ComparedStudy[]): string {
  const texts = new Map(
    studies.flatMap(({ entry: { file, trials } }) =>
      trials.slice(0, 1).map(
        ({
          record: {
            template: { text, partials },
          },
        }) => [file, { text, partials }] as const,
      ),
    ),
  );
  return [...texts]
    .map(([file, { text, partials }]) =>
      [
        [basename(file), text] as const,
        ...Object.entries(partials ?? {}).map(([name, part]) => [`_${name}.prompt`, part] as const),
      ]
        .map(
          ([name, content]) =>
            `<details open><summary><code>${escapeHtml(name)}</code></summary><pre>${escapeHtml(content)}</pre></details>`,
        )
        .join(''),
    )
    .join('');
}

/** The tables for other programs, to be copied out of the page. */
function numbersSection(tasks: readonly ComparedTask[]): string {
  const runs = tasks.flatMap(({ studies }) => studies).reduce((sum, { entry }) => sum + entry.trials.length, 0);
  return `<section class="raw"><h2>The numbers</h2><p class="quiet">Of ${count(runs)} ${runs === 1 ? 'run' : 'runs'}, unrounded, to copy into other programs.</p>
<details><summary>CSV</summary><pre>${escapeHtml(comparisonCsv(tasks))}</pre></details>
<details><summary>JSON</summary><pre>${escapeHtml(comparisonJson(tasks))}</pre></details></section>`;
}
