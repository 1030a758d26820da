import * as l10n from '@vscode/l10n';
import { Failure, type SourceLocation } from '../../failure';
import { expectedAnswer } from '../../objective/example';
import { requireSplit } from '../../objective/rows/splits';
import type { Task } from '../../objective/task';
import { counted } from '../../words/formatNumbers';
import { listed } from '../../words/listed';
import { accuracy, macroF1, majorityBaseline } from '../classification';
import { judged, readInputs, type Evaluation, type Prediction } from '../evaluate';
import { wilsonInterval } from '../statistics/wilson';

/** What answers can be scored against: a task without a model. */
export type ScoredTask = Pick<Task, 'template' | 'labels' | 'settings' | 'splits' | 'answerField'>;

type Split = keyof Task['splits'];

/** An answer from elsewhere with what the metrics say of it: nothing else is known of it. */
export type GivenPrediction = Pick<
  Prediction,
  'row' | 'input' | 'expected' | 'predicted' | 'references' | 'scores' | 'counts' | 'reasons'
>;

/** The numbers of an evaluation that answers alone give. */
export interface AnswerScores extends Pick<
  Evaluation,
  'n' | 'accuracy' | 'accuracyInterval' | 'macroF1' | 'metrics' | 'fields' | 'majority'
> {
  readonly predictions: readonly GivenPrediction[];
  /** Answers that are none of the labels; they count as wrong. Absent for texts. */
  readonly unlisted?: number;
}

/** Faulty rows that a sentence names. */
const mostNamed = 5;

/**
 * Scores an answer to each row of a split as those of a run are scored.
 * @param answers `[rows]`
 * @throws Failure "label-unknown", "answer-empty" for rows whose own answer is wrong; for a check that cannot be loaded
 */
export async function scoreAnswers(task: ScoredTask, split: Split, answers: readonly string[]): Promise<AnswerScores> {
  const expected = await expectedAnswers(task, split);
  const inputs = await readInputs(
    task,
    split,
    expected.map((_, row) => row),
  );
  const written = expected.map((text, row): GivenPrediction => ({
    row,
    input: inputs[row]!,
    expected: text,
    predicted: answers[row]!.trim(),
  }));
  const { predictions, metrics, fields } = await judged(task, split, written);
  const rows = predictions.map(({ expected: text, predicted }) => ({ expected: text.trim(), predicted }));
  const right = rows.filter((row) => row.expected === row.predicted).length;
  const { labels } = task;
  return {
    predictions,
    n: rows.length,
    accuracy: accuracy(rows),
    accuracyInterval: wilsonInterval(right, rows.length),
    macroF1: labels.length > 0 ? macroF1(rows, labels) : Number.NaN,
    ...(metrics && { metrics }),
    ...(fields && { fields }),
    ...(labels.length > 0 && {
      majority: majorityBaseline(rows),
      unlisted: rows.filter(({ predicted }) => !labels.includes(predicted)).length,
    }),
  };
}

/** What each row of a split expects; the first row that expects nothing usable is named, with where others are. */
async function expectedAnswers(task: ScoredTask, split: Split): Promise<readonly string[]> {
  const dataset = requireSplit(task, split);
  const expected: string[] = [];
  const faults: Failure[] = [];
  let index = 0;
  for await (const row of dataset.all()) {
    const location: SourceLocation = { file: dataset.path, line: dataset.lineOf(index++) };
    try {
      expected.push(expectedAnswer(task, row, location).expected);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      faults.push(error);
    }
  }
  const [first, ...others] = faults;
  if (!first) return expected;
  if (others.length === 0) throw first;
  const lines = listed(
    others.map(({ location: { line } }) => String(line)),
    mostNamed,
  );
  throw new Failure(
    first.code,
    l10n.t`${first.message} ${counted(others.length, 'other row')} of ${split} cannot be used either: lines ${lines}.`,
    first.location,
    first.remedy,
  );
}
