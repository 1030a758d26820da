import { randomBytes } from 'node:crypto';
import { resolveSettings } from '../../../template/read/resolveSettings';
import { expandGrid } from '../../../template/settings/settingGrid';
import type { Method } from '../../../template/settings/settings';
import type { PromptTemplate } from '../../../template/read/template';
import { compactTime } from '../../record/newRecord';
import type { RunRecord } from '../../record/record';

/** One training of a plan, or one measurement of the text alone. */
export interface PlannedRun {
  readonly method: Method;
  readonly set: Readonly<Record<string, string>>;
}

/** The trainings that were asked for at once; those of a grid are one study. */
export interface StudyPlan {
  readonly runs: readonly PlannedRun[];
  readonly study?: NonNullable<RunRecord['study']>;
}

/**
 * Takes apart what was asked for: lists in settings make a grid, `tune.seeds` repeats each training with seed,
 * seed + 1, … Every cell is resolved once, so that a plan that comes back can be started.
 * @throws Failure as `expandGrid` and `resolveSettings` do
 */
export function planStudy(
  template: PromptTemplate,
  methods: readonly PlannedRun['method'][],
  set: Readonly<Record<string, string>>,
): StudyPlan {
  const { varied, cells } = expandGrid(set);
  const runs = methods.flatMap((method) => cells.flatMap((cell) => repetitions(template, method, cell)));
  const repeated = runs.length > methods.length * cells.length;
  const study = [
    ...varied.filter((name) => name !== 'seeds'),
    ...(repeated && !varied.includes('seed') ? ['seed'] : []),
  ];
  if (study.length === 0) return { runs };
  return { runs, study: { id: newStudyId(new Date()), varied: methods.length > 1 ? ['method', ...study] : study } };
}

/** A training for each seed; without `tune.seeds` among what was asked for, one. */
function repetitions(
  template: PromptTemplate,
  method: PlannedRun['method'],
  cell: Readonly<Record<string, string>>,
): readonly PlannedRun[] {
  const { seed, seeds } = resolveSettings(template, method, cell);
  if (!('tune.seeds' in cell) || seeds === 1) return [{ method, set: cell }];
  return Array.from({ length: seeds }, (_, i) => ({
    method,
    set: { ...cell, 'tune.seeds': '1', 'tune.seed': String(seed + i) },
  }));
}

function newStudyId(now: Date): string {
  return `study-${compactTime(now)}-${randomBytes(2).toString('hex')}`;
}
