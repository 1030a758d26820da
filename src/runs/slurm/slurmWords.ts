import { duration } from '../../formatNumbers';
import { isHeld, stageOf, type SlurmJob } from './slurmJob';

/** What the commonest of Slurm's reasons mean for whoever waits; any other is shown by its name alone. */
const reasons: Readonly<Record<string, string>> = {
  AssocGrpCpuLimit: 'the account is at its limit of cores',
  AssocMaxJobsLimit: 'the account is at its limit of jobs',
  BadConstraints: 'no node can give what was asked for',
  BeginTime: 'its time to start has not come',
  Dependency: 'it waits for another job',
  DependencyNeverSatisfied: 'the job that it waits for will never end as it must',
  JobArrayTaskLimit: 'as many of the study are at work as may be at once',
  JobHeldAdmin: 'held by an administrator',
  JobHeldUser: 'held',
  NodeDown: 'a node that it needs is down',
  PartitionDown: 'the partition is down',
  PartitionInactive: 'the partition starts no jobs',
  PartitionTimeLimit: 'it asks for more time than the partition gives',
  Priority: 'others come first',
  QOSMaxJobsPerUserLimit: 'you are at your limit of jobs',
  ReqNodeNotAvail: 'a node that it needs is not available',
  Reservation: 'it waits for its reservation',
  Resources: 'no free resources yet',
};

/** `Priority (others come first)`, of what makes a task wait; nothing where Slurm gives no reason. */
export function reasonText({ reason }: Pick<SlurmJob, 'reason'>): string | undefined {
  if (reason === undefined) return undefined;
  // Slurm adds what is not available: `ReqNodeNotAvail, UnavailableNodes:n[1-4]`.
  const words = reasons[/^\w+/.exec(reason)?.[0] ?? ''];
  return words === undefined ? reason : `${reason} (${words})`;
}

/** `on n12, 4 min 10 s of 2 h`: where a task is at work and how much of its time is used. */
export function allocationText({ node, elapsed, limit }: SlurmJob): string | undefined {
  const time =
    elapsed === undefined
      ? undefined
      : limit === undefined
        ? duration(elapsed)
        : `${duration(elapsed)} of ${duration(limit)}`;
  return [node && `on ${node}`, time].filter(Boolean).join(', ') || undefined;
}

/** The same where there is little room: `Slurm 123_4: Priority`. */
export function shortSlurmText(job: SlurmJob): string {
  const { id, reason, node, elapsed } = job;
  const name = id === undefined ? 'Slurm' : `Slurm ${id}`;
  if (stageOf(job) === 'working')
    return [name, node && `on ${node}`, elapsed && duration(elapsed)].filter(Boolean).join(' ');
  return stageOf(job) === 'waiting' && !isHeld(job) && reason !== undefined ? `${name}: ${reason}` : slurmText(job);
}

/** What is said of the task of a run that waits or is at work, in a line. */
export function slurmText(job: SlurmJob): string {
  const name = job.id === undefined ? 'Slurm' : `Slurm ${job.id}`;
  if (isHeld(job)) return `${name}: held`;
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
