import { append } from '../lists';
import type { LanguageModel } from '../model/openModel';
import { batchOptions } from '../objective/batch';
import type { Example } from '../objective/example';
import type { OpenObjective } from '../objective/objective';
import type { SoftPrompt } from '../objective/prompt';
import { openSource } from '../objective/rows/source';
import type { Task } from '../objective/task';
import { requireSplit } from '../objective/rows/splits';
import { openGenerator, type Generator } from '../decoding/generator';
import type { DevScore } from '../scoring/devScore';
import { judgeAnswers, judgedMetrics, openTaskJudge, type GivenAnswer } from '../scoring/judgeAnswers';
import { faceOf } from '../scoring/metricFace';
import { scoreRows, summariseRows, type SplitScore } from '../scoring/scoreSplit';
import type { ScoredRow } from '../scoring/scoredRow';
import { writeAnswers } from '../scoring/writeAnswers';

/** Judges prompts on the dev rows while they are trained. */
export interface DevScorer {
  /** @param most rows that are looked at, at most */
  score(prompt: SoftPrompt, most: number): Promise<SplitScore>;
  close(): Promise<void>;
}

interface Judged {
  readonly task: Task;
  readonly model: LanguageModel;
  readonly objective: OpenObjective;
}

/**
 * Opens the dev rows of a task. Text is written to `tune.evalRows` of them at each evaluation, spread over those that
 * the loss is taken of and always the same, and judged by the metric that decides. An evaluation is not cut short: a
 * training that is stopped goes on behind it to the same numbers.
 * @throws Failure for a check that cannot be loaded
 */
export async function openDevScorer({ task, model, objective }: Judged): Promise<DevScorer> {
  const source = openSource(task, model, 'dev');
  const batch = batchOptions(task, model, 'scoring');
  const { labels, settings } = task;
  const answered = labels.length > 0 ? Infinity : (settings.evalRows ?? 0);
  const judge = answered > 0 && judgedMetrics(task).length > 0 ? await openTaskJudge(task) : undefined;
  let generator: Promise<Generator> | undefined;

  /** What the model writes to some of the rows, or which label it gives them. */
  const answersTo = async (rows: readonly ScoredRow[], prompt: SoftPrompt): Promise<readonly GivenAnswer[]> => {
    if (labels.length > 0)
      return rows.map(({ example, predicted }) => ({ row: example.row, answer: labels[predicted] ?? '' }));
    const examples = spread(rows, answered);
    generator ??= openGenerator(model);
    const { path, lineOf } = requireSplit(task, 'dev');
    const where = (row: number) => ({ file: path, line: lineOf(row) });
    const answers = await writeAnswers({ task, model, generator: await generator }, prompt, examples, {
      where,
    });
    return examples.map(({ row }) => ({ row, answer: answers.get(row)!.text }));
  };

  return {
    async score(prompt, most) {
      const rows: ScoredRow[] = [];
      const scoring = { task, objective, batch, source, rows: Math.min(most, source.rows) };
      for await (const scored of scoreRows(scoring, prompt)) append(rows, scored.rows);
      const score = summariseRows(rows, task);
      if (!judge || rows.length === 0) return score;
      const answers = await answersTo(rows, prompt);
      const { metrics } = await judgeAnswers(judge, { task, split: 'dev', intervals: false }, answers);
      return { ...score, score: decidingScore(metrics, answers.length) };
    },
    async close() {
      await judge?.close();
      await (await generator)?.close();
    },
  };
}

function decidingScore(metrics: Awaited<ReturnType<typeof judgeAnswers>>['metrics'], rows: number): DevScore {
  const [[name, metric]] = Object.entries(metrics) as [[string, (typeof metrics)[string]]];
  return { ...faceOf({ ...metric, name }), value: metric.value, rows };
}

/** So many of the rows, spread evenly over them in the order of the file. */
function spread(rows: readonly ScoredRow[], most: number): readonly Example[] {
  const ordered = rows.map(({ example }) => example).sort((a, b) => a.row - b.row);
  const count = Math.min(most, ordered.length);
  return Array.from({ length: count }, (_, i) => ordered[Math.floor((i * ordered.length) / count)]!);
}
