import type { SingleBar } from 'cli-progress';
import type { AddEvent } from '../../model/hub/addModel';
import { bytes } from '../../words/formatNumbers';
import { terminalBar } from './terminalBar';

/** Shows a download while it goes on. */
export interface AddDisplay {
  show(event: AddEvent): void;
  end(): void;
}

/** One bar over all files, for a terminal. */
export function addBar(stream: NodeJS.WriteStream): AddDisplay {
  let bar: SingleBar | undefined;
  return {
    show(event) {
      if (event.kind === 'plan') {
        bar = terminalBar(stream, '{variant}  {bar} {percentage} %  {done} of {size}, {file}');
        bar.start(Math.max(event.bytes, 1), 0, {
          variant: event.variant,
          done: bytes(0),
          size: bytes(event.bytes),
          file: '',
        });
      } else if (event.kind === 'progress') {
        bar?.update(event.bytes, { done: bytes(event.bytes), file: event.file });
      } else {
        bar?.update({ file: `${event.reason} Again in ${Math.ceil(event.seconds)} s.` });
      }
    },
    end() {
      bar?.stop();
      bar = undefined;
    },
  };
}

/** A line at each tenth, for logs and pipes. */
export function addLines(write: (line: string) => void): AddDisplay {
  let tenths = 0;
  return {
    show(event) {
      if (event.kind === 'plan') write(`${event.variant}: ${bytes(event.bytes)}`);
      else if (event.kind === 'waiting') write(`${event.reason} Again in ${Math.ceil(event.seconds)} s.`);
      else if (Math.floor((10 * event.bytes) / event.total) > tenths) {
        tenths = Math.floor((10 * event.bytes) / event.total);
        write(`${10 * tenths} %, ${bytes(event.bytes)} of ${bytes(event.total)}`);
      }
    },
    end() {
      /* each line ended when it was written */
    },
  };
}
