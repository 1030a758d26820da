import * as l10n from '@vscode/l10n';
import { duration } from '../../words/formatNumbers';
import { clauses } from '../../words/listed';
import { isHeld, stageOf, type SlurmJob } from './slurmJob';

/** What the commonest of Slurm's reasons mean for whoever waits; any other is shown by its name alone. */
const reasons: Readonly<Record<string, () => string>> = {
  AssocGrpCpuLimit: () => l10n.t`the account is at its limit of cores`,
  AssocMaxJobsLimit: () => l10n.t`the account is at its limit of jobs`,
  BadConstraints: () => l10n.t`no node can give what was asked for`,
  BeginTime: () => l10n.t`its time to start has not come`,
  Dependency: () => l10n.t`it waits for another job`,
  DependencyNeverSatisfied: () => l10n.t`the job that it waits for will never end as it must`,
  JobArrayTaskLimit: () => l10n.t`as many of the study are at work as may be at once`,
  JobHeldAdmin: () => l10n.t`held by an administrator`,
  JobHeldUser: () => l10n.t`held`,
  NodeDown: () => l10n.t`a node that it needs is down`,
  PartitionDown: () => l10n.t`the partition is down`,
  PartitionInactive: () => l10n.t`the partition starts no jobs`,
  PartitionTimeLimit: () => l10n.t`it asks for more time than the partition gives`,
  Priority: () => l10n.t`others come first`,
  QOSMaxJobsPerUserLimit: () => l10n.t`you are at your limit of jobs`,
  ReqNodeNotAvail: () => l10n.t`a node that it needs is not available`,
  Reservation: () => l10n.t`it waits for its reservation`,
  Resources: () => l10n.t`no free resources yet`,
};

/** `Priority (others come first)`, of what makes a task wait; nothing where Slurm gives no reason. */
export function reasonText({ reason }: Pick<SlurmJob, 'reason'>): string | undefined {
  if (reason === undefined) return undefined;
  // Slurm adds what is not available: `ReqNodeNotAvail, UnavailableNodes:n[1-4]`.
  const words = reasons[/^\w+/.exec(reason)?.[0] ?? ''];
  return words === undefined ? reason : `${reason} (${words()})`;
}

/** `on n12, 4 min 10 s of 2 h`: where a task is at work and how much of its time is used. */
export function allocationText({ node, elapsed, limit }: SlurmJob): string | undefined {
  const time =
    elapsed === undefined
      ? undefined
      : limit === undefined
        ? duration(elapsed)
        : l10n.t`${duration(elapsed)} of ${duration(limit)}`;
  return clauses([node && l10n.t`on ${node}`, time]) || undefined;
}

/** The same where there is little room: `Slurm 123_4: Priority`. */
export function shortSlurmText(job: SlurmJob): string {
  const { id, reason, node, elapsed } = job;
  const name = id === undefined ? 'Slurm' : `Slurm ${id}`;
  if (stageOf(job) === 'working')
    return [name, node && l10n.t`on ${node}`, elapsed && duration(elapsed)].filter(Boolean).join(' ');
  return stageOf(job) === 'waiting' && !isHeld(job) && reason !== undefined ? `${name}: ${reason}` : slurmText(job);
}

/** What is said of the task of a run that waits or is at work, in a line. */
export function slurmText(job: SlurmJob): string {
  const name = job.id === undefined ? 'Slurm' : `Slurm ${job.id}`;
  if (isHeld(job)) return l10n.t`${name}: held`;
  switch (stageOf(job)) {
    case 'waiting':
      return [name, reasonText(job)].filter(Boolean).join(': ');
    case 'working':
      return [job.state === 'RUNNING' ? name : `${name} ${job.state.toLowerCase()}`, allocationText(job)]
        .filter(Boolean)
        .join(' ');
    case 'ended':
      return `${name}: ${job.state}`;
    case 'unknown':
      return job.state === 'UNSEEN' ? name : `${name}: ${job.state.toLowerCase()}`;
  }
}
