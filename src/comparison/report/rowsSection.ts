import * as l10n from '@vscode/l10n';
import { count, missing, shortFraction, shortMetric } from '../../words/formatNumbers';
import { h, type Child, type Html } from '../../html';
import type { AnsweredRun } from '../analysis/answeredStudy';
import { isRightAnswer, noAnswer, studiesDiffer, type RowChunk } from '../rows/rowChunk';
import { chunksOf } from '../rows/rowChunks';
import type { TaskComparison } from '../taskComparison';
import { colourKey, type ColouredStudy } from './studyColour';
import { quiet, wideTable } from './tables';

export type AnswersOfRuns = ReadonlyMap<AnsweredRun['record'], AnsweredRun['predictions']>;

/** A report is read by people, who look at some rows; all of them are in the exports. */
const mostRows = 50;
const mostCharacters = 300;

/** The rows that the studies answer differently, the first of the file; empty where there are none. */
export function rowsSection(
  { metric }: TaskComparison,
  studies: readonly ColouredStudy[],
  answers: AnswersOfRuns,
): readonly Html[] {
  const answered = studies.filter(({ runs }) => runs.some((run) => answers.get(run)?.length));
  const chunks = chunksOf(
    '',
    Object.fromEntries(answered.map(({ key, runs }) => [key, runs.map((run) => answers.get(run) ?? [])])),
    metric?.name,
  );
  const texts = chunks.flatMap((chunk) => chunk.texts);
  const differing = chunks.flatMap((chunk) =>
    Array.from(chunk.inputs.keys())
      .filter((position) => studiesDiffer(columnsOf(chunk), position))
      .map((position) => ({ chunk, position })),
  );
  if (differing.length === 0) return [];
  const scale = metric && !metric.binary ? metric.scale : undefined;
  const lines = differing.slice(0, mostRows).map(({ chunk, position }) => {
    const rows = chunk.inputs.length;
    const cells = answered.map((_, study): Child => {
      const at = study * rows + position;
      const text = chunk.predicted[at]!;
      if (text === noAnswer) return missing;
      const [probability, score] = [chunk.probabilities[at]!, chunk.scores[at]!];
      const right = isRightAnswer({ predicted: text, expected: chunk.expected[position]!, score });
      return scale
        ? [cut(texts[text]!), ' ', quiet(Number.isNaN(score) ? missing : shortMetric(score, scale))]
        : [
            verdictOf(right),
            ' ',
            cut(texts[text]!),
            ' ',
            quiet(Number.isNaN(probability) ? '' : shortFraction(probability)),
          ];
    });
    return h('tr', {}, [
      h('th', { scope: 'row' }, count(chunk.numbers[position]! + 1)),
      [cut(chunk.inputs[position]!), cut(texts[chunk.expected[position]!]!), ...cells].map((cell) => h('td', {}, cell)),
    ]);
  });
  const headings = [
    ...[l10n.t`Row`, l10n.t`Input`, l10n.t`Expected`],
    ...answered.map(({ name, colourIndex }) => [colourKey(colourIndex), name]),
  ];
  return [h('p', {}, quiet(extentText(differing.length, chunks[0]!.total))), wideTable('texts rows', headings, lines)];
}

function extentText(differing: number, total: number): string {
  const of =
    differing === 1
      ? l10n.t`1 row of ${count(total)} has answers that differ`
      : l10n.t`${count(differing)} rows of ${count(total)} have answers that differ`;
  return differing <= mostRows
    ? l10n.t`${of}; of several seeds the answer of most.`
    : l10n.t`${of}; the first ${mostRows} of the file are shown, of several seeds the answer of most. prompt-tuner \
report --rows writes all.`;
}

/** A column for each study. */
const columnsOf = ({ studies, predicted, inputs }: RowChunk): readonly Uint32Array[] =>
  studies.map((_, study) => predicted.subarray(study * inputs.length, (study + 1) * inputs.length));

/** A mark says it as well as the colour does. */
const verdictOf = (right: boolean): Html =>
  h(
    'span',
    { class: right ? 'better' : 'worse', role: 'img', 'aria-label': right ? l10n.t`right` : l10n.t`wrong` },
    right ? '✓' : '✗',
  );

const cut = (text: string): string => {
  const characters = Array.from(text.slice(0, 2 * mostCharacters));
  return characters.length > mostCharacters ? `${characters.slice(0, mostCharacters).join('')}…` : text;
};
