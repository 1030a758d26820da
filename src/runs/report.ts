import { basename } from 'node:path';
import type { ComparisonRow, Entry, Trial } from './comparison';
import { bytes, count, duration, fraction, signed } from './format';
import { accuracyText, describeRewriting, gainDetails, nameOf, tasksOf } from './formatComparison';
import type { RunRecord } from './record';
import { escapeHtml, forestPlot, lossCurves, type Curve } from './reportCharts';
import { reportStyle } from './reportStyle';

export interface ReportContent {
  readonly rows: readonly ComparisonRow[];
  readonly entries: readonly Entry[];
  readonly created: Date;
}

/** The comparison as one HTML file that needs nothing else: no script, no font, no address. */
export function comparisonReport({ rows, entries, created }: ReportContent): string {
  const versions = entries.flatMap(({ trials }) => trials)[0]?.record.versions;
  const sections = tasksOf(rows).map(({ task, rows: ofTask }) => taskSection(task, ofTask, entries.filter((entry) => entry.task === task)));
  const made = versions ? ` · Prompt Tuner ${versions.promptTuner} · ONNX Runtime ${versions.onnxruntime} · Node ${versions.node}` : '';
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Prompt comparison: ${escapeHtml(tasksOf(rows).map(({ task }) => basename(task)).join(', '))}</title>
<style>${reportStyle}</style>
</head>
<body>
<header><h1>Prompt comparison</h1><p class="quiet">${escapeHtml(created.toISOString().slice(0, 16).replace('T', ' '))} UTC${escapeHtml(made)}</p></header>
${sections.join('\n')}
</body>
</html>
`;
}

function taskSection(task: string, rows: readonly ComparisonRow[], entries: readonly Entry[]): string {
  const several = new Set(rows.map(({ template }) => template)).size > 1;
  const measured = rows.flatMap((row) => (row.result ? [{ row, result: row.result }] : []));
  const majority = measured[0]?.result.majority;
  const forest = measured.map(({ row, result }) => ({
    name: nameOf(row, several), method: row.method, mean: result.accuracy, low: result.accuracyInterval[0], high: result.accuracyInterval[1],
  }));
  const curves = entries.flatMap((entry) => entry.trials.map((trial) => curveOf(entry, trial, several))).filter(({ training }) => training.length > 0);
  const plotted = curves.length > 0
    ? `<figure>${lossCurves(curves)}<figcaption>Loss over steps, nats: the line is the training loss (moving average), the dots are dev. ${legend(curves)}</figcaption></figure>`
    : '';
  const accuracies = forest.length > 0
    ? `<figure>${forestPlot(forest, majority?.accuracy)}<figcaption>Accuracy with its 95 % interval.${majority ? ` The dashed line is the majority baseline: always “${escapeHtml(majority.label)}”.` : ''}</figcaption></figure>`
    : '';
  return `<section>
<h2>${escapeHtml(basename(task))}</h2>
${summary(rows, several)}
${accuracies}
${plotted}
${rewritings(rows, several)}
<h3>How this was measured</h3>
${methodsNote(rows, entries)}
<h3>The prompts</h3>
${prompts(entries)}
</section>`;
}

function summary(rows: readonly ComparisonRow[], several: boolean): string {
  const majority = rows.find(({ result }) => result?.majority)?.result?.majority;
  const heading = ['Method', 'Accuracy<br>95 % interval', 'Against hard<br>95 % interval', 'Macro-F1', 'Loss', 'Loss<br>a token', 'Trained<br>numbers', 'Prompt<br>tokens', 'Time', 'Tokens<br>a second', 'Peak<br>memory']
    .map((title) => `<th scope="col">${title}</th>`).join('');
  const baseline = majority
    ? `<tr class="baseline"><th scope="row">majority</th><td>${fraction(majority.accuracy)}</td><td colspan="9">always “${escapeHtml(majority.label)}”</td></tr>`
    : '';
  return `<div class="wide"><table><thead><tr>${heading}</tr></thead><tbody>${baseline}${rows.map((row) => summaryRow(row, several) + textRows(row, several)).join('')}</tbody></table></div>`;
}

function summaryRow(row: ComparisonRow, several: boolean): string {
  const name = `<th scope="row"><span class="key ${row.method}"></span>${escapeHtml(nameOf(row, several))}</th>`;
  const { result } = row;
  if (!result) return `<tr>${name}<td colspan="10">${escapeHtml(row.error?.message ?? `The run is ${row.status}.`)}</td></tr>`;
  const below = (text: string) => (text ? `<br><span class="quiet">${escapeHtml(text)}</span>` : '');
  const seeds = row.accuracies ? `seeds: ${row.accuracies.map(fraction).join(', ')}` : '';
  const collapsed = (row.collapsed ?? []).map(({ seed, label }) => `collapsed onto “${label}”${row.runs.length > 1 ? ` (seed ${seed})` : ''}`).join(', ');
  const cells = [
    `<strong>${accuracyText(row)}</strong>${below(result.accuracyInterval.map(fraction).join('–'))}${below(seeds)}${below(collapsed)}`,
    row.gain ? `<strong>${signed(row.gain.mean)}</strong>${below(gainDetails(row.gain))}` : '–',
    fraction(result.macroF1), fraction(result.loss), fraction(result.tokenLoss), count(result.trainedParameters), count(result.promptTokens), duration(result.seconds),
    count(result.tokensPerSecond), bytes(result.peakMemoryBytes),
  ];
  return `<tr>${name}${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
}

/** A line for each text that was rewritten and measured without anything learned. */
function textRows(row: ComparisonRow, several: boolean): string {
  return (row.rewritings ?? []).map(({ seed, textResult, textGain }) => {
    if (!textResult) return '';
    const name = `${nameOf(row, several)}${row.runs.length > 1 ? `, seed ${seed}` : ''}: text alone`;
    const [low, high] = textResult.accuracyInterval;
    const gain = textGain ? `<strong>${signed(textGain.mean)}</strong><br><span class="quiet">${gainDetails(textGain)}</span>` : '–';
    const cells = [
      `<strong>${fraction(textResult.accuracy)}</strong><br><span class="quiet">${fraction(low)}–${fraction(high)}</span>`, gain,
      fraction(textResult.macroF1), fraction(textResult.loss), fraction(textResult.tokenLoss), '0', count(textResult.promptTokens), duration(textResult.seconds), count(textResult.tokensPerSecond), '',
    ];
    return `<tr><th scope="row">${escapeHtml(name)}</th>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
  }).join('');
}

/** The task descriptions before and after, with what each accepted edit saved where it was accepted. */
function rewritings(rows: readonly ComparisonRow[], several: boolean): string {
  const items = rows.flatMap((row) => (row.rewritings ?? []).map(({ seed, original, instruction, edits }) => {
    const name = `${nameOf(row, several)}${row.runs.length > 1 ? `, seed ${seed}` : ''}`;
    if (original === instruction) return `<p>${escapeHtml(name)} ${escapeHtml(describeRewriting({ original, instruction }))}.</p>`;
    const steps = edits.map(({ before, after, gain, standardError }) => `<li>“${escapeHtml(before)}” → “${escapeHtml(after)}” <span class="quiet">saves ${fraction(gain)} ± ${fraction(standardError)} nats</span></li>`).join('');
    return `<details open><summary>${escapeHtml(name)}</summary><p><del>${escapeHtml(original.trim())}</del></p><p><ins>${escapeHtml(instruction.trim())}</ins></p><ol>${steps}</ol></details>`;
  }));
  return items.length === 0 ? '' : `<h3>The instructions</h3>
<p>Each edit was accepted for the loss it saved on training rows that did not choose it; dev chose among the texts that came of them; test was not read.</p>
${items.join('')}`;
}

function methodsNote(rows: readonly ComparisonRow[], entries: readonly Entry[]): string {
  const records = entries.flatMap(({ trials }) => trials.map(({ record }) => record));
  const [record] = records;
  if (!record) return '<p>No run of this task came to an end.</p>';
  const { data, model } = record;
  const sizes = (['train', 'dev', 'test'] as const).flatMap((split) => {
    const part = data[split];
    return part ? [`<li>${split}: ${count(part.rows)} rows of <code>${escapeHtml(basename(part.path))}</code> <span class="quiet">sha256 ${part.sha256.slice(0, 12)}…</span></li>`] : [];
  });
  const split = rows.find(({ result }) => result)?.result?.split ?? 'test';
  const seeds = rows.some(({ accuracies }) => accuracies);
  return `<ul>
<li>Model <code>${escapeHtml(model.id)}</code>, ${count(model.parameters)} frozen weights <span class="quiet">sha256 ${model.sha256.slice(0, 12)}…</span></li>
${sizes.join('')}
<li>Accuracy, macro-F1 and loss are those of <em>${split}</em>. Training sees only train; dev chooses the learning rate and the step kept; test is read once, at the end.</li>
<li>Intervals cover 95 %: Wilson's for an accuracy${seeds ? ' (for a mean over seeds a bootstrap over rows; ± is the standard deviation over seeds)' : ''}, a paired bootstrap over the rows for the difference from the hard prompt. p is McNemar's exact test, corrected by Holm over the comparisons of this task.</li>
<li>Time is that of the whole run: instruction search, learning-rate sweep, training and evaluation. Peak memory is the largest resident size of the process, sampled ten times a second.</li>
${records.filter(({ method }) => method !== 'hard').map(settingsLine).join('')}
</ul>`;
}

function settingsLine({ id, method, settings, learningRate, best }: RunRecord): string {
  const chosen = best ? `, kept step ${best.step} (dev loss ${fraction(best.loss)})` : '';
  const rate = learningRate === undefined ? '' : `, ${settings.blackBox ? 'first step size' : 'learning rate'} ${learningRate}${settings.learningRate === 'auto' ? ' (found by the sweep)' : ''}`;
  return `<li>${method}, seed ${settings.seed}: ${settings.steps} steps of ${settings.batchSize * settings.accumulate} examples with ${settings.blackBox ? 'CMA-ES, as a black box' : settings.optimizer}${rate}${chosen} <span class="quiet">${escapeHtml(id)}</span></li>`;
}

function prompts(entries: readonly Entry[]): string {
  const texts = new Map(entries.flatMap(({ file, trials }) => trials.slice(0, 1).map(({ record }) => [file, record.template.text] as const)));
  return [...texts].map(([file, text]) => `<details open><summary><code>${escapeHtml(basename(file))}</code></summary><pre>${escapeHtml(text)}</pre></details>`).join('');
}

function curveOf(entry: Entry, { record, metrics }: Trial, several: boolean): Curve {
  const name = several ? `${entry.method} · ${entry.template}` : entry.method;
  return {
    name: entry.trials.length > 1 ? `${name} seed ${record.settings.seed}` : name,
    method: entry.method,
    training: metrics.flatMap((line) => ('loss' in line ? [{ x: line.step, y: line.loss }] : [])),
    dev: metrics.flatMap((line) => ('dev' in line ? [{ x: line.step, y: line.dev.loss }] : [])),
  };
}

function legend(curves: readonly Curve[]): string {
  return curves.map(({ name, method }) => `<span class="entry"><span class="key ${method}"></span>${escapeHtml(name)}</span>`).join(' ');
}
