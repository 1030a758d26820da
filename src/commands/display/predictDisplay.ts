import type { SingleBar } from 'cli-progress';
import { count, counted, percentDone, roughDuration } from '../../words/formatNumbers';
import type { PredictProgress } from '../../use/predict/predictRows';
import { terminalBar } from './terminalBar';

/** Shows how far a prediction of rows is. */
export interface PredictDisplay {
  show(progress: PredictProgress): void;
  warn(sentence: string): void;
  /** Leaves the last state standing and gives the line back. */
  end(): void;
}

/** JSON lines where they are asked for and the rows go elsewhere, a bar on a terminal, lines in logs and pipes. */
export function predictDisplay(
  { json, to }: { readonly json?: boolean; readonly to?: string },
  stream: NodeJS.WriteStream,
): PredictDisplay {
  const warn = (sentence: string): void => void stream.write(`warning: ${sentence}\n`);
  if (json && to !== undefined)
    return {
      show: (progress) => void process.stdout.write(`${JSON.stringify({ kind: 'progress', ...progress })}\n`),
      warn,
      end: () => undefined,
    };
  return stream.isTTY ? bar(stream, warn) : lines(stream, warn);
}

function bar(stream: NodeJS.WriteStream, warn: PredictDisplay['warn']): PredictDisplay {
  let shown: SingleBar | undefined;
  return {
    show(progress) {
      shown ??= begin(stream);
      shown.update(progress.share ?? 0, { rows: counted(progress.rows, 'row'), details: detailsOf(progress) });
    },
    warn,
    end() {
      shown?.stop();
      shown = undefined;
    },
  };
}

function begin(stream: NodeJS.WriteStream): SingleBar {
  const started = terminalBar(stream, '{bar} {rows}{details}');
  started.start(1, 0, { rows: counted(0, 'row'), details: '' });
  return started;
}

/** Without a word for so long, a line says how far the work is. */
const quietMilliseconds = 10_000;

function lines(stream: NodeJS.WriteStream, warn: PredictDisplay['warn']): PredictDisplay {
  let last = Date.now();
  return {
    show(progress) {
      if (Date.now() - last < quietMilliseconds) return;
      last = Date.now();
      stream.write(`${counted(progress.rows, 'row')}${detailsOf(progress)}\n`);
    },
    warn,
    end: () => undefined,
  };
}

function detailsOf({ share, secondsLeft, errors }: PredictProgress): string {
  return [
    share === undefined ? '' : `, ${percentDone(share, 1)}`,
    secondsLeft === undefined ? '' : `, ${roughDuration(secondsLeft)} left`,
    errors > 0 ? `, ${count(errors)} without a prediction` : '',
  ].join('');
}
