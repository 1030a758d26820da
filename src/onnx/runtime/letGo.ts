import type { Numbers } from './session';

/**
 * Lets go of numbers that nobody reads any more, at the next turn of the event loop. As garbage they would hold their
 * memory for as long as the heap itself is small: the collector looks at what arrays cost too late.
 */
export function letGo(results: Iterable<Numbers>): void {
  const { port1, port2 } = new MessageChannel();
  port1.postMessage(undefined, [...new Set([...results].map(({ data }) => data.buffer as ArrayBuffer))]);
  port1.close();
  port2.close();
}
