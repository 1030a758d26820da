// A cluster of two nodes on this machine, with daemons, keys and ports of its own: nothing of a Slurm that is here
// already is touched. Needs root, because Slurm's daemons do.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { until as untilSo } from '../support/running/until.mjs';
import { longestWait } from './longestWait.mjs';

const programs = ['munged', 'slurmctld', 'slurmd', 'sbatch', 'setpriv'];
/** Of the controller's log, for whoever has waited in vain. */
const lastLines = 40;

const until = (what, look, options) => untilSo(what, look, { ...options, longest: longestWait });

const has = (program) => spawnSync('sh', ['-c', `command -v ${program}`], { env: environment() }).status === 0;

/** Daemons live where an ordinary path does not lead. */
function environment(more = {}) {
  return { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin`, ...more };
}

/** Why no cluster can be started here; undefined where one can. Installs what is missing, where it may. */
export function whyNot() {
  if (process.platform !== 'linux') return 'Slurm runs on Linux alone';
  if (process.getuid() !== 0) return "Slurm's daemons need root";
  if (programs.every(has)) return undefined;
  if (!has('apt-get')) return `${programs.filter((program) => !has(program)).join(', ')} missing, and no apt-get`;
  console.log('installing slurm-wlm and munge');
  const quiet = { stdio: 'ignore', env: environment({ DEBIAN_FRONTEND: 'noninteractive' }) };
  spawnSync('apt-get', ['update'], quiet);
  const { status } = spawnSync('apt-get', ['install', '-y', '--no-install-recommends', 'slurm-wlm', 'munge'], quiet);
  return status === 0 && programs.every(has) ? undefined : '"apt-get install slurm-wlm munge" failed';
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/**
 * Starts the cluster.
 * @returns the environment in which Slurm's commands find it, its folder, and what a test does to it
 */
export async function startCluster() {
  const folder = mkdtempSync(join(tmpdir(), 'prompt-tuner-slurm-'));
  const at = (name) => join(folder, name);
  for (const name of ['state', 'n1', 'n2', 'munge']) mkdirSync(at(name), { mode: 0o755 });
  writeFileSync(at('munge/key'), randomBytes(128), { mode: 0o600 });
  const ports = [await freePort(), await freePort(), await freePort()];
  writeFileSync(at('slurm.conf'), configuration(folder, ports));
  const env = environment({ SLURM_CONF: at('slurm.conf') });
  const daemons = [];

  const call = (program, ...args) =>
    execFileSync(program, args, { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  const start = (program, ...args) => {
    // Whatever becomes of the tests, no daemon outlives them.
    const child = spawn('setpriv', ['--pdeathsig', 'KILL', program, ...args], { env, stdio: 'ignore' });
    const ended = new Promise((resolve) => child.on('close', resolve));
    const daemon = { child, ended, stop: (signal = 'SIGTERM') => (child.kill(signal), ended) };
    daemons.push(daemon);
    return daemon;
  };
  const startController = () => start('slurmctld', '-D', '-f', at('slurm.conf'));
  const startNode = (name) => start('slurmd', '-c', '-D', '-N', name, '-f', at('slurm.conf'));

  start(
    'munged',
    '--foreground',
    '--force',
    `--socket=${at('munge/socket')}`,
    `--key-file=${at('munge/key')}`,
    `--log-file=${at('munge/log')}`,
    `--pid-file=${at('munge/pid')}`,
    `--seed-file=${at('munge/seed')}`,
  );
  const answer = (program, ...args) => {
    const { stdout, stderr } = spawnSync(program, args, { env, encoding: 'utf8' });
    return `${program}: ${stdout}${stderr}`;
  };
  /** What there is, for whoever has waited in vain: nodes, jobs, and the end of the controller's log. */
  const seen = () =>
    [
      answer('sinfo', '--Node', '--format=%N %T %E', '--partition=main'),
      answer('squeue', '--array', '--states=all', '--format=%i %T %M %N %r'),
      readFileSync(at('controller.log'), 'utf8').split('\n').slice(-lastLines).join('\n'),
    ].join('\n');

  await until('munged', () => existsSync(at('munge/socket')));
  let controller = startController();
  const nodes = { n1: startNode('n1'), n2: startNode('n2') };
  const isIdle = () => call('sinfo', '--noheader', '--Node', '--partition=main', '--format=%T').trim() === 'idle\nidle';
  await until('two idle nodes', isIdle, { seen });

  return {
    folder,
    env,
    call,
    seen,
    /** As an administrator stops it: killed within seconds after a job came, it would give its number away again. */
    async stopController() {
      await controller.stop();
    },
    startController() {
      controller = startController();
      return until('the controller', () => call('scontrol', 'ping').includes('UP'), { seen });
    },
    nodes,
    startNode(name) {
      nodes[name] = startNode(name);
    },
    async stop() {
      spawnSync('scancel', ['--user=root', '--signal=KILL', '--full'], { env });
      // Nodes first: they end what they have started.
      for (const daemon of daemons.reverse()) await daemon.stop('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** So long a node honours a task's credential, and so long a task that is started again waits: by default 120 s. */
const credentialSeconds = 30;

/** So long the controller knows a job that has ended: longer than any test takes; by default 300 s. */
const rememberedSeconds = 86_400;

/** Twice as many cores as any test asks for, whatever the machine has. */
function configuration(folder, [controllerPort, ...nodePorts]) {
  const node = (name, port) =>
    `NodeName=${name} NodeHostname=${hostname()} NodeAddr=127.0.0.1 Port=${port} CPUs=4 RealMemory=16000 State=UNKNOWN`;
  return `ClusterName=promptTuner
SlurmctldHost=${hostname()}(127.0.0.1)
SlurmctldPort=${controllerPort}
AuthType=auth/munge
AuthInfo=socket=${folder}/munge/socket,cred_expire=${credentialSeconds}
CredType=cred/munge
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SchedulerType=sched/backfill
SchedulerParameters=sched_interval=1,bf_interval=1,sched_min_interval=100000
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
SlurmUser=root
SlurmdParameters=config_overrides
StateSaveLocation=${folder}/state
SlurmdSpoolDir=${folder}/%n
SlurmctldPidFile=${folder}/controller.pid
SlurmdPidFile=${folder}/%n.pid
SlurmctldLogFile=${folder}/controller.log
SlurmdLogFile=${folder}/%n.log
ReturnToService=2
KillWait=5
MinJobAge=${rememberedSeconds}
MaxArraySize=11
EnforcePartLimits=ALL
SlurmdTimeout=15
MpiDefault=none
${node('n1', nodePorts[0])}
${node('n2', nodePorts[1])}
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP
PartitionName=paid Nodes=ALL AllowAccounts=paying State=UP
`;
}
