import { MultiBar, SingleBar } from 'cli-progress';

const optionsOf = (stream: NodeJS.WriteStream, format: string) => ({
  stream,
  format,
  barsize: 24,
  hideCursor: true,
  fps: 10,
  barCompleteChar: '█',
  barIncompleteChar: '░',
  linewrap: false,
});

/** A bar on a terminal. @param format what stands on its line, as cli-progress writes it */
export const terminalBar = (stream: NodeJS.WriteStream, format: string): SingleBar =>
  new SingleBar(optionsOf(stream, format));

/** Bars on a terminal, one below the other. @param format what stands on the line of each */
export const terminalBars = (stream: NodeJS.WriteStream, format: string): MultiBar =>
  // A line that is left above them moves all of them, also those that say the same as before.
  new MultiBar({ ...optionsOf(stream, format), forceRedraw: true });
