import * as l10n from '@vscode/l10n';
import { duration } from '../../words/formatNumbers';
import type { FailureCode } from '../../failureCodes';
import type { RunRecord } from '../record/record';
import type { RunStatus } from '../record/words/recordWords';
import { stageOf, type SlurmJob } from './slurmJob';

/** What a run with Slurm is, where its record alone does not say it. */
export interface StatusInSlurm {
  readonly status: RunStatus;
  readonly error?: NonNullable<RunRecord['error']>;
}

/** What a run's folder says of it without Slurm. */
export interface OwnStatus {
  readonly status: RunStatus;
  /** Whether a living process of this machine holds it, which outranks what Slurm said a while ago. */
  readonly isHere: boolean;
  /** Whether a task has ever worked on it. */
  readonly hasBegun: boolean;
}

/** What a run is whose record says that it waits or works, by what became of its task. */
export function statusInSlurm(own: OwnStatus, job: SlurmJob): StatusInSlurm {
  if (own.isHere) return { status: 'running' };
  switch (stageOf(job)) {
    case 'waiting':
      return { status: 'queued' };
    case 'working':
      return { status: own.status === 'queued' ? 'queued' : 'running' };
    case 'ended':
      return job.state === 'CANCELLED' ? { status: 'stopped' } : { status: 'failed', error: errorOf(job) };
    case 'unknown':
      return ofUnknown(own, job);
  }
}

function ofUnknown({ status, hasBegun }: OwnStatus, job: SlurmJob): StatusInSlurm {
  if (job.state === 'UNSEEN') return { status };
  if (job.state === 'UNSUBMITTED')
    return {
      status: 'failed',
      error: failed(
        'slurm-submission',
        l10n.t`The run never came to Slurm: it was ended while it handed the study over.`,
      ),
    };
  // A task that is cancelled while it waits leaves no trace in an array whose others go on.
  return { status: hasBegun ? 'lost' : 'stopped' };
}

/** Why a task ended that left its run unfinished, with what can be done. */
function errorOf(job: SlurmJob): NonNullable<RunRecord['error']> {
  const { state, node, limit } = job;
  switch (state) {
    case 'OUT_OF_MEMORY':
      return failed(
        'out-of-memory',
        l10n.t`Slurm ended the run because it used more memory than it had asked for (OUT_OF_MEMORY).`,
        l10n.t`Lower tune.batchSize, or hand it over again with more memory (--mem).`,
      );
    case 'TIMEOUT':
      return failed(
        'slurm-time',
        limit === undefined
          ? l10n.t`Slurm ended the run at its time limit (TIMEOUT).`
          : l10n.t`Slurm ended the run at its time limit of ${duration(limit)} (TIMEOUT).`,
        l10n.t`Resume it: it goes on from its checkpoint. A longer time limit (--time) needs fewer of them.`,
      );
    case 'NODE_FAIL':
    case 'BOOT_FAIL':
      return failed(
        'slurm-node',
        node
          ? l10n.t`The node ${node} failed, and Slurm did not start the run again (${state}).`
          : l10n.t`The node failed, and Slurm did not start the run again (${state}).`,
        l10n.t`Resume it: it goes on from its checkpoint.`,
      );
    case 'PREEMPTED':
      return failed(
        'slurm-ended',
        l10n.t`A more urgent job took the place of the run, and Slurm did not start it again (PREEMPTED).`,
        l10n.t`Resume it, or ask for a partition or QOS that requeues.`,
      );
    case 'DEADLINE':
      return failed('slurm-ended', l10n.t`The deadline of the job came before the run was done (DEADLINE).`);
    case 'COMPLETED':
      return failed(
        'slurm-ended',
        l10n.t`The time of the run was over, its checkpoint is kept, and Slurm did not start it again.`,
      );
    default:
      return failed(
        'slurm-ended',
        l10n.t`${endText(job)} before the run could say how it went (${state}).`,
        logRemedy(),
      );
  }
}

const logRemedy = () => l10n.t`What it wrote last is in its Slurm log. Resume it to try again.`;

/** @param remedy resuming, where nothing else is to be done */
function failed(code: FailureCode, message: string, remedy = l10n.t`Resume it.`): NonNullable<RunRecord['error']> {
  return { code, message: `${message} ${remedy}` };
}

/** No such program, in the words of a shell (POSIX, 2.8.2). */
const notFound = '127';

function endText({ exit, reason }: SlurmJob): string {
  const [code = '0', signal = '0'] = exit?.split(':') ?? [];
  if (code === notFound) return l10n.t`The program or its Node was not found on the node, so the task ended`;
  if (signal !== '0') return l10n.t`The task was killed by signal ${signal}`;
  if (code !== '0') return l10n.t`The task ended with exit code ${code}`;
  return reason === undefined || reason === 'NonZeroExitCode'
    ? l10n.t`The task ended`
    : l10n.t`The task ended with ${reason}`;
}
