import { basename } from 'node:path';
import type { SingleBar } from 'cli-progress';
import { count, duration, fraction, metricNumber } from '../../words/formatNumbers';
import { clauses } from '../../words/listed';
import type { RunProgress } from '../../runs/record/record';
import type { RunEvent } from '../../runs/store/runEvent';
import { terminalBar, terminalBars } from './terminalBar';

/** Shows what runs do while they do it. */
export interface ProgressDisplay {
  show(event: RunEvent): void;
  /** Leaves the last state standing and gives the line back. */
  end(): void;
}

const phaseNames: Readonly<Record<RunProgress['phase'], string>> = {
  waiting: 'waiting',
  loading: 'loading',
  checking: 'checking rows',
  examples: 'examples',
  searching: 'instruction',
  sweep: 'learning rate',
  training: 'training',
  testing: 'testing',
  finished: 'done',
};

function phaseOf({ phase, trial, trials }: RunProgress): string {
  return phase === 'sweep' && trial !== undefined ? `rate ${trial} of ${trials}` : phaseNames[phase];
}

/** What a bar says before its run does. */
const asBegun = (name: string) => ({ name, phase: phaseNames.loading.padEnd(13), details: '' });

const lineOfBar = '{name}  {phase} {bar} {value}/{total}  {details}';

/** Where the bars of runs stand. */
interface Bars {
  /** A new bar, which says that its run has begun. */
  begin(name: string): SingleBar;
  /** Writes a line that stays, above what still moves. */
  say(line: string): void;
  /** Where one bar stands below the other: leaves a line in its place, since a terminal moves few of them. */
  leave?(bar: SingleBar, line: string): void;
  end(): void;
}

/** A bar for the run that is at work, on a terminal; those before it are left standing. */
export function barDisplay(stream: NodeJS.WriteStream): ProgressDisplay {
  let last: { readonly bar: SingleBar; readonly name: string } | undefined;
  return shownBy({
    begin(name) {
      last?.bar.stop();
      const bar = terminalBar(stream, lineOfBar);
      last = { bar, name };
      bar.start(1, 0, asBegun(name));
      return bar;
    },
    say(line) {
      last?.bar.stop();
      stream.write(`${line}\n`);
      last?.bar.start(1, 0, asBegun(last.name));
    },
    end: () => last?.bar.stop(),
  });
}

/** A bar for each of several runs at once, on a terminal. */
export function barsDisplay(stream: NodeJS.WriteStream): ProgressDisplay {
  const all = terminalBars(stream, lineOfBar);
  return shownBy({
    begin: (name) => all.create(1, 0, asBegun(name)),
    say: (line) => all.log(`${line}\n`),
    leave(bar, line) {
      all.log(`${line}\n`);
      all.remove(bar);
    },
    end() {
      // Lines that are not written yet are not, once it is stopped.
      all.update();
      all.stop();
    },
  });
}

function shownBy({ begin, say, leave, end }: Bars): ProgressDisplay {
  const runs = new Map<string, { readonly bar: SingleBar; readonly name: string }>();
  return {
    show(event) {
      if (event.kind === 'run') {
        const name = nameOfRun(event);
        runs.set(event.run, { bar: begin(name), name });
      } else if (event.kind === 'warning') say(event.line);
      else if (event.kind === 'progress') {
        const run = runs.get(event.run);
        if (run) showProgress(run, event.progress);
        if (run && leave && event.progress.phase === 'finished') {
          runs.delete(event.run);
          leave(run.bar, `${run.name}  ${lineOf(event.progress)}`);
        }
      }
    },
    end,
  };
}

function showProgress({ bar, name }: { readonly bar: SingleBar; readonly name: string }, progress: RunProgress): void {
  bar.setTotal(Math.max(progress.steps, 1));
  bar.update(progress.step, { name, phase: phaseOf(progress).padEnd(13), details: detailsOf(progress) });
}

/** Without a word for so long, a line says how far the work is. */
const quietMilliseconds = 10_000;

/** Plain lines, for logs and pipes: what the run's own log says, and in long silences how far it is. */
export function lineDisplay(write: (line: string) => void, now: () => number = Date.now): ProgressDisplay {
  // Several may be at work at once, and each is heard of.
  const names = new Map<string, string>();
  const last = new Map<string, number>();
  const say = (run: string, line: string) => {
    last.set(run, now());
    write(`${names.get(run) ?? ''}: ${line}`);
  };
  return {
    show(event) {
      const { run } = event;
      if (event.kind === 'run') {
        names.set(run, nameOfRun(event));
        last.set(run, now());
      } else if (event.kind === 'log' || event.kind === 'warning') say(run, event.line);
      else if (event.kind === 'progress' && now() - (last.get(run) ?? 0) >= quietMilliseconds)
        say(run, lineOf(event.progress));
    },
    end() {
      /* each line ended when it was written */
    },
  };
}

function nameOfRun(event: Extract<RunEvent, { kind: 'run' }>): string {
  return `${basename(event.file).replace(/\.prompt$/, '')} · ${event.method}`;
}

function lineOf(progress: RunProgress): string {
  const { step, steps } = progress;
  const counted = steps > 0 ? [`${count(step)}/${count(steps)}`] : [];
  return clauses([[phaseOf(progress), ...counted].join(' '), detailsOf(progress)]);
}

function detailsOf({ loss, devAccuracy, devScore, secondsLeft }: RunProgress): string {
  return clauses(
    [
      loss === undefined ? '' : `loss ${fraction(loss)}`,
      devScore ? `dev ${devScore.name} ${metricNumber(devScore.value, devScore.scale)}` : '',
      devAccuracy === undefined ? '' : `dev accuracy ${fraction(devAccuracy)}`,
      secondsLeft === undefined ? '' : `${duration(secondsLeft)} left`,
    ].filter(Boolean),
  );
}
