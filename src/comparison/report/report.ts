import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { count } from '../../formatNumbers';
import { h, htmlDocument, markupOf, onLines, type Child, type Html } from '../../html';
import { mediaFolder } from '../../mediaFolder';
import { comparisonCsv, comparisonJson } from '../exportTable';
import { settingDifferences } from '../settingDifferences';
import type { ComparedStudy, ComparedTask } from '../taskComparison';
import { confusionTables } from './confusionTables';
import { accuracyFigures, curvesFigure, reliabilityFigures } from './figures';
import { instructionsSection } from './instructionsSection';
import { repeatSection } from './repeatSection';
import { summaryTable } from './summaryTable';
import { tableRow, wideTable } from './tables';

export interface ReportContent {
  readonly tasks: readonly ComparedTask[];
  readonly created: Date;
}

/** The comparison as one HTML file that needs nothing else: no script, no font, no address. */
export function comparisonReport({ tasks, created }: ReportContent): string {
  const title = `Prompt comparison: ${tasks.map(({ name }) => name).join(', ')}`;
  const body = h(
    'body',
    {},
    onLines([
      h('header', {}, [h('h1', {}, 'Prompt comparison'), h('p', { class: 'quiet' }, madeText(tasks, created))]),
      h('main', {}, onLines([...tasks.map(taskSection), numbersSection(tasks)])),
    ]),
  );
  return htmlDocument(h('html', { lang: 'en' }, onLines([pageHead(title), body])));
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
function madeText(tasks: readonly ComparedTask[], created: Date): string {
  const versions = tasks.flatMap(({ studies }) => studies).flatMap(({ entry }) => entry.trials)[0]?.record.versions;
  return [
    `${created.toISOString().slice(0, 16).replace('T', ' ')} UTC`,
    ...(versions
      ? [`Prompt Tuner ${versions.promptTuner}`, `ONNX Runtime ${versions.onnxruntime}`, `Node ${versions.node}`]
      : []),
  ].join(' · ');
}

function taskSection(task: ComparedTask): Html {
  const { name, studies, analysis } = task;
  const parts = [
    h('h2', {}, name),
    verdicts(task),
    summaryTable(task),
    accuracyFigures(studies, analysis.baseline),
    curvesFigure(studies),
    part('Confusions', confusionTables(studies, analysis.baseline)),
    part('How far the probabilities can be believed', reliabilityFigures(studies)),
    part('The instructions', instructionsSection(studies)),
    part('Settings that differ', settingsTable(studies)),
    part('How this was measured', notesList(analysis.notes)),
    part('To repeat the numbers', repeatSection(studies)),
    part('The prompts', prompts(studies)),
  ];
  return h('section', { class: 'task' }, onLines(parts));
}

/** A part with its title; nothing for a part without content. */
function part(title: string, content: Child): Child {
  return markupOf(content) === '' ? null : h('section', {}, [h('h3', {}, title), '\n', content]);
}

/** What may be said, before any number. */
function verdicts({ studies, analysis }: ComparedTask): Child {
  const reference = studies.find(({ analysis: { key } }) => key === analysis.baseline);
  const items = studies.flatMap(({ analysis: { name, difference } }) => {
    if (!difference) return [];
    const statement = ` against ${reference!.analysis.name}: ${difference.words}`;
    return [h('li', { class: `verdict ${difference.verdict}` }, [h('strong', {}, name), statement])];
  });
  return items.length === 0 ? null : h('ul', { class: 'verdicts' }, items);
}

function settingsTable(studies: readonly ComparedStudy[]): Child {
  const differences = settingDifferences(studies.map(({ entry }) => entry.trials[0]!.record));
  if (differences.length === 0) return null;
  return wideTable(
    'texts',
    ['Setting', ...studies.map(({ analysis }) => analysis.name)],
    differences.map(({ name, values }) => tableRow(h('code', {}, name), values)),
  );
}

const costsNote =
  'Time is that of the whole run: instruction search, learning-rate sweep, training and evaluation. ' +
  'Time per row is that of the evaluation alone, rows in batches. ' +
  'Peak memory is the largest resident size of the process, sampled ten times a second.';

function notesList(notes: readonly string[]): Html {
  return h(
    'ul',
    {},
    [...notes, costsNote].map((note) => h('li', {}, note)),
  );
}

/** Each template once, with its partials, as it was when its runs were made. */
function prompts(studies: readonly ComparedStudy[]): readonly Html[] {
  const templates = new Map(
    studies.flatMap(({ entry: { file, trials } }) =>
      trials.slice(0, 1).map(({ record: { template } }) => [file, template] as const),
    ),
  );
  return [...templates].flatMap(([file, { text, partials = {} }]) => [
    disclosed(h('code', {}, basename(file)), text, true),
    ...Object.entries(partials).map(([name, partial]) => disclosed(h('code', {}, `_${name}.prompt`), partial, true)),
  ]);
}

/** The tables for other programs, to be copied out of the page. */
function numbersSection(tasks: readonly ComparedTask[]): Html {
  const runs = tasks.flatMap(({ studies }) => studies).reduce((sum, { entry }) => sum + entry.trials.length, 0);
  const note = `Of ${count(runs)} ${runs === 1 ? 'run' : 'runs'}, unrounded, to copy into other programs.`;
  return h(
    'section',
    { class: 'raw' },
    onLines([
      [h('h2', {}, 'The numbers'), h('p', { class: 'quiet' }, note)],
      disclosed('CSV', comparisonCsv(tasks), false),
      disclosed('JSON', comparisonJson(tasks), false),
    ]),
  );
}

/** A text that a click shows or hides. */
function disclosed(title: Child, text: string, open: boolean): Html {
  return h('details', { open }, [h('summary', {}, title), h('pre', {}, text)]);
}
