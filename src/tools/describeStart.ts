import * as l10n from '@vscode/l10n';
import { methodText } from '../comparison/study/methodText';
import { count, counted, roughDuration } from '../words/formatNumbers';
import { clauses, enumerated } from '../words/listed';
import type { RunRecord } from '../runs/record/record';
import { listRuns } from '../runs/store/scanRuns';
import { templateName } from '../template/read/templateName';
import { splits } from '../template/settings/settings';
import { readTemplateContext } from '../workspace/readTemplateContext';
import type { Confirmation } from './agentTool';
import type { PlannedRuns } from './plannedRuns';
import { rowsOf } from '../runs/record/words/recordWords';

/** What a person is asked before runs are started: what, on how many rows, and how long as far as that is known. */
export async function describeStart(plan: PlannedRuns, signal: AbortSignal): Promise<Confirmation> {
  const { template, request, runs, settings } = plan;
  const { splits: rows } = await readTemplateContext(template.text, request.file, { rows: true, signal });
  const what = workOf(runs);
  const methods = enumerated([...new Set(runs.map(({ method }) => methodText({ method, settings })))]);
  const known = splits.flatMap((split) => {
    const seen = rows?.[split];
    if (!seen) return [];
    const number = count(seen.rows);
    return [seen.truncated ? l10n.t`${number} or more of ${split}` : rowsOf(number, split)];
  });
  const changed = Object.entries(request.set ?? {}).map(([name, value]) => `\`${name}: ${String(value)}\``);
  return {
    title: l10n.t`Run ${what} of ${templateName(request.file)}?`,
    message: [
      l10n.t`${what} of ${code(request.file)} with ${methods}, on the model ${code(template.model)}, on this machine.`,
      known.length > 0 ? l10n.t`Rows: ${enumerated(known)}.` : l10n.t`How many rows there are is not known.`,
      await timeOf(plan),
      ...(changed.length > 0 ? [l10n.t`Settings changed: ${clauses(changed)}.`] : []),
      l10n.t`It can be stopped at any time.`,
    ].join('\n\n'),
  };
}

const code = (text: string): string => `\`${text}\``;

function workOf(runs: PlannedRuns['runs']): string {
  const trainings = runs.filter(({ method }) => method !== 'hard').length;
  const evaluations = runs.length - trainings;
  if (evaluations === 0) return counted(trainings, 'training');
  if (trainings === 0) return counted(evaluations, 'evaluation');
  return l10n.t`${counted(trainings, 'training')} and ${counted(evaluations, 'evaluation')}`;
}

/** By what like runs took before, because a guess without any would be none. */
async function timeOf({ runs, request }: PlannedRuns): Promise<string> {
  const earlier = await listRuns(request.runs);
  const times = runs.map(({ method }) => earlier.find((run) => isLike(run, request.file, method))?.result?.seconds);
  const known = times.filter((seconds) => seconds !== undefined);
  if (known.length === 0) return l10n.t`How long it takes is not known, as nothing like it has run here.`;
  const time = roughDuration(known.reduce((all, seconds) => all + seconds, 0));
  const rest = times.length - known.length;
  return rest > 0
    ? l10n.t`It takes about ${time}, as the last like it did, without ${counted(rest, 'run')} of a new kind.`
    : l10n.t`It takes about ${time}, as the last like it did.`;
}

const isLike = ({ template, method, result }: RunRecord, file: string, wanted: string): boolean =>
  template.path === file && method === wanted && result !== undefined;
