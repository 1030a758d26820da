import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** Programs that answer as Slurm's do, by what a test writes; they start tasks only where they are told to. */
export interface StandInSlurm {
  /** The commands that would have changed something, a line each. */
  calls(): readonly string[];
  /** What `squeue` says from now on: job, number, state, time, limit, node, reason. */
  say(lines: readonly string[]): void;
  /** What `sacct` says from now on, in the form that it is asked for; undefined where it does not answer. */
  account(lines: readonly string[] | undefined): void;
  /** Calls a job so that `sbatch` has not been asked for here. */
  name(job: string, name: string): void;
  /** What `sbatch` refuses everything with from now on. */
  refuse(sentence: string): void;
  /** Lets `sbatch` start the tasks of an array here, one after another, from now on. */
  work(): void;
  remove(): void;
}

/** Each writes its call down; the job that `sbatch` names is the next number from 40 on. */
const programs = (folder: string): Readonly<Record<string, string>> => ({
  sbatch: `[ "$1" = --version ] && echo slurm 22.05.8 && exit
if [ -e ${folder}/refusal ]; then cat ${folder}/refusal >&2; exit 1; fi
echo "sbatch $*" >> ${folder}/calls
job=$(cat ${folder}/job); echo $((job + 1)) > ${folder}/job; echo $job
for word; do
  case $word in
    --array=0-*) last=\${word#--array=0-} ;;
    --job-name=*) echo "$job|\${word#--job-name=}" >> ${folder}/names ;;
  esac
  script=$word
done
if [ -e ${folder}/works ] && [ -n "$last" ]; then
  (for task in $(seq 0 $last); do SLURM_ARRAY_JOB_ID=$job SLURM_ARRAY_TASK_ID=$task bash "$script"; done) \
    > ${folder}/output 2>&1 &
fi`,
  squeue: `case "$*" in *--format=%T) echo RUNNING; exit ;; esac
awk -F'|' -v OFS='|' 'FILENAME ~ /names$/ { name[$1] = $2; next } { $6 = $6 OFS name[$1]; print }' \
  ${folder}/names ${folder}/squeue`,
  scontrol: `[ "$*" = "show config" ] && echo "MaxArraySize = 1001" && exit
[ "$1" = --oneliner ] || echo "scontrol $*" >> ${folder}/calls`,
  scancel: `echo "scancel $*" >> ${folder}/calls`,
  sacct: `case "$*" in *--array*) echo "sacct: unrecognized option '--array'" >&2; exit 1 ;; esac
if [ -e ${folder}/unanswered ]; then echo "sacct: error: Problem talking to the database" >&2; exit 1; fi
[ -e ${folder}/accounts ] && exec cat ${folder}/accounts
echo "Slurm accounting storage is disabled" >&2; exit 1`,
});

/** Puts them on the path of this process until they are removed. */
export function standInSlurm(): StandInSlurm {
  const folder = mkdtempSync(join(tmpdir(), 'prompt-tuner-slurm-stand-in-'));
  const path = process.env.PATH;
  mkdirSync(join(folder, 'bin'));
  writeFileSync(join(folder, 'job'), '40');
  writeFileSync(join(folder, 'squeue'), '');
  writeFileSync(join(folder, 'names'), '');
  for (const [name, script] of Object.entries(programs(folder))) {
    writeFileSync(join(folder, 'bin', name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, 'bin', name), 0o755);
  }
  process.env.PATH = [join(folder, 'bin'), path].join(delimiter);
  return {
    calls: () => {
      const file = join(folder, 'calls');
      return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
    },
    say: (lines) => writeFileSync(join(folder, 'squeue'), lines.map((line) => `${line}\n`).join('')),
    account(lines) {
      rmSync(join(folder, 'unanswered'), { force: true });
      if (lines === undefined) writeFileSync(join(folder, 'unanswered'), '');
      else writeFileSync(join(folder, 'accounts'), lines.map((line) => `${line}\n`).join(''));
    },
    name: (job, name) => appendFileSync(join(folder, 'names'), `${job}|${name}\n`),
    refuse: (sentence) => writeFileSync(join(folder, 'refusal'), `${sentence}\n`),
    work: () => writeFileSync(join(folder, 'works'), ''),
    remove() {
      process.env.PATH = path;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
