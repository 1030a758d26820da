import { basename } from 'node:path';
import * as l10n from '@vscode/l10n';
import { count, counted, fraction } from '../../words/formatNumbers';
import { h, markupOf, type Child, type Html } from '../../html';
import { clauses } from '../../words/listed';
import { formText } from '../../objective/recordedForm';
import type { RunRecord } from '../../runs/record/record';
import { hostedFacts } from '../../runs/record/words/describeHosted';
import { stateWord, trains } from '../../runs/record/words/recordWords';
import { splits } from '../../template/settings/settings';
import type { TaskComparison } from '../taskComparison';
import { notProducedHere } from '../study/methodText';
import { repeatCommand } from './repeatCommand';
import { quiet, wideTable } from './tables';

/** Model, data, and a command for each run with every setting that the template or the defaults do not give. */
export function repeatSection({ studies }: TaskComparison): Child {
  const records = studies.flatMap(({ runs }) => runs);
  const sources = [
    ...distinct(records.filter(({ given }) => !given).map(modelItem)),
    ...distinct(records.map(templateItem)),
    ...distinct(records.flatMap(dataItems)),
    ...distinct(records.flatMap(givenItems)),
  ];
  return [
    h('ul', {}, sources),
    '\n',
    wideTable('texts commands', [l10n.t`Run`, l10n.t`Command`, l10n.t`Kept`], records.map(runRow)),
  ];
}

/** Each item once, where the first of its kind is. */
function distinct(items: readonly Html[]): readonly Html[] {
  return [...new Map(items.map((item) => [markupOf(item), item])).values()];
}

function modelItem({ model, form, result }: RunRecord): Html {
  if (result?.hosted)
    return h('li', {}, [
      l10n.t`Model`,
      ' ',
      h('code', {}, model.id),
      ...hostedFacts(result.hosted).map(([, text]) => `; ${text}`),
    ]);
  return h('li', {}, [
    l10n.t`Model`,
    ' ',
    h('code', {}, model.id),
    l10n.t`, ${count(model.parameters)} frozen weights`,
    ' ',
    hash(model.sha256),
    form ? l10n.t`, read as ${formText(form)}` : null,
  ]);
}

function templateItem({ template }: RunRecord): Html {
  return h('li', {}, [l10n.t`Template`, ' ', h('code', {}, basename(template.path)), ' ', hash(template.sha256)]);
}

function dataItems({ data }: RunRecord): readonly Html[] {
  return splits.flatMap((split) => {
    const part = data[split];
    if (!part) return [];
    const file = h('code', {}, basename(part.path));
    return [h('li', {}, [l10n.t`${split}: ${counted(part.rows, 'row')} of`, ' ', file, ' ', hash(part.sha256)])];
  });
}

function givenItems({ given }: RunRecord): readonly Html[] {
  if (!given) return [];
  const file = h('code', {}, basename(given.file));
  return [h('li', {}, [l10n.t`${given.name}, ${notProducedHere()}:`, ' ', file, ' ', hash(given.sha256)])];
}

function hash(sha256: string): Html {
  return quiet(['sha256 ', h('span', { class: 'hash' }, sha256)]);
}

function runRow(record: RunRecord): Html {
  // A line breaks before an option, not within one.
  const parts = repeatCommand(record)
    .split(/ (?=--)/)
    .flatMap((part, index) => [index > 0 ? ' ' : null, h('span', { class: 'word' }, part)]);
  return h('tr', {}, [
    h('td', {}, h('code', {}, record.id)),
    h('td', {}, h('code', {}, parts)),
    h('td', {}, keptText(record)),
  ]);
}

/** The learning rate in force and the step kept; of a run without results its status. */
function keptText({ best, learningRate, settings, status, result, method }: RunRecord): string {
  if (!result) return stateWord(status);
  if (!trains(method)) return '';
  return clauses([
    ...(learningRate === undefined ? [] : [rateText(learningRate, settings)]),
    ...(best ? [l10n.t`kept step ${best.step} of ${settings.steps} (dev loss ${fraction(best.loss)})`] : []),
  ]);
}

function rateText(rate: number, { blackBox, learningRate }: RunRecord['settings']): string {
  const text = blackBox ? l10n.t`black box, first step size ${rate}` : l10n.t`learning rate ${rate}`;
  return learningRate === 'auto' ? l10n.t`${text} (found by the sweep)` : text;
}
