import { basename } from 'node:path';
import type { MetricSetting } from '../../metrics/metricSetting';
import { readRun } from '../../runs/store/runFolder';
import { answerFields } from '../../scoring/fields/answerFields';
import type { LabelProbability } from '../../scoring/likelihood/labelProbability';
import type { RowAnswer, RowChunk, RowDetail } from './rowChunk';
import type { ComparisonSubject } from '../analysis/subject';
import { indexPredictions, readAnswers, type PredictionIndex } from './predictionIndex';
import type { PredictionLine } from '../../runs/store/files/predictionLine';
import { chunkAt, chunkSpan, createChunkPacker } from './rowChunks';

/**
 * Every answer of a comparison, in the order of the rows in the data file; rows that only some studies have are kept.
 */
export interface RowTable {
  /** @throws RangeError where no chunk begins */
  chunk(from: number): Promise<RowChunk>;
  /** What each run made of one row, with all its probabilities. */
  detail(row: number): Promise<RowDetail>;
}

/** Looks through the answers of all runs; they are read only piece by piece, as they are asked for. */
export async function openRowTable({
  token,
  studies,
  metric,
}: Pick<ComparisonSubject, 'token' | 'studies' | 'metric'>): Promise<RowTable> {
  const indexes: (readonly PredictionIndex[])[] = [];
  for (const { folders } of studies) indexes.push(await Promise.all(folders.map(indexPredictions)));
  const numbers = indexes
    .flat()
    .map(({ rows }) => rows)
    .reduce(union, new Uint32Array());
  const pack = createChunkPacker({ token, studies: studies.map(({ key }) => key), total: numbers.length }, metric);
  // Texts are numbered as chunks are made, so each is made once, after the one before it.
  const chunks: (Promise<RowChunk> | undefined)[] = [];

  const make = async (index: number): Promise<RowChunk> => {
    if (index > 0) await chunk(index - 1);
    const { from, until } = chunkSpan(index, numbers.length);
    const span = numbers.slice(from, until);
    const answers = await Promise.all(
      indexes.map((seeds) =>
        Promise.all(seeds.map((seed) => (span.length === 0 ? [] : readAnswers(seed, [span[0]!, span.at(-1)!])))),
      ),
    );
    return pack({ from, numbers: span }, answers);
  };
  const chunk = (index: number): Promise<RowChunk> => {
    const known = chunks[index];
    if (known) return known;
    const made = make(index);
    chunks[index] = made;
    // What could not be read is tried again when it is asked for again.
    made.catch(() => {
      chunks[index] = undefined;
    });
    return made;
  };

  return {
    async chunk(from) {
      const index = chunkAt(from);
      if (index === undefined || (index > 0 && from >= numbers.length))
        throw new RangeError(`No chunk of the table begins at row ${from}.`);
      return chunk(index);
    },
    async detail(row) {
      let found: Pick<RowDetail, 'input' | 'expected' | 'alternatives'> | undefined;
      const answers: RowAnswer[] = [];
      for (const [study, { key, folders }] of studies.entries()) {
        for (const [seed, folder] of folders.entries()) {
          const [line] = await readAnswers(indexes[study]![seed]!, [row, row]);
          if (!line) continue;
          found ??= {
            input: line.input,
            expected: line.expected,
            alternatives: (line.references ?? []).slice(1),
          };
          answers.push({
            study: key,
            run: basename(folder),
            predicted: line.predicted,
            probabilities: probabilitiesOf(line),
            scores: scoresOf(line),
            fields: fieldsOf(line, await metricsOf(folder)),
            truncated: line.truncated === true,
          });
        }
      }
      return {
        row,
        input: found?.input ?? '',
        expected: found?.expected ?? '',
        alternatives: found?.alternatives ?? [],
        answers,
      };
    },
  };
}

/** Numbers of either rising list, once each. */
function union(a: Uint32Array, b: Uint32Array): Uint32Array {
  if (a.length === b.length && a.every((row, i) => row === b[i])) return a;
  return Uint32Array.from(new Set([...a, ...b])).sort();
}

function probabilitiesOf({ probabilities }: PredictionLine): readonly LabelProbability[] {
  return Object.entries(probabilities ?? {}).map(([label, probability]) => ({ label, probability }));
}

/** The metrics that the answers of a run were judged by, where that is known. */
const metricsOf = (folder: string): Promise<readonly MetricSetting[] | undefined> =>
  readRun(folder).then(
    ({ settings }) => settings.metrics,
    () => undefined,
  );

/** Labels have no fields. */
const fieldsOf = (line: PredictionLine, metrics: readonly MetricSetting[] | undefined): RowAnswer['fields'] =>
  (line.probabilities ? undefined : answerFields(line, metrics)) ?? null;

function scoresOf({ scores = {}, reasons = {} }: PredictionLine): RowAnswer['scores'] {
  return Object.entries(scores).map(([metric, score]) => ({ metric, score, reason: reasons[metric] ?? '' }));
}
