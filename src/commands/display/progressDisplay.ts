import { basename } from 'node:path';
import type { SingleBar } from 'cli-progress';
import { count, duration, fraction, metricNumber } from '../../formatNumbers';
import { clauses } from '../../listed';
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

/** A bar a run, for a terminal. */
export function barDisplay(stream: NodeJS.WriteStream): ProgressDisplay {
  let bar: SingleBar | undefined;
  let name = '';
  const end = () => {
    bar?.stop();
    bar = undefined;
  };
  return {
    show(event) {
      if (event.kind === 'run') {
        end();
        name = nameOfRun(event);
        bar = terminalBar(stream, lineOfBar);
        bar.start(1, 0, asBegun(name));
      } else if (event.kind === 'warning') {
        bar?.stop();
        stream.write(`${event.line}\n`);
        bar?.start(1, 0, asBegun(name));
      } else if (event.kind === 'progress' && bar) showProgress(bar, { name, progress: event.progress });
    },
    end,
  };
}

/** A bar for each of several runs at once. */
export function barsDisplay(stream: NodeJS.WriteStream): ProgressDisplay {
  const all = terminalBars(stream, lineOfBar);
  const bars = new Map<string, { readonly bar: SingleBar; readonly name: string }>();
  return {
    show(event) {
      if (event.kind === 'run') {
        const name = nameOfRun(event);
        const bar = all.create(1, 0, asBegun(name));
        bars.set(event.run, { bar, name });
      } else if (event.kind === 'warning') all.log(`${event.line}\n`);
      else if (event.kind === 'progress') {
        const { bar, name } = bars.get(event.run) ?? {};
        if (bar) showProgress(bar, { name: name!, progress: event.progress });
      }
    },
    end: () => all.stop(),
  };
}

function showProgress(
  bar: SingleBar,
  { name, progress }: { readonly name: string; readonly progress: RunProgress },
): void {
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
