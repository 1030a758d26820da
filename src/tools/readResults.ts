import { exportedAnswer, type ExportedAnswer } from '../comparison/rows/exportAnswers';
import { formatRun, showRun } from '../comparison/text/formatRun';
import { formatFields } from '../comparison/text/formatResult';
import { Failure } from '../failure';
import { counted } from '../words/formatNumbers';
import { basename, dirname } from 'node:path';
import { decidingMetric } from '../runs/record/measuredMetrics';
import type { RunRecord } from '../runs/record/record';
import { readPredictions } from '../runs/store/files/predictionsFile';
import { agentTool } from './agentTool';
import { choice, optional, text, whole } from './toolInput';
import { requireRun } from './workplace';

const usualRows = 20;
/** Letters of a text that are shown; a model that needs the whole row reads it in the data file. */
const longestText = 400;
/** A score from which on an answer counts as right, as in the table of rows. */
const rightFrom = 0.5;

export const readResults = agentTool({
  name: 'readResults',
  title: 'Read Results of a Run',
  description:
    'Reads what one run came to. "numbers": status, settings that matter, every metric with its interval and the ' +
    'rows it was measured on, the rewritten instruction. "predictions": the answers row by row as JSON lines ' +
    '(row from 0, input, expected, predicted, scores by metric). "failures": only the rows that were answered ' +
    'wrongly, and why the run failed where it did. Page with offset and limit.',
  userDescription: 'Reads the numbers, answers and wrong answers of a run.',
  icon: '$(output)',
  effect: 'read',
  fields: {
    run: text('Id of the run, or an unambiguous beginning of it.'),
    part: optional(choice('What is read; numbers where this is left out.', ['numbers', 'predictions', 'failures'])),
    offset: optional(whole('Rows to pass over.', 0, 1_000_000_000)),
    limit: optional(whole(`Rows at most; ${usualRows} where this is left out.`, 1, 200)),
  },
  async run({ run, part = 'numbers', offset = 0, limit = usualRows }, place, { signal }) {
    const folder = await requireRun(place, run);
    const details = await showRun(dirname(folder), basename(folder));
    const { record } = details;
    if (part === 'numbers')
      return [formatRun(details), ...(record.result ? formatFields(record.result) : [])].join('\n');
    const { result, error } = record;
    const failed = part === 'failures' && error ? [`The run failed: ${error.message} [${error.code}]`] : [];
    if (!result) {
      if (failed.length > 0) return failed.join('\n');
      throw new Failure('tool-nothing', `The run ${record.id} has no answers yet.`, {}, whatToDo(record));
    }
    const answers = (await readPredictions(folder)).map((line) => exportedAnswer(line, result));
    signal.throwIfAborted();
    const metric = decidingMetric(result).name;
    const meant = part === 'failures' ? answers.filter((answer) => isWrong(answer, metric)) : answers;
    const shown = meant.slice(offset, offset + limit);
    const what =
      part === 'failures' ? `wrong of ${counted(answers.length, 'answer')}` : counted(answers.length, 'answer');
    const heading =
      part === 'failures'
        ? `${meant.length} ${what}, judged by ${metric}, on ${result.split}.`
        : `${what} on ${result.split}.`;
    const rest = meant.length - offset - shown.length;
    const more = rest > 0 ? [`${rest} more: call again with offset ${offset + shown.length}.`] : [];
    return [...failed, heading, ...shown.map((answer) => JSON.stringify(shortened(answer))), ...more].join('\n');
  },
});

/** What the metric could not judge counts as wrong here: somebody has to look at it. */
const isWrong = ({ scores }: ExportedAnswer, metric: string): boolean => (scores[metric] ?? 0) < rightFrom;

function shortened(answer: ExportedAnswer): ExportedAnswer {
  const cut = (whole: string): string => (whole.length > longestText ? `${whole.slice(0, longestText)}…` : whole);
  return { ...answer, input: cut(answer.input), expected: cut(answer.expected), predicted: cut(answer.predicted) };
}

function whatToDo({ status }: RunRecord): string {
  if (status === 'queued' || status === 'running') return 'Wait until listRuns says that it is done.';
  return 'Call startRuns for a new one, or ask the person to resume it.';
}
