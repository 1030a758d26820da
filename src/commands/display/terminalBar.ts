import { SingleBar } from 'cli-progress';

/** A bar on a terminal. @param format what stands on its line, as cli-progress writes it */
export const terminalBar = (stream: NodeJS.WriteStream, format: string): SingleBar =>
  new SingleBar({
    stream,
    format,
    barsize: 24,
    hideCursor: true,
    fps: 10,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    linewrap: false,
  });
