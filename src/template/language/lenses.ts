import * as l10n from '@vscode/l10n';
import { count, counted, fraction, metricInterval, metricNumber } from '../../words/formatNumbers';
import { analysisOf } from '../read/analysisCache';
import { checkTemplate } from '../check/check';
import type { TemplateContext, LastRun } from '../read/templateContext';
import { entryAt } from '../syntax/frontMatter';
import { rangeOf } from '../text/position';
import { clauses } from '../../words/listed';
import type { Range } from '../text/position';
import { splits } from '../settings/settings';
import { templateOf } from '../read/template';

/** A line of text above a line of the template; a click does what `action` says. */
export interface Lens {
  readonly range: Range;
  readonly title: string;
  readonly action: 'evaluate' | 'train' | 'compare' | 'result' | 'olderText' | 'rows' | 'problems';
  /** What is said of the title; empty for nothing. */
  readonly tooltip?: string;
  /** The run that a result is of. */
  readonly run?: string;
  /** The data file that a count of rows is of, as written. */
  readonly file?: string;
}

/** The lenses of a template: actions and last results on line 1, and the number of rows above each data file. */
export function lensesOf(text: string, path: string, context: TemplateContext): readonly Lens[] {
  const analysis = analysisOf(text, path, context.readPartial);
  const { frontMatter, lines } = analysis;
  const range = rangeOf(lines, [0, 0]);
  const rows = splits.flatMap((split): readonly Lens[] => {
    const seen = context.splits?.[split];
    const entry = entryAt(frontMatter, ['tune.data', split]);
    if (!seen || !entry) return [];
    const read = counted(seen.rows, 'row');
    const rowCount = seen.truncated ? l10n.t`more than ${read}` : read;
    return [{ range: rangeOf(lines, entry.keySpan), title: `${split}: ${rowCount}`, action: 'rows', file: seen.file }];
  });
  // Rules on tokens find no errors and take longest; a faulty demonstration harms the prompt but does not stop the run.
  const errors = checkTemplate(text, path, { ...context, encoder: undefined }).filter(
    ({ severity, code }) => severity === 'error' && code !== 'example-schema',
  ).length;
  if (errors > 0)
    return [
      {
        range,
        title: errors === 1 ? l10n.t`1 error prevents a run` : l10n.t`${count(errors)} errors prevent a run`,
        action: 'problems',
      },
      ...rows,
    ];
  const { output, answerSlot, innerSlot } = templateOf(analysis);
  // A prompt file of another tool, which names no output, has nothing to run on.
  if (!output || !(answerSlot ?? innerSlot)) return rows;
  return [
    { range, title: l10n.t`Evaluate`, action: 'evaluate' },
    { range, title: l10n.t`Train…`, action: 'train' },
    { range, title: l10n.t`Compare`, action: 'compare' },
    ...(context.lastRuns ?? []).flatMap((run): readonly Lens[] => [
      { range, title: resultOf(run), action: 'result', run: run.run, tooltip: tooltipOf(run) },
      ...(run.changed.length > 0
        ? [{ range, title: l10n.t`Show That Text`, action: 'olderText' as const, run: run.run }]
        : []),
    ]),
    ...rows,
  ];
}

/**
 * `soft 0.921 (0.880–0.952) on 100 rows of test`, `soft f1 0.412 …`, or the loss where nothing else was measured.
 */
function resultOf(run: LastRun): string {
  const { method, score, loss, rows, seeds, changed } = run;
  const ends = score?.interval ? ` (${metricInterval(score.interval, score.scale)})` : '';
  const name = !score || score.name === 'accuracy' ? '' : `${score.name} `;
  const number = score ? `${name}${metricNumber(score.value, score.scale)}${ends}` : l10n.t`loss ${fraction(loss)}`;
  const measured =
    seeds === '' ? l10n.t`${method} ${number} on ${rows}` : l10n.t`${method} ${number}, ${seeds}, on ${rows}`;
  return changed.length > 0 ? l10n.t`${measured}, of an older text` : measured;
}

function tooltipOf({ chosen, changed }: LastRun): string {
  return [chosen, changed.length > 0 ? l10n.t`changed since: ${clauses(changed)}` : '']
    .filter(Boolean)
    .join(l10n.t`; `);
}
