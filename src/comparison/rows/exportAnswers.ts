import { decidingMetric } from '../../runs/record/measuredMetrics';
import type { EvaluationResult } from '../../runs/record/record';
import type { PredictionLine } from '../../runs/store/files/predictionLine';
import { templateName } from '../../template/read/templateName';
import { asCsv, type Cell } from '../../words/writeTable';
import type { AnsweredRun } from '../analysis/answeredStudy';

/** The answer to a row with all that is known of it, as other programs read it. */
export interface ExportedAnswer {
  /** Row number in the data file, from 0. */
  readonly row: number;
  readonly input: string;
  readonly expected: string;
  readonly predicted: string;
  /** The right answers, where the row has several; `expected` is the first. */
  readonly references?: readonly string[];
  /** What each metric says of the answer; null where it could not judge it. */
  readonly scores: Readonly<Record<string, number | null>>;
  /** Why a metric judged so, or why it could not. */
  readonly reasons?: Readonly<Record<string, string>>;
  /** Probability of each label. */
  readonly probabilities?: Readonly<Record<string, number>>;
  /** Whether the budget of tokens ended the answer. */
  readonly truncated?: boolean;
}

type AnswerLine = Omit<PredictionLine, 'counts' | 'labelMass' | 'promptTokens' | 'seconds'>;

/**
 * @param result of the run; where no metric has judged its answers, what decides there is whether an answer is the
 * expected text
 */
export function exportedAnswer(line: AnswerLine, result: EvaluationResult): ExportedAnswer {
  const { row, input, expected, predicted, references, scores, reasons, probabilities, truncated } = line;
  return {
    row,
    input,
    expected,
    predicted,
    ...(references && { references }),
    scores: scores ?? { [decidingMetric(result).name]: Number(expected.trim() === predicted.trim()) },
    ...(reasons && { reasons }),
    ...(probabilities && { probabilities }),
    ...(truncated && { truncated }),
  };
}

/** A study whose answers are written. */
export interface ExportedStudy {
  /** What a person reads of it. */
  readonly name: string;
  /** Lowest seed first. */
  readonly runs: readonly Pick<AnsweredRun, 'record' | 'predictions'>[];
}

interface AnswerOfRun extends ExportedAnswer {
  readonly study: string;
  readonly template: string;
  readonly run: string;
  readonly seed: number;
}

export const answerFormats = ['csv', 'json'] as const;
export type AnswerFormat = (typeof answerFormats)[number];

/**
 * Every answer of some studies, one after the other by row, study and seed, with every metric that was measured.
 * @param only rows that are written, by their numbers in the data file; all of them when left out
 */
export function exportAnswers(
  studies: readonly ExportedStudy[],
  format: AnswerFormat,
  only?: ReadonlySet<number>,
): string {
  const answers = studies
    .flatMap(({ name, runs }) => runs.flatMap((run) => answersOf(name, run)))
    .filter(({ row }) => only?.has(row) ?? true)
    .sort((a, b) => a.row - b.row);
  return format === 'json' ? `${JSON.stringify(answers, null, 2)}\n` : answersCsv(answers);
}

function answersOf(
  study: string,
  { record: { id, template, settings, result }, predictions }: ExportedStudy['runs'][number],
): readonly AnswerOfRun[] {
  if (!result) return [];
  const run = { study, template: templateName(template.path), run: id, seed: settings.seed };
  return predictions.map((line) => ({ ...run, ...exportedAnswer(line, result) }));
}

/** Numbers in full (RFC 4180); a row is counted from 1, as people count it. */
function answersCsv(answers: readonly AnswerOfRun[]): string {
  const metrics = namesOf(answers, ({ scores }) => scores);
  const reasons = namesOf(answers, (answer) => answer.reasons);
  const labels = namesOf(answers, ({ probabilities }) => probabilities);
  const fixed = ['row', 'study', 'template', 'run', 'seed', 'input', 'expected', 'references', 'answer', 'truncated'];
  return asCsv({
    headings: [
      ...fixed,
      ...metrics.map((name) => `score.${name}`),
      ...reasons.map((name) => `reason.${name}`),
      ...labels.map((name) => `probability.${name}`),
    ],
    rows: answers.map((answer): readonly Cell[] => {
      const { row, study, template, run, seed, input, expected, references, predicted, truncated } = answer;
      return [
        ...[row + 1, study, template, run, seed, input, expected],
        ...[references && JSON.stringify(references), predicted, truncated ? 1 : 0],
        ...metrics.map((name) => answer.scores[name]),
        ...reasons.map((name) => answer.reasons?.[name]),
        ...labels.map((name) => answer.probabilities?.[name]),
      ];
    }),
  });
}

/** All names under which answers have something, in the order in which they come. */
const namesOf = (
  answers: readonly AnswerOfRun[],
  tableOf: (answer: AnswerOfRun) => Readonly<Record<string, unknown>> | undefined,
): readonly string[] => [...new Set(answers.flatMap((answer) => Object.keys(tableOf(answer) ?? {})))];
