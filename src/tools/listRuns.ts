import { formatRunList } from '../comparison/text/formatRun';
import { runStatuses } from '../runs/record/words/recordWords';
import { scanRuns, type RunList } from '../runs/store/scanRuns';
import { templateFamily } from '../template/read/templateName';
import { agentTool } from './agentTool';
import { choice, optional, text, whole } from './toolInput';
import { requireTemplate, runsFoldersOf, type Workplace } from './workplace';

/** Runs that are listed where nothing else is asked for. */
const usualRuns = 20;

export const listRuns = agentTool({
  name: 'listRuns',
  title: 'List Prompt Tuning Runs',
  description:
    'Lists the trainings and evaluations of prompt templates in the workspace, newest first: id, status, method, ' +
    'result (by the metric that decides; while a run is at work how far it is), template and name. ' +
    'Use the ids with readResults, compareRuns and stopRuns.',
  userDescription: 'Lists trainings and evaluations with their results.',
  icon: '$(list-unordered)',
  effect: 'read',
  fields: {
    template: optional(text('Only runs of this .prompt file and its variants.')),
    status: optional(choice('Only runs of this status.', runStatuses)),
    limit: optional(whole(`How many runs; ${usualRuns} where this is left out.`, 1, 200)),
  },
  async run({ template, status, limit = usualRuns }, place) {
    const { runs, damaged } = await runsOf(place, template);
    const meant = status === undefined ? runs : runs.filter((run) => run.status === status);
    const shown = meant.slice(0, limit);
    const left = meant.length - shown.length;
    if (shown.length + damaged.length === 0) return 'There are no such runs. startRuns makes some.';
    return [formatRunList({ runs: shown, damaged }), ...(left > 0 ? [`${left} older ones are left out.`] : [])].join(
      '\n',
    );
  },
});

/** The runs of the workspace, or those of a template and its variants, newest first. */
export async function runsOf(place: Workplace, template: string | undefined): Promise<RunList> {
  const family = template === undefined ? undefined : templateFamily(requireTemplate(place, template));
  const lists = await Promise.all(runsFoldersOf(place).map(scanRuns));
  return {
    runs: lists
      .flatMap(({ runs }) => runs)
      .filter((run) => family === undefined || templateFamily(run.template.path) === family)
      .sort((a, b) => b.created.localeCompare(a.created)),
    damaged: family === undefined ? lists.flatMap(({ damaged }) => damaged) : [],
  };
}
