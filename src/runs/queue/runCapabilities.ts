import { hostedModelOf } from '../../template/read/hostedModel';
import { trains } from '../record/words/recordWords';
import { stepsTaken } from '../record/runStage';
import type { RunRecord } from '../record/record';
import { lacksResult } from '../record/runStage';
import { isHeld } from '../slurm/slurmJob';
import { isActive } from '../store/runStatus';
import type { QueueTicket } from './queue';

/** Everything that can be done with a run, by the names of the commands that do it. */
export const runCapabilities = [
  'openRun',
  'openComparison',
  'openTemplate',
  'showText',
  'showLog',
  'showSlurmLog',
  'learnMore',
  'exportReport',
  'renameRun',
  'noteRun',
  'copySettings',
  'revealRun',
  'stop',
  'pause',
  'moveUp',
  'moveDown',
  'resume',
  'trainAgain',
  'continueRun',
  'useExamples',
  'predictRows',
  'exportRun',
  'serveRun',
  'modelCard',
  'shareRun',
  'starRun',
  'unstarRun',
  'deleteRun',
] as const;

export type Capability = (typeof runCapabilities)[number];

/** What decides it: the record, and while the run waits its place in the queue. */
export interface RunState {
  readonly record: Pick<RunRecord, 'status' | 'method' | 'starred' | 'progress' | 'selection' | 'result'> &
    Partial<Pick<RunRecord, 'slurm' | 'allocations' | 'model' | 'error' | 'examples'>>;
  readonly ticket?: Pick<QueueTicket, 'paused'>;
  /** In what its template asks otherwise by now; absent where it does not. */
  readonly changed?: readonly string[];
}

/** The only place that decides what may be done with a run now; menus, buttons and commands ask here. */
export function capabilitiesOf(run: RunState): readonly Capability[] {
  return runCapabilities.filter((capability) => can(run, capability));
}

/** What answers that were not produced here have nothing for. */
const needsPrompt: ReadonlySet<Capability> = new Set(['resume', 'showLog', 'copySettings']);

/** Whether one thing may be done with a run now. */
export function can({ record, ticket, changed }: RunState, capability: Capability): boolean {
  const { status, method, starred } = record;
  const active = isActive(record);
  if (method === 'answers' && needsPrompt.has(capability)) return false;
  switch (capability) {
    case 'stop':
    case 'pause':
      return active;
    case 'moveUp':
    case 'moveDown':
      // Slurm decides which of its tasks comes next.
      return status === 'queued' && !record.slurm;
    case 'showSlurmLog':
      return record.slurm?.id !== undefined || record.allocations !== undefined;
    case 'learnMore':
      return record.error !== undefined;
    case 'resume':
      if (active && record.slurm) return isHeld(record.slurm);
      return ticket?.paused === true || status === 'stopped' || status === 'failed' || status === 'lost';
    case 'trainAgain':
      return trains(method) && !active;
    case 'predictRows':
    case 'exportRun':
    case 'serveRun':
    case 'modelCard':
      // A text alone needs nothing learned, but a model that is here.
      if (record.model && hostedModelOf(record.model.id)) return false;
      return method === 'hard' ? !active : hasAdapter(record);
    case 'continueRun':
      return hasAdapter(record);
    case 'showText':
      return changed !== undefined && changed.length > 0;
    case 'useExamples':
      return record.examples?.source !== undefined;
    case 'starRun':
      return !starred;
    case 'unstarRun':
      return Boolean(starred);
    case 'shareRun':
    case 'deleteRun':
      return !active;
    default:
      return true;
  }
}

/** Whether a run has an adapter that is whole. */
function hasAdapter(record: RunState['record']): boolean {
  const { status, method, progress } = record;
  if (!isActive(record) && lacksResult(record)) return true;
  return trains(method) && (status === 'done' || status === 'stopped') && stepsTaken(progress) > 0;
}
