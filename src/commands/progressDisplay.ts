import { basename } from 'node:path';
import { SingleBar } from 'cli-progress';
import { duration, fraction } from '../formatNumbers';
import type { RunProgress } from '../runs/record/record';
import type { RunEvent } from '../runs/store/runEvent';

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
  searching: 'instruction',
  sweep: 'learning rate',
  training: 'training',
  testing: 'testing',
  finished: 'done',
};

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
        bar = new SingleBar({
          stream,
          format: '{name}  {phase} {bar} {value}/{total}  {details}',
          barsize: 24,
          hideCursor: true,
          clearOnComplete: false,
          fps: 10,
          barCompleteChar: '█',
          barIncompleteChar: '░',
          linewrap: false,
        });
        bar.start(1, 0, { name, phase: phaseNames.loading.padEnd(13), details: '' });
      } else if (event.kind === 'warning') {
        bar?.stop();
        stream.write(`${event.line}\n`);
        bar?.start(1, 0, { name, phase: phaseNames.loading.padEnd(13), details: '' });
      } else if (event.kind === 'progress' && bar) {
        const { phase, step, steps } = event.progress;
        bar.setTotal(Math.max(steps, 1));
        bar.update(step, { name, phase: phaseNames[phase].padEnd(13), details: detailsOf(event.progress) });
      }
    },
    end,
  };
}

/** Plain lines, for logs and pipes: what the run's own log says. */
export function lineDisplay(write: (line: string) => void): ProgressDisplay {
  let name = '';
  return {
    show(event) {
      if (event.kind === 'run') name = nameOfRun(event);
      else if (event.kind === 'log' || event.kind === 'warning') write(`${name}: ${event.line}`);
    },
    end() {
      /* each line ended when it was written */
    },
  };
}

function nameOfRun(event: Extract<RunEvent, { kind: 'run' }>): string {
  return `${basename(event.file).replace(/\.prompt$/, '')} · ${event.method}`;
}

function detailsOf({ loss, devAccuracy, secondsLeft }: RunProgress): string {
  return [
    loss === undefined ? '' : `loss ${fraction(loss)}`,
    devAccuracy === undefined ? '' : `dev accuracy ${fraction(devAccuracy)}`,
    secondsLeft === undefined ? '' : `${duration(secondsLeft)} left`,
  ]
    .filter(Boolean)
    .join(', ');
}
