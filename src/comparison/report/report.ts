import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import * as l10n from '@vscode/l10n';
import { counted } from '../../words/formatNumbers';
import { h, htmlDocument, markupOf, onLines, type Child, type Html } from '../../html';
import { mediaFolder } from '../../mediaFolder';
import type { AnsweredRun } from '../analysis/answeredStudy';
import { comparisonJson } from '../exportJson';
import { comparisonCsv } from '../exportTable';
import type { TaskComparison } from '../taskComparison';
import { confusionTables } from './confusionTables';
import { distributionFigures } from './distributionPlots';
import { fieldsSection } from './fieldsSection';
import { metricFigures, curvesFigure, reliabilityFigures, type MetricsOfRuns } from './figures';
import { instructionsSection } from './instructionsSection';
import { repeatSection } from './repeatSection';
import { rowsSection, type AnswersOfRuns } from './rowsSection';
import { withColours } from './studyColour';
import { summaryTable } from './summaryTable';
import { tableRow, wideTable } from './tables';
import { spokenLanguage } from '../../words/formatDates';
import { enumerated } from '../../words/listed';

export interface ReportContent {
  readonly tasks: readonly TaskComparison[];
  /** The runs that were compared, with their curves and answers. */
  readonly runs: readonly Pick<AnsweredRun, 'record' | 'metrics' | 'predictions'>[];
  readonly created: Date;
}

/** The comparison as one HTML file that needs nothing else: no script, no font, no address. */
export function comparisonReport({ tasks, runs, created }: ReportContent): string {
  const read: ReadRuns = {
    metrics: new Map(runs.map((run) => [run.record, run.metrics])),
    answers: new Map(runs.map((run) => [run.record, run.predictions])),
  };
  const title = l10n.t`Prompt comparison: ${enumerated(tasks.map(({ name }) => name))}`;
  const body = h(
    'body',
    {},
    onLines([
      h('header', {}, [h('h1', {}, l10n.t`Prompt comparison`), h('p', { class: 'quiet' }, madeText(tasks, created))]),
      h('main', {}, onLines([...tasks.map((task) => taskSection(task, read)), numbersSection(tasks)])),
    ]),
  );
  return htmlDocument(h('html', { lang: spokenLanguage() }, onLines([pageHead(title), body])));
}

function pageHead(title: string): Html {
  return h(
    'head',
    {},
    onLines([
      h('meta', { charset: 'utf-8' }),
      h('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
      h('meta', { name: 'color-scheme', content: 'light dark' }),
      h('title', {}, title),
      h('style', {}, readFileSync(join(mediaFolder, 'report.css'), 'utf8')),
    ]),
  );
}

/** When the report was made, and with which versions its runs. */
function madeText(tasks: readonly TaskComparison[], created: Date): string {
  const versions = tasks[0]?.studies[0]?.runs[0].versions;
  return [
    `${created.toISOString().slice(0, 16).replace('T', ' ')} UTC`,
    ...(versions
      ? [`Prompt Tuner ${versions.promptTuner}`, `ONNX Runtime ${versions.onnxruntime}`, `Node ${versions.node}`]
      : []),
  ].join(' · ');
}

interface ReadRuns {
  readonly metrics: MetricsOfRuns;
  readonly answers: AnswersOfRuns;
}

function taskSection(task: TaskComparison, { metrics, answers }: ReadRuns): Html {
  const studies = withColours(task);
  const parts = [
    h('h2', {}, task.name),
    verdicts(task),
    summaryTable(task, studies),
    metricFigures(task, studies),
    part(l10n.t`Distribution of scores`, distributionFigures(task, studies)),
    curvesFigure(studies, metrics),
    part(l10n.t`Confusions`, confusionTables(task)),
    part(l10n.t`The fields of the answers`, fieldsSection(task)),
    part(l10n.t`Rows that are answered differently`, rowsSection(task, studies, answers)),
    part(l10n.t`How far the probabilities can be believed`, reliabilityFigures(studies)),
    part(l10n.t`The instructions`, instructionsSection(task)),
    part(l10n.t`Settings that differ`, settingsTable(task)),
    part(l10n.t`How this was measured`, notesList(task)),
    part(l10n.t`To repeat the numbers`, repeatSection(task)),
    part(l10n.t`The prompts`, prompts(task)),
  ];
  return h('section', { class: 'task' }, onLines(parts));
}

/** A part with its title; nothing for a part without content. */
function part(title: string, content: Child): Child {
  return markupOf(content) === '' ? null : h('section', {}, [h('h3', {}, title), '\n', content]);
}

/** What may be said, before any number. */
function verdicts({ studies, baseline }: TaskComparison): Child {
  const reference = studies.find(({ key }) => key === baseline);
  const items = studies.flatMap(({ name, difference }) => {
    if (!difference) return [];
    const statement = l10n.t`against ${reference!.name}: ${difference.sentence}`;
    return [h('li', { class: `verdict ${difference.verdict}` }, [h('strong', {}, name), ' ', statement])];
  });
  return items.length === 0 ? null : h('ul', { class: 'verdicts' }, items);
}

function settingsTable({ studies, settings }: TaskComparison): Child {
  if (settings.length === 0) return null;
  return wideTable(
    'texts',
    [l10n.t`Setting`, ...studies.map(({ name }) => name)],
    settings.map(({ name, values }) => tableRow(h('code', {}, name), values)),
  );
}

function notesList({ warnings, notes }: TaskComparison): Html {
  return h(
    'ul',
    {},
    [...warnings, ...notes].map((note) => h('li', {}, note)),
  );
}

/** Each template once, with its partials, as it was when its runs were made. */
function prompts({ studies }: TaskComparison): readonly Html[] {
  const templates = new Map(studies.map(({ runs: [{ template }] }) => [template.path, template]));
  return [...templates.values()].flatMap(({ path, text, partials = {} }) => [
    disclosed(h('code', {}, basename(path)), text, true),
    ...Object.entries(partials).map(([name, partial]) => disclosed(h('code', {}, `_${name}.prompt`), partial, true)),
  ]);
}

/** The tables for other programs, to be copied out of the page. */
function numbersSection(tasks: readonly TaskComparison[]): Html {
  const runs = tasks.flatMap(({ studies }) => studies).reduce((sum, study) => sum + study.runs.length, 0);
  const note = l10n.t`Of ${counted(runs, 'run')}, unrounded, to copy into other programs.`;
  return h(
    'section',
    { class: 'raw' },
    onLines([
      [h('h2', {}, l10n.t`The numbers`), h('p', { class: 'quiet' }, note)],
      disclosed('CSV', comparisonCsv(tasks), false),
      disclosed('JSON', comparisonJson(tasks), false),
    ]),
  );
}

/** A text that a click shows or hides. */
function disclosed(title: Child, text: string, open: boolean): Html {
  return h('details', { open }, [h('summary', {}, title), h('pre', {}, text)]);
}
