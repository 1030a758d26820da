import type { MessagePort, Worker } from 'node:worker_threads';
import type { Transport } from './messageChannel';

/** The messages of a thread as a transport: of a Worker to its owner, of the thread's own port to itself. */
export function threadTransport(peer: Worker | MessagePort): Transport {
  return {
    post: (message) => peer.postMessage(message),
    onMessage(listener) {
      peer.on('message', listener);
      return () => {
        peer.off('message', listener);
      };
    },
  };
}
