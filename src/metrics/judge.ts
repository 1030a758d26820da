import { openCheck, type Check } from './check/openCheck';
import type { JudgeMetric, Metric, RowScore } from './metric';
import type { MetricSetting } from './metricSetting';
import { isTextMetric, openMetric, type MetricContext } from './openMetric';

/** An answer, and what it is judged by. */
export interface JudgedRow {
  readonly answer: string;
  readonly references: readonly string[];
  /** The columns of the row, which a JavaScript check is given. */
  readonly row: Readonly<Record<string, unknown>>;
}

/** What `openJudge` knows around the template. */
export interface JudgeContext extends MetricContext {
  /** The folder of the template, which paths of checks are relative to. */
  readonly folder: string;
}

/** The metrics of a template, JavaScript checks among them, which run in a process of their own. */
export interface Judge {
  readonly metrics: readonly JudgeMetric[];
  /**
   * Judges answers.
   * @returns for each row the scores in the order of `metrics`; what could not be judged says why, and loses no other
   */
  judge(rows: readonly JudgedRow[]): Promise<readonly (readonly RowScore[])[]>;
  /** Ends the processes of the checks. */
  close(): Promise<void>;
}

/**
 * Opens the metrics of a template. Where reading is confined, as by the editor, checks lie within what may be read;
 * elsewhere within the folder of the template.
 * @throws Failure `check-missing`, `outside-workspace`, `untrusted` or `check-broken`, with file and line; for
 *   `json: valid` `invalid-value`, where there is no schema that could be used
 */
export async function openJudge(settings: readonly MetricSetting[], context: JudgeContext): Promise<Judge> {
  const checks: Check[] = [];
  try {
    const opened: (Metric | Check)[] = [];
    for (const setting of settings)
      if (isTextMetric(setting)) opened.push(openMetric(setting, context));
      else {
        const check = await openCheck(setting, context.folder);
        checks.push(check);
        opened.push(check);
      }
    return judgeOf(opened);
  } catch (error) {
    for (const check of checks) check.close();
    throw error;
  }
}

function judgeOf(opened: readonly (Metric | Check)[]): Judge {
  let turn: Promise<unknown> = Promise.resolve();
  const judgeAll = async (rows: readonly JudgedRow[]): Promise<readonly (readonly RowScore[])[]> => {
    const judged: RowScore[][] = [];
    for (const { answer, references, row } of rows) {
      const scores: RowScore[] = [];
      for (const each of opened)
        scores.push('judge' in each ? await each.judge(answer, row) : each.score(answer, references));
      judged.push(scores);
    }
    return judged;
  };
  return {
    metrics: opened.map((each) => ('judge' in each ? each.metric : each)),
    judge: (rows) => {
      // A check is asked one thing at a time.
      const mine = turn.then(() => judgeAll(rows));
      turn = mine.catch(() => undefined);
      return mine;
    },
    close: () => {
      for (const each of opened) if ('judge' in each) each.close();
      return Promise.resolve();
    },
  };
}
