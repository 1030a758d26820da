import { readFront } from '../../comparison/front/readFront';
import type { RunRecord } from '../../runs/record/record';
import type { TaskComparison } from '../../comparison/taskComparison';
import type { LearnedState, RewrittenInstruction } from './contract';

/** What was learned, as far as the records tell: instructions before and after, and how the studies differ. */
export function learnedOf({ studies, baseline, settings }: TaskComparison): LearnedState {
  const text = studies.find(({ key }) => key === baseline)?.runs[0].template.text;
  return {
    instructions: studies.flatMap(({ key, runs }) => runs.flatMap((run) => rewrittenOf(key, run))),
    settings: settings.map(({ name, values }) => ({ name, values })),
    templates: studies
      .filter(({ key, runs: [run] }) => key !== baseline && run.template.text !== text)
      .map(({ key }) => key),
  };
}

function rewrittenOf(study: string, record: RunRecord): readonly RewrittenInstruction[] {
  const { id, settings, rewritten, textGain } = record;
  if (!rewritten) return [];
  const { original, instruction, edits } = rewritten;
  return [
    {
      study,
      run: id,
      seed: settings.seed,
      original,
      instruction,
      edits: edits.map(({ before, after, gain, standardError }) => ({ before, after, gain, standardError })),
      front: readFront(record),
      gain: textGain ? { mean: textGain.mean, low: textGain.interval[0], high: textGain.interval[1] } : null,
    },
  ];
}
