import type { SingleBar } from 'cli-progress';
import { count, counted } from '../../words/formatNumbers';
import { terminalBar } from './terminalBar';

/** Shows how many rows of a split are answered. */
export interface RowsDisplay {
  show(done: number, total: number): void;
  /** Leaves the last state standing and gives the line back. */
  end(): void;
}

/** Without a word for so long, a line says how far the work is. */
const quietMilliseconds = 10_000;

/** A bar on a terminal, lines in logs and pipes, nothing beside JSON. */
export function rowsDisplay({ json }: { readonly json?: boolean }, stream: NodeJS.WriteStream): RowsDisplay {
  if (json) return { show: () => undefined, end: () => undefined };
  return stream.isTTY ? bar(stream) : lines(stream);
}

function bar(stream: NodeJS.WriteStream): RowsDisplay {
  let shown: SingleBar | undefined;
  return {
    show(done, total) {
      shown ??= begin(stream, total);
      shown.setTotal(total);
      shown.update(done, { rows: counted(total, 'row') });
    },
    end() {
      shown?.stop();
      shown = undefined;
    },
  };
}

function begin(stream: NodeJS.WriteStream, total: number): SingleBar {
  const started = terminalBar(stream, '{bar} {value} of {rows}');
  started.start(total, 0, { rows: counted(total, 'row') });
  return started;
}

function lines(stream: NodeJS.WriteStream): RowsDisplay {
  let last = Date.now();
  return {
    show(done, total) {
      if (Date.now() - last < quietMilliseconds) return;
      last = Date.now();
      stream.write(`${count(done)} of ${counted(total, 'row')}\n`);
    },
    end: () => undefined,
  };
}
