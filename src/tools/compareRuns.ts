import { dirname, basename } from 'node:path';
import { readAnsweredRun } from '../comparison/analysis/readAnsweredRun';
import { compareTasks } from '../comparison/compareTasks';
import { chosenBaseline } from '../comparison/report/writeReport';
import { formatComparison } from '../comparison/text/formatComparison';
import { Failure } from '../failure';
import { agentTool } from './agentTool';
import { runsOf } from './listRuns';
import { list, optional, text } from './toolInput';
import { requireRun, type Workplace } from './workplace';

export const compareRuns = agentTool({
  name: 'compareRuns',
  title: 'Compare Prompt Tuning Runs',
  description:
    'Puts runs side by side: for each method the metric that decides with its 95 % interval, the paired ' +
    'difference from the baseline with its p-value, further metrics, costs, and in sentences the verdicts and ' +
    'all that must be known before a number is believed (which rows, how many seeds, which test). Give a ' +
    'template for all of its runs, or the ids of runs. Say no more than the verdicts do: a difference whose ' +
    'interval holds zero is none.',
  userDescription: 'Compares methods on the same rows, with intervals and verdicts.',
  icon: '$(graph-line)',
  effect: 'read',
  fields: {
    template: optional(text('The .prompt file whose runs, and those of its variants, are compared.')),
    runs: optional(list('Ids of the runs that are compared, instead of those of a template.', text('an id'))),
    baseline: optional(text('Id of a run that the others are measured against; chosen where this is left out.')),
  },
  async run({ template, runs, baseline }, place, { signal }) {
    const folders = await foldersOf(place, { template, runs });
    const against = baseline === undefined ? undefined : await requireRun(place, baseline);
    const chosen =
      against === undefined ? undefined : await chosenBaseline(dirname(against), basename(against), folders);
    const answered = await Promise.all(folders.map(readAnsweredRun));
    signal.throwIfAborted();
    if (!answered.some(({ record }) => record.result))
      throw new Failure('nothing-to-compare', 'None of the runs has results.', {}, 'Call startRuns, and wait for it.');
    const tasks = compareTasks(answered, chosen);
    return [formatComparison(tasks), ...tasks.flatMap(({ notes }) => ['', ...notes])].join('\n');
  },
});

/** @throws Failure "tool-input" where neither template nor runs are named, or both */
async function foldersOf(
  place: Workplace,
  { template, runs }: { readonly template: string | undefined; readonly runs: readonly string[] | undefined },
): Promise<readonly string[]> {
  if ((template === undefined) === (runs === undefined))
    throw new Failure('tool-input', 'Either a template or runs are compared.', {}, 'Give "template" or "runs".');
  if (runs) return [...new Set(await Promise.all(runs.map((run) => requireRun(place, run))))];
  const { runs: records } = await runsOf(place, template);
  return Promise.all(records.map(({ id }) => requireRun(place, id)));
}
