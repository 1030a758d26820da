import { open, stat } from 'node:fs/promises';
import { readMetrics } from '../../runs/store/files/metrics';
import { logPath } from '../../runs/store/files/logFile';
import { readSamples, samplesPath } from '../../runs/store/files/samples';
import type { SamplesLine } from '../../runs/store/files/samplesLine';
import { hasLabels } from '../../runs/record/words/describeProvenance';
import { measuredMetrics } from '../../runs/record/measuredMetrics';
import type { EvaluationResult, RunRecord } from '../../runs/record/record';
import { answerFields } from '../../scoring/fields/answerFields';
import { exportedAnswer } from '../../comparison/rows/exportAnswers';
import { faceOf } from '../../scoring/metricFace';
import { isFreeText } from '../../runs/record/runStage';
import { predictionsPath, readPredictions } from '../../runs/store/files/predictionsFile';
import type { PredictionLine } from '../../runs/store/files/predictionLine';
import { fieldResults, type FieldResults } from '../../scoring/fields/fieldResults';
import { fieldScores } from '../../scoring/fields/fieldScores';
import type { GivenAnswer, LogLines, RunPoints } from './contract';
import { runPoints } from './model';

/** What has come into a run's folder since the last reading. */
export interface RunNews {
  readonly points?: RunPoints;
  readonly samples?: readonly SamplesLine[];
  readonly answers?: readonly GivenAnswer[];
  /** Where the result of the run has none, though its answers are judged as JSON. */
  readonly fields?: readonly FieldResults[];
  readonly log?: LogLines;
}

type ShownRun = Pick<RunRecord, 'settings' | 'result'>;

/** Reads metrics, samples, answers and log of one run, each time only what is new. */
export interface RunPageReader {
  read(run: ShownRun): Promise<RunNews>;
  /** Forgets how far it has read, so that everything comes again. */
  rewind(): void;
}

/** Bytes of a log that are shown; the file has it all. */
const shownLogBytes = 64 * 1024;
/** Answers that are shown, spread over the rows. */
const shownAnswers = 8;
/** Evaluations whose samples are shown: the first, and the last ones. */
const shownEvaluations = 8;

interface Position {
  readonly offset: number;
  readonly points: number;
  readonly lastStep: number;
}

const start: Position = { offset: 0, points: 0, lastStep: 0 };

export function createRunPageReader(folder: string): RunPageReader {
  let metrics = start;
  let samplesSize = 0;
  let answersVersion = '';
  let logOffset = 0;

  const readPoints = async (from: Position, run: ShownRun): Promise<RunPoints | undefined> => {
    const { lines, offset } = await readMetrics(folder, from.offset);
    if (lines.length === 0) return undefined;
    // A resumed run drops what came after its checkpoint, so steps that go back mean that the file was cut.
    if (lines[0]!.step < from.lastStep) return readPoints(start, run);
    metrics = { offset, points: from.points + lines.length, lastStep: lines.at(-1)!.step };
    return runPoints(from.points, lines, isFreeText(run));
  };

  const readNewPoints = async (run: ShownRun): Promise<RunPoints | undefined> => {
    const size = await sizeOf(`${folder}/metrics.jsonl`);
    return size === metrics.offset ? undefined : readPoints(size < metrics.offset ? start : metrics, run);
  };

  const readNewSamples = async (): Promise<readonly SamplesLine[] | undefined> => {
    const size = await sizeOf(samplesPath(folder));
    if (size === samplesSize) return undefined;
    samplesSize = size;
    const lines = await readSamples(folder);
    return lines.length <= shownEvaluations ? lines : [lines[0]!, ...lines.slice(1 - shownEvaluations)];
  };

  const readNewAnswers = async ({ result, settings }: ShownRun): Promise<Pick<RunNews, 'answers' | 'fields'>> => {
    const version = result && (await versionOf(predictionsPath(folder)));
    if (!version || version === answersVersion) return {};
    answersVersion = version;
    if (hasLabels(result)) return { answers: [] };
    const predictions = await readPredictions(folder);
    const scores = result.fields ? undefined : fieldScores(predictions, settings.metrics);
    return {
      answers: someAnswers(predictions, { result, settings }),
      ...(scores && { fields: fieldResults([scores]) }),
    };
  };

  const readNewLog = async (): Promise<LogLines | undefined> => {
    const size = await sizeOf(logPath(folder));
    if (size === logOffset) return undefined;
    const fresh = logOffset === 0 || size < logOffset;
    const from = fresh ? Math.max(0, size - shownLogBytes) : logOffset;
    const text = await readBytes(logPath(folder), from, size);
    const end = text.lastIndexOf('\n') + 1;
    // A log that is shown from its middle begins with a whole line.
    const begin = fresh && from > 0 ? text.indexOf('\n') + 1 : 0;
    if (end <= begin) return undefined;
    logOffset = from + Buffer.byteLength(text.slice(0, end));
    return { fresh, lines: text.slice(begin, end - 1).split('\n') };
  };

  return {
    async read(run) {
      const [points, samples, answers, log] = await Promise.all([
        readNewPoints(run),
        readNewSamples(),
        readNewAnswers(run),
        readNewLog(),
      ]);
      return {
        ...(points && { points }),
        ...(samples && { samples }),
        ...answers,
        ...(log && { log }),
      };
    },
    rewind() {
      metrics = start;
      samplesSize = 0;
      answersVersion = '';
      logOffset = 0;
    },
  };
}

/** Some answers in the order of the file, the same ones each time. */
function someAnswers(
  predictions: readonly PredictionLine[],
  { result, settings }: Pick<RunRecord, 'settings'> & { readonly result: EvaluationResult },
): readonly GivenAnswer[] {
  const shown = Math.min(shownAnswers, predictions.length);
  const metrics = measuredMetrics(result).map(faceOf);
  return Array.from({ length: shown }, (_, i) => predictions[Math.floor((i * predictions.length) / shown)]!).map(
    (line) => ({
      row: line.row,
      input: line.input,
      references: line.references ?? [line.expected],
      answer: line.predicted,
      scores: metrics.map((metric) => ({
        metric,
        score: exportedAnswer(line, result).scores[metric.name] ?? null,
        reason: line.reasons?.[metric.name] ?? '',
      })),
      fields: answerFields(line, settings.metrics) ?? null,
      truncated: line.truncated === true,
    }),
  );
}

async function versionOf(path: string): Promise<string> {
  const found = await stat(path, { bigint: true }).catch(() => undefined);
  return found ? `${found.mtimeNs} ${found.size}` : '';
}

async function sizeOf(path: string): Promise<number> {
  return (await stat(path).catch(() => undefined))?.size ?? 0;
}

async function readBytes(path: string, from: number, to: number): Promise<string> {
  const file = await open(path, 'r');
  try {
    const bytes = Buffer.alloc(to - from);
    const { bytesRead } = await file.read(bytes, 0, bytes.length, from);
    return bytes.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}
