import { basename } from 'node:path';
import type { SingleBar } from 'cli-progress';
import { count, duration, fraction, metricNumber } from '../../formatNumbers';
import { clauses } from '../../listed';
import type { RunProgress } from '../../runs/record/record';
import type { RunEvent } from '../../runs/store/runEvent';
import { terminalBar } from './terminalBar';

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
        bar = terminalBar(stream, '{name}  {phase} {bar} {value}/{total}  {details}');
        bar.start(1, 0, { name, phase: phaseNames.loading.padEnd(13), details: '' });
      } else if (event.kind === 'warning') {
        bar?.stop();
        stream.write(`${event.line}\n`);
        bar?.start(1, 0, { name, phase: phaseNames.loading.padEnd(13), details: '' });
      } else if (event.kind === 'progress' && bar) {
        const { step, steps } = event.progress;
        bar.setTotal(Math.max(steps, 1));
        bar.update(step, { name, phase: phaseOf(event.progress).padEnd(13), details: detailsOf(event.progress) });
      }
    },
    end,
  };
}

/** Without a word for so long, a line says how far the work is. */
const quietMilliseconds = 10_000;

/** Plain lines, for logs and pipes: what the run's own log says, and in long silences how far it is. */
export function lineDisplay(write: (line: string) => void, now: () => number = Date.now): ProgressDisplay {
  let name = '';
  let last = now();
  const say = (line: string) => {
    last = now();
    write(`${name}: ${line}`);
  };
  return {
    show(event) {
      if (event.kind === 'run') name = nameOfRun(event);
      else if (event.kind === 'log' || event.kind === 'warning') say(event.line);
      else if (event.kind === 'progress' && now() - last >= quietMilliseconds) say(lineOf(event.progress));
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
